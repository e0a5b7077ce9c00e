"""Chance: the random numbers of a draw, compiled, because numpy's take most of its time.

    draws.py      what paths.py calls: streams, rates that vary, counts
    loops.py      the compiled loops
    alias.py      tables of Poisson laws, in whole numbers
    ziggurat.py   layers of the normal law
    quantiles.py  quantiles of a Gamma law at many levels

The same stream gives the same numbers on every machine and in every process, and more of them
go on with the same ones.
"""

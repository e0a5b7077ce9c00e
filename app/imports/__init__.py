"""Files of sales taken in: real history from a shop's export, and the contract's own columns.

Owns: reading such files, the rules of each preset, and economics and offers written as TOML. It
stores through `sales`, `catalog`, `sourcing` and `parties`; called by the command line.
"""

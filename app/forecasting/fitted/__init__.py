"""Fitted models: histories in, each one's forecast and past errors out.

    lengths.py     which models are tried on histories of which length
    asks.py        what is asked of a model, and its answer
    engine.py      StatsForecast, and the only file that knows it
    regression.py  a level by what the brand's other histories did next
    fast.py        what answers without searching: models of engine.py, and the regression
    child.py       models that search, in a process of their own; child_process.py is its inside
    trials.py      what models' errors at earlier origins would have cost
    pool.py        how much each model counts; pooling.py learns it from a brand's styles
    series.py      histories made regular, and what past errors say about the next
    fits.py        fit_histories: tried, weighed, averaged; run forward between full fits

Only workers import `engine`, `fast`, `pooling` and `fits`: StatsForecast takes seconds and 200 MB.
"""

"""Forecasting: a demand panel in, joint sample paths of demand out.

Owns how a style's demand is forecast, from before its first sale to years after, and the
stored forecasts. The refresh calls `forecast.forecast_styles` in a worker; everyone else
draws from what it stored.

In reading order:

    model.py     StyleForecast: the numbers that paths are drawn from
    paths.py     draw_paths, seed_of, summarise: the numbers made into joint sample paths
    consume.py   known demand that takes the place of what was drawn
    evidence.py  what a panel shows once stock-outs are accounted for
    layout.py    how SKUs, colorways and sizes hang together; since when each was on sale
    split.py     how a style's demand splits over colorways and sizes, from time in stock
    labels.py    size labels in their order, and what lies between and beyond those sold
    sizes.py     the split expected of a style without sales
    curves.py    sizes and colorways learned from styles that have lived
    succession.py  what passes from a style to its successor, and how lives end
    bend.py      how a curve bends at its successor's launch and ends with its life
    profiles.py  how demand moves with a style's age, and how far styles follow that
    priors.py    what a brand's past says about a style without one
    following.py how far one style follows its brand's profile, from its own history
    launch.py    prior and few periods made into a posterior of the scale
    series.py    corrected histories made regular, and what their models' errors say
    engine.py    StatsForecast, and the only file that knows it
    forecast.py  forecast_styles: which of these speaks for a style, and the steps down
    basis.py     what a prior was made of
    explain.py   why a stored forecast says what it says; changes.py, words.py, phrases.py and
                 censored.py have its parts

Only workers may import `forecast` and `engine`: StatsForecast takes seconds and 200 MB to
import. The other modules need numpy and scipy alone, and the HTTP process imports them.
"""

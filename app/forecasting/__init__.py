"""Forecasting: a demand panel in, joint sample paths of demand out.

Owns how a style's demand is forecast, from before its first sale to years after, and the
stored forecasts. The refresh calls `forecast.forecast_styles` in a worker; everyone else
draws from what it stored.

In reading order:

    model.py     StyleForecast: the numbers that paths are drawn from
    paths.py     draw_paths, seed_of, summarise: the numbers made into joint sample paths
    chance/      its random numbers: streams, Gamma noise, Poisson counts, in compiled loops
    consume.py   known demand that takes the place of what was drawn
    seen/        what a panel shows once stock-outs, launches and large orders are accounted for
    past/        what a brand's past teaches about its styles, learned once a day
    launch/      prior and few periods made into a posterior
    fitted/      StatsForecast: histories in, forecasts and their past errors out
    layers.py    what each of these says of every style of a panel
    forecast.py  forecast_styles: which of them speaks for a style, and the steps down
    explained/   why a stored forecast says what it says, in figures and in English
    accuracy/    `shortrun accuracy`: forecasts of a brand's own past beside what came

Only workers may import `layers`, `forecast`, `accuracy` and what `fitted` says it of:
StatsForecast takes seconds and 200 MB to import. The rest needs numpy, scipy and compiled loops
alone, and the HTTP process imports it.
"""

"""Signals as demand: the one place where sales, stock and the calendar become figures.

Owns the demand that a brand knows of beforehand, and what stays of months of sales that are taken
out (`close_month`). `build_panels` is what forecasts are made from,
`teachers_of` which styles a brand learns from, `positions` what there is to sell, `learn_returns`
how sold units come back, `demand_days` what a brand reads back; all count anew from what is
stored, so no event is ever too late. Called by `refresh`, and by brands.
"""

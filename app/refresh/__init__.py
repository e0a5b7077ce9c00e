"""The way from due styles to issued recommendations, in reading order.

Owns: manual refreshes and the pipeline; only `pipeline.py` knows the order of the steps. Called by
the worker and `shortrun refresh`. The HTTP process imports `routes.py` alone: the pipeline brings
StatsForecast, which takes seconds to import.
"""

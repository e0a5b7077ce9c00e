"""Backtest: what our decisions would have earned on a brand's own past, against rules it knows.

Owns the backtests that were asked for and their results. A simulated warehouse lives the past
week by week; what it could not serve is not seen by what decides next. Asked for by the command
line and over HTTP, run by workers.
"""

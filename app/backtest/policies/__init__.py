"""The rules that a backtest compares: one a file, each told only what lay before the day."""

"""Accuracy: how good the forecasts of a brand's own past would have been.

    scoring.py    WAPE, bias, pinball loss, CRPS and coverage, with standard errors over styles
    baselines.py  what is easy to do instead, on the same pasts
    pairs.py      forecasts beside what happened
    evaluate.py   rolling origins over a brand's weekly panel: every style at every cut, scored
    report.py     the scores as a table and as JSON
    command.py    `shortrun accuracy`

Workers only, but for `scoring`, which needs numpy alone.
"""

"""What a panel shows of each style once stock-outs, launches and large orders are accounted for.

ages.py      how old each style is
outliers.py  how much a period far beyond all others counts for
orders.py    how much an order of many tells about the next one
layout.py    how SKUs, colorways and sizes hang together; since when each was on sale
evidence.py  units seen and share of demand seen; levels; what stock-outs hid put back
split.py     how a style's demand splits over colorways and sizes, from time in stock
activity.py  the chance that a style's demand is over
censored.py  what was assumed for periods short of stock
cuts.py      a brand's past as it stood some weeks ago
"""

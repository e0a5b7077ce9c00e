"""Drawing as text: scales with round ticks, and the SVG marks that pictures are made of.

Pure: the standard library alone, so that any room may draw (the backtest's picture, the plots of
the console). Owns no data and no colours; callers give both. Nothing here writes a `style=`
attribute: the console's policy forbids it.
"""

"""Plots of the console: pure functions from plain data to SVG, and the same data as a table.

Each is drawn for a width, `WIDE` for a desk and `NARROW` for a phone: scaled down as one picture
its words could not be read there. Colours are classes of the style sheet (`plot-1` to `plot-4`,
`plot-soft`, `plot-grid`), so that light, dark and print each have their own.
"""

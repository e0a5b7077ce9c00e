"""A file as columns of plain values, whatever its format: `open_source` is the one way in.

Knows formats, encodings and delimiters; nothing of what the columns mean.
"""

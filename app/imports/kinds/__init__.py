"""What a file's columns mean: for each kind its fields, how they are guessed, read and stored.

`kind.py` says what a kind is; `opened.py` puts a file and a kind together.
"""

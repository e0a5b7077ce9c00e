"""Why a stored forecast says what it says: figures, and the same in English.

basis.py    what a forecast rests on while its own sales are few
changes.py  what changed since the last one
explain.py  all figures of an explanation
phrases.py  a sentence for each note and reason; words.py puts them together
"""

"""Who did what: a chained log that is written with what it records and never changed.

Owns: the entries and the head of their chain. Knows no tenant by name: whoever records says whose
it is. Called by the routes of every room that lets somebody decide something, and by imports.
"""

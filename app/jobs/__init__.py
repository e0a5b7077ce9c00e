"""What is due, and who works on it.

Owns one table of opaque keys with the time they are due, a generation that each new signal
raises, and a lease. Work is a set: many signals about one key before it is claimed are one piece
of work. On SQLite signals about many keys wait as one row until somebody claims. Called by
whatever changes a style, and by the worker.
"""

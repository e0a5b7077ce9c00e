"""The database: one engine for SQLite and PostgreSQL, `read()` and `write()`, one history.

Owns: the declarative base with its column types, the statements two dialects spell
differently, and the migrations. Called by every room that stores something.
"""

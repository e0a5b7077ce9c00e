"""Brands, factories and their keys: who is asking, and whom they act for.

Owns: the parties, API keys (only their SHA-256 is stored; `authentication.py` says whose is
shown), access by role and tenant (`access.py`, the one place that decides it). Called by every
room's routes.
"""

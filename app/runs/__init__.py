"""Accepted work and its progress: frozen terms, then made, shipped, received.

Owns: runs, their lines and events. Called by `recommendations` (accept), factories, brands.
"""

"""Offers and materials: who makes what, on which terms, and from what.

Owns: offers, materials, reservations, and what accepted runs take of materials. Called by
`refresh` (the terms a decision is priced on), `recommendations`, and `runs` (what a run takes).
"""

"""Offers: who makes what, on which terms.

Owns: offers. Called by `refresh` (the terms a decision is priced on) and `recommendations`.
"""

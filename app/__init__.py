"""Shortrun: early sales in, small production runs out. The rooms are listed in the README."""

"""A factory's schedule: what is asked of it week by week, its line, its materials, its checks.

Owns nothing: it is read from runs, recommendations, offers and forecasts, and written in the terms
of whoever plans with it. Called by the room's route.
"""

"""What the service asks factories to make, and what they answer.

Owns: decisions, recommendations, the feed. Called by `refresh` (issue), factories (pull, answer),
brands (release, review).
"""

"""A season played against the real service, over HTTP alone: two brands, four factories.

The world behind it is made up from a seed and its true demand is known, so what the service saw,
decided and earned can be held against the truth. Owns nothing; called by `shortrun demo`.
"""

"""The launch model: what is expected of a style by its age, prior and few periods.

following.py  how far a style follows its brand's launch profile
bend.py       how its curve bends at its successor's launch, and ends with its life
posterior.py  prior and periods made into a posterior of the scale
"""

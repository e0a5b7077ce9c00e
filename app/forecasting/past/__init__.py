"""What a brand's past teaches about its styles, learned once a day and stored.

priors.py         BrandPriors: all of it
rates.py          how well a style sells, by family, attributes, price and likeness
profiles.py       how demand moves with a style's age
powers.py         how far styles follow that
ways.py           how else: faster, slower, or as another family
ways_learning.py  which of these ways a brand's styles took, and whether that helps
steady.py         what steady styles show of the calendar
season.py         what the calendar does to all styles alike
families.py       how far a family strays from that
themes.py         words of names whose styles do
labels.py         size labels in their order, and what lies between and beyond those sold
sizes.py          the split expected of a style without sales
curves.py         that split learned from styles that have lived
succession.py     what passes from a style to its successor, and how lives end
calibration.py    how far forecasts of launches are corrected by their own record
coverage.py       how much of what came an interval held
track.py          that record, taken on styles that did not teach it
handover.py       from when, and how far, fitted models speak
learning.py       learn_priors: everything that needs no model
others.py         what styles sold that taught nothing else
learning_fits.py  learn_fits: what takes hundreds of fits; workers only
"""

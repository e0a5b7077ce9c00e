"""One level of a style's split, over colorways or over sizes, before and after what sold."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, gammaln, logit

from app.forecasting.model import Floats, Ints
from app.forecasting.seen.layout import summed

UNLIKE_OTHERS = 0.02
"""Chance that a style splits as if its brand's others said next to nothing: where they vary so
little that a curve counts for hundreds of units, one that sells 60% in a size where they sell 30%
is better believed than waited for."""

LEAST_LEFT = 0.1
"""Least part of what was expected of groups that sales leave of it: more sold than could be, where
a level has not settled, makes no share negative."""


@dataclass(frozen=True, eq=False)
class Level:
    """One level of the split: the groups of SKUs that share a popularity, in their styles.

    Attributes:
        group_of: Index of the group of each SKU, shape (skus,).
        style_of: Index of the style of each group, shape (groups,).
        expected: Share of each group before any sale, summing to 1 in a style, (groups,).
        worth: Units that it counts for, shape (groups,).
        doubted: Units that it counts for in a style unlike the brand's others, (groups,).
        sold: Units that the group sold in stock, shape (groups,).
    """

    group_of: Ints
    style_of: Ints
    expected: Floats
    worth: Floats
    doubted: Floats
    sold: Floats

    def believed(self, reach: Floats) -> "Level":
        """Return the level counting for as much as the sales of each style let one believe."""
        could = summed(self.group_of, reach)
        expected = self._left(could) * self.expected
        gain = self._fit(self.doubted, expected, could) - self._fit(self.worth, expected, could)
        unlike = summed(self.style_of, gain)
        like = np.minimum(expit(-logit(UNLIKE_OTHERS) - unlike) / (1.0 - UNLIKE_OTHERS), 1.0)
        worth = self.doubted * (self.worth / self.doubted) ** like[self.style_of]
        return replace(self, worth=worth)

    def after(self, reach: Floats) -> Floats:
        """Return the share of each group after its sales, from what SKUs would have sold as it."""
        could = summed(self.group_of, reach)
        prior_units = self.worth * self._left(could) * self.expected
        return normal((prior_units + self.sold) / (self.worth + could), self.style_of)

    def _left(self, could: Floats) -> Floats:
        """Return the part of what was expected of each style's groups that sales leave, (groups,).

        What a group takes that little was known of, such as a size never sold before, the others
        lose in proportion to what is expected of them: they do not hold it against the sales.
        """
        weight = 1.0 / (self.worth + could)
        taken = summed(self.style_of, self.sold * weight)
        held = summed(self.style_of, self.worth * self.expected * weight)
        left = (1.0 - taken[self.style_of]) / held[self.style_of]
        return np.maximum(left, LEAST_LEFT)

    def _fit(self, worth: Floats, expected: Floats, could: Floats) -> Floats:
        """Return the log-likelihood of each group's sales but for a constant, (groups,).

        Poisson sales of what it could have sold, its share gamma distributed.
        """
        alpha = worth * expected
        fit = gammaln(alpha + self.sold) - gammaln(alpha) + alpha * np.log(worth)
        return np.asarray(fit - (alpha + self.sold) * np.log(worth + could))

    def variance(self, share: Floats) -> Floats:
        """Return how uncertain groups make the shares of SKUs, relative variances, (skus,).

        First order, the groups independent of each other before they are made to add up.
        """
        own = 1.0 / (self.worth * self.expected + self.sold)
        total = summed(self.group_of, share)
        joint = summed(self.style_of, total**2 * own)[self.style_of]
        return np.asarray(((1 - 2 * total) * own + joint)[self.group_of])


def normal(weight: Floats, style_of: Ints) -> Floats:
    """Return weights as shares that add up to 1 in each style, same shape."""
    return np.asarray(weight / summed(style_of, weight)[style_of])

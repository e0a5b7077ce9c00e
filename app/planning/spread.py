"""Numbers spread evenly over the paths, in place of random ones: the same on every call."""

from functools import lru_cache

import numpy as np

from app.planning.model import Floats

GOLDEN_RATIO = 0.6180339887498949
PLASTIC_STEPS = (0.7548776662466927, 0.5698402909980532)
"""Powers of the inverse plastic number: two more sequences, evenly spread together."""


@lru_cache(maxsize=64)
def spread_over_paths(paths: int, law: int = 0) -> Floats:
    """Return a number in (0, 1) for each path, as even as can be, shape (paths,).

    Args:
        paths: How many.
        law: 0, 1 or 2: what is random for different reasons uses different sequences.

    Source:
        Roberts (2018), "The unreasonable effectiveness of quasirandom sequences" (R1 and R2).
    """
    step = (GOLDEN_RATIO, *PLASTIC_STEPS)[law]
    spread = np.asarray((np.arange(paths) + 0.5) * step % 1.0, dtype=np.float64)
    spread.flags.writeable = False
    return spread

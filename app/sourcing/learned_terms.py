"""What earlier runs taught of an offer's lead time and yield."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnedTerms:
    """How what an offer says compares with what its factory did.

    Attributes:
        runs: Runs of the factory for the brand that stand behind it.
        lead_time_ratio: Mean lead time in lead times stated, > 0.
        lead_time_spread: Its standard deviation from run to run, in lead times stated.
        yield_ratio: Mean yield in yields stated, > 0.
        yield_spread: Its standard deviation from run to run, in yields stated.
    """

    runs: int
    lead_time_ratio: float
    lead_time_spread: float
    yield_ratio: float
    yield_spread: float

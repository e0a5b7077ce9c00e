"""Suitability summaries on the wire: a brand's with money, a factory's without."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from app.recommendations.suitability import (
    TELLING_NO_MONEY,
    Suited,
    WayShare,
    by_factory,
    by_way,
    verdict,
)
from app.web.wire import MoneyOut, Wire

MOST_STYLES_NAMED = 100
"""Of each way, those with the most money at stake; the decisions of all can be read one by one."""


def named(styles: Sequence[Suited]) -> list[Suited]:
    """Return the styles that a brand's summary names."""
    return [one for share in by_way(styles) for one in share.dearest(MOST_STYLES_NAMED)]


class VerdictOut(Wire):
    """The way that suits most, in a word and in a sentence."""

    way: str
    text: str

    @classmethod
    def of(cls, shares: Sequence[WayShare], *, with_money: bool) -> Self:
        """Weigh the shares."""
        way, text = verdict(shares, with_money=with_money)
        return cls(way=way, text=text)


class SuitedStyleOut(Wire):
    """One style, what its best way earns above making nothing, and why."""

    style: str
    gain: MoneyOut
    reasons: list[dict[str, Any]]


class WayOut(Wire):
    """How many styles a way suits, and for which reasons; codes that tell no money."""

    way: str
    styles: int
    reasons: dict[str, int]

    @classmethod
    def of(cls, share: WayShare) -> Self:
        """Show counts alone."""
        told = {code: n for code, n in share.reasons.items() if code in TELLING_NO_MONEY}
        return cls(way=share.way, styles=len(share.styles), reasons=told)


class BrandWayOut(Wire):
    """How many styles a way suits, the money at stake, and the styles behind it."""

    way: str
    styles: int
    gain: MoneyOut
    reasons: dict[str, int]
    top: list[SuitedStyleOut]

    @classmethod
    def of(cls, share: WayShare, said: Mapping[str, Sequence[Mapping[str, Any]]]) -> Self:
        """Show everything about it; `said` has the reasons by the id of the decision."""
        top = [
            SuitedStyleOut(
                style=one.style, gain=one.gain, reasons=[dict(why) for why in said[one.decision]]
            )
            for one in share.dearest(MOST_STYLES_NAMED)
        ]
        reasons = share.reasons
        return cls(
            way=share.way, styles=len(share.styles), gain=share.gain, reasons=reasons, top=top
        )


class FactorySuitabilityOut(Wire):
    """What a factory's offers suit.

    `styles` are those it offers to make, `fits` those of them that are best made the way it makes
    them best; `ways` counts them by the way that suits each.
    """

    factory: str
    styles: int
    fits: int
    ways: list[WayOut]
    verdict: VerdictOut

    @classmethod
    def of(cls, factory: str, styles: Sequence[Suited]) -> Self:
        """Count the styles that the factory offers to make."""
        shares = by_way(styles)
        return cls(
            factory=factory,
            styles=len(styles),
            fits=sum(1 for one in styles if one.by_factory.get(factory) == one.way != "none"),
            ways=[WayOut.of(share) for share in shares],
            verdict=VerdictOut.of(shares, with_money=False),
        )


class BrandSuitabilityOut(Wire):
    """Which way of making suits a brand's styles, in all and factory by factory."""

    brand: str
    currency: str
    styles: int
    gain: MoneyOut
    ways: list[BrandWayOut]
    verdict: VerdictOut
    factories: list[FactorySuitabilityOut]

    @classmethod
    def of(
        cls,
        brand: str,
        currency: str,
        styles: Sequence[Suited],
        said: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> Self:
        """Sum up the newest decision of every style; `said` is of those that `named` returns."""
        shares = by_way(styles)
        return cls(
            brand=brand,
            currency=currency,
            styles=len(styles),
            gain=sum(share.gain for share in shares),
            ways=[BrandWayOut.of(share, said) for share in shares],
            verdict=VerdictOut.of(shares, with_money=True),
            factories=[
                FactorySuitabilityOut.of(factory, offered)
                for factory, offered in by_factory(styles).items()
            ],
        )

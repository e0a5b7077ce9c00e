"""Give what a sharing leaves to those who make the most of it.

The shares count one run of each style, as large as it would be alone. What a decision within its
share does not take, and what a second run beside the first could use, is shared out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.planning import PricedPlan, Situation, decide
from app.planning.rationing import share_out
from app.planning.run_curves import further_curves
from app.planning.scarcity import RunCurve, Share
from app.refresh.pending import Pending, money_of, short_of, use_of
from app.refresh.scarce import Book

MOST_ROUNDS = 4
"""Each gives a style one run more, or more of one: a second run takes two, a third moves little."""

LEAST_GAIN = 1e-9
"""Of a profit: a decision that earns no more than this above the former one is the same."""


def share_out_rest(
    book: Book, sharing: Sequence[Pending], rationed: Sequence[Pending]
) -> list[Pending]:
    """Return the rationed styles, decided again where more is left for them.

    Args:
        book: What is left for all that share.
        sharing: As they were decided by themselves.
        rationed: Those of them that were decided again within a ration.
    """
    free = {one.style.id: one for one in sharing}
    now = free | {one.style.id: one for one in rationed}
    again = sorted((one.name, one.style.id) for one in rationed)
    for _ in range(MOST_ROUNDS):
        curves = [curve for _, key in again for curve in _curves(book, free[key], now[key])]
        taken = [use_of(book, one) for one in now.values()]
        spare = {
            name: left - sum(uses.get(name, 0.0) for uses in taken)
            for name, left in book.left.items()
        }
        given = [one for one in share_out(curves, spare, node_limit=0).shares if one.offer]
        shares = {one.style: one for one in given}
        is_changed = False
        for _, key in sorted(again, key=lambda one: -_value(shares.get(one[0]))):
            share = shares.get(now[key].name)
            better = None if share is None else _with_more(book, now, key, share)
            if better is not None:
                now[key], is_changed = better, True
        if not is_changed:
            break
    return [now[one.style.id] for one in rationed]


def _value(share: Share | None) -> float:
    return 0.0 if share is None else share.value


def _runs(one: Pending) -> tuple[PricedPlan, ...]:
    """Return the runs decided on, one that waits for the other included."""
    if one.decision.action != "run":
        return ()
    beside = one.decision.beside
    return (one.decision.chosen,) if beside is None else (one.decision.chosen, beside)


def _units(one: Pending, offer: str) -> int:
    return sum(plan.quantity for plan in _runs(one) if plan.offer == offer)


def _curves(book: Book, free: Pending, now: Pending) -> list[RunCurve]:
    """Return what more a style could use, but of offers whose ration it does not use up."""
    rations = {offer.code: offer.ration for offer in now.asked.offers}
    uses = book.uses[free.style.id]
    found = further_curves(
        free.asked, free.name, _runs(now), unit_uses=uses, money=money_of(book, free)
    )
    return [
        curve
        for curve in found
        if (ration := rations[curve.offer]) and ration.most <= _units(now, curve.offer)
    ]


def _with_more(book: Book, now: Mapping[int, Pending], key: int, share: Share) -> Pending | None:
    """Return the style decided again with a share more; None: no better, or too much."""
    one = now[key]
    asked = _widened(one, share)
    fresh = replace(one, asked=asked, decision=decide(asked))
    before, after = (each.decision.chosen.expected_profit for each in (one, fresh))
    if after <= before + LEAST_GAIN * (1 + abs(before)):
        return None
    uses = {other: use_of(book, fresh if other == key else each) for other, each in now.items()}
    return None if short_of(book, uses) else fresh


def _widened(one: Pending, share: Share) -> Situation:
    """Return the situation with a share added to what a run takes of its offer."""
    most = _units(one, share.offer or "") + share.quantity
    offers = tuple(
        replace(offer, ration=replace(offer.ration, most=most))
        if offer.code == share.offer and offer.ration
        else offer
        for offer in one.asked.offers
    )
    return replace(one.asked, offers=offers)

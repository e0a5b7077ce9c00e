"""Share out what the styles of a batch, of one brand or several, want and cannot all have.

Each style is decided by itself first. Only where the runs together need more of something than is
left is it shared out; the styles that get less are decided again within their ration, so that
their economics and reasons are right. What stands for styles outside the batch stays theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from app.planning import Ration, Situation, decide
from app.planning.rationing import share_out
from app.planning.run_curves import run_curves
from app.planning.scarcity import Allocation, RunCurve, Share
from app.refresh.pending import Pending, Uses, money_of, short_of, use_of
from app.refresh.proposals import runs_to_ask_for
from app.refresh.rest import share_out_rest
from app.refresh.scarce import Book, book_of


def ration(decided: Sequence[Pending]) -> list[Pending]:
    """Return the styles that get another run than they want by themselves, decided again."""
    wanting = [one for one in decided if runs_to_ask_for(one.decision)]
    if not any(one.limits.are_any for one in wanting):
        return []
    book = book_of([(one.limits, one.style, one.offers) for one in wanting])
    taken = {one.style.id: use_of(book, one) for one in wanting}
    over = short_of(book, taken)
    if not over:
        return []
    sharing = _linked(book, wanting, over)
    left = _less_others(book, taken, {one.style.id for one in sharing})
    found = _share_out(book, sharing, left)
    again = _within(book, sharing, found, left, over)
    return share_out_rest(replace(book, left=left), sharing, again)


def _linked(book: Book, wanting: Sequence[Pending], over: Sequence[str]) -> list[Pending]:
    """Return the styles that could take of what is short, or of what those could take."""
    takes = {one.style.id: _could_take(book, one) for one in wanting}
    names, linked = set(over), set[int]()
    while more := {key for key, mine in takes.items() if key not in linked and names & mine}:
        linked |= more
        names = names.union(*(takes[key] for key in more))
    return [one for one in wanting if one.style.id in linked]


def _could_take(book: Book, one: Pending) -> set[str]:
    """Return the names of what any run of a style takes."""
    money = money_of(book, one)
    return set[str]().union({money} if money else (), *book.uses[one.style.id].values())


def _less_others(book: Book, taken: Mapping[int, Uses], sharing: set[int]) -> dict[str, float]:
    """Return what is left for those that share when the others have what they want."""
    others = [uses for style_id, uses in taken.items() if style_id not in sharing]
    return {
        name: left - sum(uses.get(name, 0.0) for uses in others) for name, left in book.left.items()
    }


def _share_out(book: Book, sharing: Sequence[Pending], left: Mapping[str, float]) -> Allocation:
    curves: list[RunCurve] = []
    for one in sharing:
        uses = book.uses[one.style.id]
        curves += run_curves(one.asked, one.name, unit_uses=uses, money=money_of(book, one))
    return share_out(curves, left)


def _within(
    book: Book,
    sharing: Sequence[Pending],
    found: Allocation,
    left: Mapping[str, float],
    over: Sequence[str],
) -> list[Pending]:
    """Return the styles decided again, so that all together fit what is left.

    First those that the sharing changes; then, where the others still take more than their
    shares, those too; last, where smaller runs cost more than larger ones (a price break), those
    that make the least of it get nothing.
    """
    shares = {share.style: share for share in found.shares}
    limit = replace(book, left=left)
    now = {one.style.id: one for one in sharing}
    again: dict[int, Pending] = {}

    def is_enough() -> bool:
        return not short_of(limit, {key: use_of(book, one) for key, one in now.items()})

    def redo(one: Pending, share: Share | None) -> None:
        asked = _rationed(book, one, share, found, over)
        fresh = replace(one, asked=asked, decision=decide(asked))
        now[one.style.id] = again[one.style.id] = fresh

    for one in sharing:
        if one.name in found.changed or one.name not in shares:
            redo(one, shares.get(one.name))
    if not is_enough():
        for one in sharing:
            if not _keeps_to(book, now[one.style.id], shares[one.name]):
                redo(one, shares[one.name])
    worth = {style: share.value for style, share in shares.items()}
    for one in sorted(sharing, key=lambda one: (worth.get(one.name, 0.0), one.style.id)):
        if is_enough():
            break
        redo(one, None)
    return [again[key] for key in sorted(again)]


def _keeps_to(book: Book, one: Pending, share: Share) -> bool:
    """Say whether a decision takes no more of what is scarce than its share."""
    uses = book.uses[one.style.id]
    scarce = [
        plan
        for plan in runs_to_ask_for(one.decision)
        if money_of(book, one) or uses.get(plan.offer or "")
    ]
    taken = sum(plan.quantity for plan in scarce)
    return taken <= share.quantity and all(plan.offer == share.offer for plan in scarce)


def _rationed(
    book: Book,
    one: Pending,
    share: Share | None,
    found: Allocation,
    over: Sequence[str],
) -> Situation:
    """Return the situation with a ration on every offer that takes of what is scarce."""
    uses = book.uses[one.style.id]
    offers = []
    for offer in one.asked.offers:
        mine = dict(uses.get(offer.code, {}))
        if money := money_of(book, one):
            mine[money] = min(price for _, price in offer.price_breaks) + offer.freight_per_unit
        is_given = share is not None and share.offer == offer.code
        most = share.quantity if share is not None and is_given else 0
        offers.append(replace(offer, ration=_ration(most, mine, found, over)) if mine else offer)
    return replace(one.asked, offers=tuple(offers))


def _ration(most: int, uses: Uses, found: Allocation, over: Sequence[str]) -> Ration:
    """Return a ration by the name of what weighs most in it, with the price of all of it."""
    costs = {name: each * found.prices.get(name, 0.0) for name, each in uses.items()}
    dearest = max(sorted(costs), key=lambda name: (costs[name], name in over))
    return Ration(most, _kind_of(dearest), sum(costs.values()), round(found.gap, 6))


def _kind_of(name: str) -> Literal["capacity", "material", "budget"]:
    kind = name.partition(":")[0]
    return cast("Literal['capacity', 'material', 'budget']", kind)

"""Bring what stands in line with what was decided, so that all of it fits what is limited.

First everything is planned, then written: a standing recommendation that is kept though a smaller
run was decided takes more than the sharing counted, and of twelve such the sum mattered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.recommendations.desk import REPLACEABLE, Desk, issue, may_issue, supersede, withdraw
from app.recommendations.draft import row_of
from app.recommendations.proposal import Fate, Proposal, ProposedRun
from app.recommendations.reserve import Reserve, Stands
from app.recommendations.standing import still_says
from app.recommendations.tables import Recommendation

MOST_TELLING: tuple[Fate, ...] = ("short", "issued", "superseded", "kept", "withdrawn", "held")
"""Of a style with a run and one beside it, the fate that says most is its fate."""


@dataclass
class Place:
    """What one factory is asked for of one style.

    Attributes:
        run: What is wanted of it.
        same: The draft or open one that stands there.
        stands: What that takes.
        holds: What will be taken there: by one of the two, or nothing.
    """

    proposal: Proposal
    decision_id: str
    run: ProposedRun
    same: Recommendation | None
    stands: Stands | None
    holds: ProposedRun | Stands | None = None

    @property
    def is_unchanged(self) -> bool:
        """Say whether what stands still says what is wanted."""
        return self.same is not None and still_says(self.same, self.run)

    @property
    def asks_for_less(self) -> bool:
        """Say whether the run wanted takes no more of anything than what stands."""
        old, new = self.same, self.run
        return (
            old is not None
            and (old.offer, old.lead_time_days) == (new.offer, new.lead_time_days)
            and new.quantity <= old.quantity
            and new.total_cost <= old.total_cost
            and (new.quantity, new.total_cost) != (old.quantity, old.total_cost)
        )


def settle(
    desk: Desk,
    decided: Iterable[tuple[Proposal, str]],
    standing: Mapping[int, Sequence[Recommendation]],
    *,
    takes_back: bool,
) -> dict[int, Fate]:
    """Issue, keep, supersede and withdraw; return the fate of every style.

    Args:
        desk: Its reserve is what is left besides the drafts and open ones of these styles.
        decided: Proposals, each with the id of its stored decision.
        standing: Drafts, open and countered ones by style.
        takes_back: What stands is taken back where the limits shrank below it.
    """
    fates: dict[int, set[Fate]] = {}
    places: list[Place] = []
    for proposal, decision_id in decided:
        mine = fates[proposal.style_id] = set[Fate]()
        places += _places(desk, proposal, decision_id, standing[proposal.style_id], mine)
    _plan(desk.reserve, places, takes_back=takes_back)
    for place in places:
        fates[place.proposal.style_id].add(_write(desk, place))
    return {
        style: next(fate for fate in MOST_TELLING if fate in found)
        for style, found in fates.items()
    }


def _places(
    desk: Desk,
    proposal: Proposal,
    decision_id: str,
    standing: Sequence[Recommendation],
    fates: set[Fate],
) -> list[Place]:
    """Withdraw what is not wanted any more, and return the factories that may be asked.

    With automatic release a new one waits for the review period, unless it is urgent or takes
    the place of what was withdrawn from another factory.
    """
    wanted = {run.factory_id: run for run in proposal.runs}
    unwanted = [
        row for row in standing if row.status in REPLACEABLE and row.factory_id not in wanted
    ]
    withdrawn = any([withdraw(desk, row) for row in unwanted])  # noqa: C419  every one
    fates.add("withdrawn" if withdrawn else "held")
    standing_at = {row.factory_id: row for row in standing}
    places = []
    for factory_id, run in wanted.items():
        same = standing_at.get(factory_id)
        if same is not None and same.status == "countered":
            fates.add("kept")
        elif same is not None or withdrawn or run.urgent or may_issue(desk, proposal.style_id):
            stands = None if same is None else Stands.of(same, run)
            places.append(Place(proposal, decision_id, run, same, stands))
    return places


def _plan(reserve: Reserve, places: Sequence[Place], *, takes_back: bool) -> None:
    """Say what will stand at each place: never more than there is, if no more stands already.

    What stands is counted from the start, whether or not it changes. What asks for less than
    stands comes first; then, as long as there is not enough, those that are kept give way to
    what was decided, where that is smaller; what grows or is new gets what is left.
    """
    standing = [place for place in places if place.same is not None]
    for place in standing:
        _hold(reserve, place, place.stands)
    smaller = sorted((place for place in standing if place.asks_for_less), key=_saving)
    for place in smaller:
        if not (place.is_unchanged and _is_enough(reserve, place)):
            _hold(reserve, place, place.run)
    for place in reversed(standing if takes_back else ()):
        if not _is_enough(reserve, place):
            _hold(reserve, place, None)
    for place in places:
        is_settled = place.holds is place.run or (place.holds is not None and place.is_unchanged)
        if not is_settled:
            held = place.holds
            _hold(reserve, place, None)
            _hold(reserve, place, place.run if reserve.fits(place.run) else held)


def _hold(reserve: Reserve, place: Place, holds: ProposedRun | Stands | None) -> None:
    if place.holds is not None:
        reserve.give_back(place.holds)
    if holds is not None:
        reserve.take(holds)
    place.holds = holds


def _is_enough(reserve: Reserve, place: Place) -> bool:
    """Say whether there is enough of everything that a place takes, all others as they are."""
    held = place.holds
    if held is None:
        return True
    reserve.give_back(held)
    fits = reserve.fits(held)
    reserve.take(held)
    return fits


def _saving(place: Place) -> tuple[bool, Decimal]:
    """Return what comes first of those that give way: what changes anyway, then the most money."""
    stands = Decimal(0) if place.same is None else place.same.total_cost
    return place.is_unchanged, place.run.total_cost - stands


def _write(desk: Desk, place: Place) -> Fate:
    """Bring what is stored in line with the plan."""
    same = place.same
    if place.holds is place.run:
        fresh = row_of(
            desk.brand,
            place.proposal,
            place.run,
            decision_id=place.decision_id,
            replaces=same,
            at=desk.at,
        )
        return issue(desk, fresh) if same is None else supersede(desk, same, fresh)
    if place.holds is None:
        if same is not None:
            withdraw(desk, same)
        return "short"
    return "kept" if place.is_unchanged else "short"

"""Turn a proposed run into the row of a recommendation: dates, release, links."""

from datetime import datetime, timedelta

from app.clock.time import end_of_day, local_day
from app.ids import new_id
from app.parties.refs import BrandRef
from app.recommendations.proposal import Proposal, ProposedRun
from app.recommendations.tables import Recommendation


def row_of(
    brand: BrandRef,
    proposal: Proposal,
    run: ProposedRun,
    *,
    decision_id: str,
    replaces: Recommendation | None,
    at: datetime,
) -> Recommendation:
    """Return the row to insert: open where the brand releases by itself, else a draft.

    A decision made before midnight and published after it is good from today on.
    """
    order_by = max(run.order_by, local_day(at, brand.timezone))
    opens = released_at_once(brand, run)
    return Recommendation(
        id=new_id("rec"),
        brand_id=brand.id,
        factory_id=run.factory_id,
        style_id=proposal.style_id,
        decision_id=decision_id,
        brand=brand.code,
        factory=run.factory,
        style=proposal.style,
        offer=run.offer,
        status="open" if opens else "draft",
        mode=run.mode,
        final=proposal.final,
        lines=[
            {
                "sku": line.sku,
                "sku_id": line.sku_id,
                "colorway": line.colorway,
                "size": line.size,
                "quantity": line.quantity,
            }
            for line in run.lines
            if line.quantity > 0
        ],
        quantity=run.quantity,
        currency=run.currency,
        unit_cost=run.unit_cost,
        setup_cost=run.setup_cost,
        freight_cost=run.freight_cost,
        tooling_cost=run.tooling_cost,
        total_cost=run.total_cost,
        lead_time_days=run.lead_time_days,
        expected_good_share=run.expected_good_share,
        order_by=order_by,
        need_by=max(run.need_by, order_by + timedelta(days=run.lead_time_days)),
        respond_by=respond_by(brand, end_of_day(order_by, brand.timezone), at=at),
        expires_at=end_of_day(order_by, brand.timezone),
        supersedes=replaces.id if replaces else None,
        superseded_by=None,
        seen_supersedes=_seen(replaces),
        seen_superseded_by=None,
        run=None,
        signal_at=proposal.signal_at,
        issued_at=at,
        opened_at=at if opens else None,
        answered_at=None,
        answer=None,
        counters=0,
        review=None,
        economics=dict(run.economics),
        alternatives=[dict(one) for one in run.alternatives],
        reasons=[dict(one) for one in run.reasons],
        digest=proposal.digest,
    )


def released_at_once(brand: BrandRef, run: ProposedRun) -> bool:
    """Say whether the brand lets a run of this cost out without looking at it."""
    if brand.release != "auto":
        return False
    return brand.release_limit is None or run.total_cost <= brand.release_limit


def respond_by(brand: BrandRef, expires_at: datetime, *, at: datetime) -> datetime:
    """Return until when a factory is asked to answer what opened at `at`."""
    return min(at + timedelta(hours=brand.respond_within_hours), expires_at)


def _seen(replaces: Recommendation | None) -> str | None:
    """Return the last one that the factory saw of what this one replaces."""
    if replaces is None:
        return None
    return replaces.id if replaces.opened_at is not None else replaces.seen_supersedes

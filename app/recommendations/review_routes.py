"""What a brand does with its recommendations: let out, take back, review a counter."""

from app.audit.record import record
from app.clock.time import now
from app.parties.access import CallerDep, CurrentBrand
from app.recommendations.acts import act_on
from app.recommendations.review import accept_counter, decline_counter, release, withdraw
from app.recommendations.schemas import ReviewIn
from app.recommendations.view import BrandRecommendation
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router

routes = router(tag="recommendations")


@routes.post("/recommendations/{recommendation}/release")
def release_recommendation(
    recommendation: str,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> BrandRecommendation:
    """Let a draft out to its factory, on terms that still hold.

    Where its offer is gone (`offer_gone`), dearer (`cost_rise`), cheaper or otherwise changed
    (`terms_changed`) by now, that is refused: the draft is replaced by what is decided anew.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = release(session, brand, recommendation, at=at)
        record(session, caller, act_on(row, "recommendation.released"), at=at)
        return BrandRecommendation.of(row)


@routes.post("/recommendations/{recommendation}/withdraw")
def withdraw_recommendation(
    recommendation: str,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> BrandRecommendation:
    """Take back an open or countered recommendation."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = withdraw(session, brand, recommendation, at=at)
        record(session, caller, act_on(row, "recommendation.withdrawn"), at=at)
        return BrandRecommendation.of(row)


@routes.post("/recommendations/{recommendation}/counter-review")
def review_counter(
    recommendation: str,
    review: ReviewIn,
    caller: CallerDep,
    brand: CurrentBrand,
    database: DatabaseDep,
    settings: SettingsDep,
) -> BrandRecommendation:
    """Accept a counter, which makes the run on its terms, or decline it, which reopens.

    Name the `counter` you saw: where the factory replaced it meanwhile, nothing is decided.
    """
    decide = accept_counter if review.decision == "accept" else decline_counter
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = decide(
            session, brand, recommendation, reason=review.reason, at=at, seen=review.counter
        )
        record(session, caller, act_on(row, "counter.reviewed", review.decision), at=at)
        return BrandRecommendation.of(row)

"""Scorecards: what a brand and a factory learned of each other, shown to both alike."""

from app.clock.time import now
from app.insight.scorecard import pairs_page, scorecards
from app.insight.scorecard_schemas import ScorecardOut
from app.parties.access import Reader
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router

routes = router(tag="insight")


@routes.get("/scorecards")
def list_scorecards(
    reader: Reader, database: DatabaseDep, settings: SettingsDep, page: PageParams
) -> Page[ScorecardOut]:
    """List what pairs of brand and factory learned of each other over the last year.

    Response times, answers, kept dates, lead time order to delivery, rejects, flexibility and
    complaints, each with the counts behind it, and what decisions reckon with instead of an
    offer's statement. A brand sees its factories, a factory its brands, both the same figures.
    """
    shown = page.after(str, str)
    with database.read() as session:
        pairs = pairs_page(
            session,
            brand_id=reader.brand.id if reader.brand else None,
            factory_id=reader.factory.id if reader.factory else None,
            after=(str(shown[0]), str(shown[1])) if shown else None,
            limit=page.fetch,
        )
        at = now(session, sandbox=settings.sandbox)
        cards = scorecards(session, pairs, at=at)
    return page.page(
        cards, key=lambda card: (card.pair.brand, card.pair.factory), out=ScorecardOut.of
    )

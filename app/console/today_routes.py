"""Today: what needs a decision, sorted by the money at stake, and the decisions themselves."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock.time import local_day, now
from app.console.answers import go, page
from app.console.door import FormDep, PathBrand, VisitorDep, pages
from app.console.forms import Form, text_of
from app.console.quarantine import waiting_count
from app.console.sessions import Visitor
from app.console.today import SHOWN, Wanted, counted, factories_asked, waiting
from app.database.database import Database
from app.errors import Invalid, NotFound
from app.parties.refs import BrandRef
from app.recommendations.acts import act_on
from app.recommendations.review import accept_counter, decline_counter, release, withdraw
from app.recommendations.tables import Recommendation
from app.settings import Settings
from app.web.context import DatabaseDep, SettingsDep

routes = pages()

LAST_PAGE = 1_000
LONGEST_REASON = 500

Text = Annotated[str, Query(max_length=200)]
Change = Callable[[Session, datetime], Recommendation]


@routes.get("/b/{brand}")
def show_brand(request: Request, brand: PathBrand) -> Response:
    """Go to what needs a decision of this brand."""
    return go(request, f"/console/b/{brand.code}/today")


@routes.get("/b/{brand}/today")
def show_today(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    settings: SettingsDep,
    show: Text = "decide",
    factory: Text = "",
    search: Annotated[str, Query(alias="q", max_length=200)] = "",
    number: Annotated[int, Query(alias="page", ge=0, le=LAST_PAGE)] = 0,
) -> Response:
    """Show what waits for somebody."""
    if show not in SHOWN:
        raise NotFound("there is no such page")
    wanted = Wanted(show, factory, search.strip(), number)
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows, more = waiting(session, brand, wanted, at=at)
        counts = counted(session, brand, at=at)
        factories = factories_asked(session, brand)
        quarantined = waiting_count(session, brand.id)
    here = f"/console/b/{brand.code}/today"
    asked = {"show": show, "factory": factory, "q": wanted.search}
    return page(
        request,
        "today.html",
        brand=brand,
        rows=rows,
        wanted=wanted,
        shown=SHOWN,
        counts=counts,
        factories=factories,
        quarantined=quarantined,
        today=local_day(at, brand.timezone),
        at=at,
        first=f"{here}?{urlencode(asked)}" if number else None,
        next=f"{here}?{urlencode({**asked, 'page': number + 1})}" if more else None,
    )


@routes.post("/b/{brand}/recommendations/{recommendation}/release")
def release_draft(
    request: Request,
    brand: PathBrand,
    recommendation: str,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Let a draft out to its factory."""

    def change(session: Session, at: datetime) -> Recommendation:
        return release(session, brand, recommendation, at=at)

    row = _done(database, settings, visitor, change, "recommendation.released")
    return go(request, _back(form, brand), f"{row.style}: released to {row.factory}.")


@routes.post("/b/{brand}/recommendations/{recommendation}/withdraw")
def withdraw_open(
    request: Request,
    brand: PathBrand,
    recommendation: str,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Take back what was asked of a factory."""

    def change(session: Session, at: datetime) -> Recommendation:
        return withdraw(session, brand, recommendation, at=at)

    row = _done(database, settings, visitor, change, "recommendation.withdrawn")
    return go(request, _back(form, brand), f"{row.style}: withdrawn from {row.factory}.")


@routes.post("/b/{brand}/recommendations/{recommendation}/counter-review")
def answer_counter(
    request: Request,
    brand: PathBrand,
    recommendation: str,
    visitor: VisitorDep,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Accept or decline the counter that the page showed."""
    decision, seen = text_of(form, "decision"), text_of(form, "counter")
    reason = text_of(form, "reason") or None
    if decision not in {"accept", "decline"} or not (seen.isascii() and seen.isdigit()):
        raise Invalid("say whether the counter is accepted or declined")
    if reason is not None and (len(reason) > LONGEST_REASON or not reason.isprintable()):
        raise Invalid(f"a reason is one line of at most {LONGEST_REASON} characters")
    decide = accept_counter if decision == "accept" else decline_counter

    def change(session: Session, at: datetime) -> Recommendation:
        number = int(seen[:9])
        return decide(session, brand, recommendation, reason=reason, at=at, seen=number)

    row = _done(database, settings, visitor, change, "counter.reviewed", decision)
    words = f"{row.factory}'s counter is {decision.rstrip('e')}ed."
    return go(request, _back(form, brand), f"{row.style}: {words}")


def _done(
    database: Database,
    settings: Settings,
    visitor: Visitor,
    change: Change,
    action: str,
    decision: str | None = None,
) -> Recommendation:
    """Change a recommendation and write down who did, in one transaction."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        row = change(session, at)
        record(session, visitor, act_on(row, action, decision), at=at)
        return row


def _back(form: Form, brand: BrandRef) -> str:
    return text_of(form, "back") or f"/console/b/{brand.code}/today"

"""A style: what was sold, what will be, what was decided and why; decided again on demand."""

from fastapi import Request, Response

from app.catalog.queries import style_by_code
from app.clock.time import local_day, now
from app.console.answers import go, page
from app.console.door import FormDep, PathBrand, pages
from app.console.style_page import read_style, style_page
from app.errors import NotFound
from app.recommendations.kept import kept_decision
from app.recommendations.queries import last_decision
from app.refresh.replay import replay
from app.sales.tables import SalesRow
from app.web.context import DatabaseDep, SettingsDep

routes = pages()


@routes.get("/b/{brand}/styles/{style}")
def show_style(
    request: Request, brand: PathBrand, style: str, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Show a style."""
    with database.read(SalesRow) as session:
        at = now(session, sandbox=settings.sandbox)
        read = read_style(session, brand, style, at=at)
    today = local_day(at, brand.timezone)
    shown = style_page(read, brand, paths=settings.forecast_paths, today=today)
    return page(request, "style.html", brand=brand, shown=shown, read=read, today=today)


@routes.post("/b/{brand}/styles/{style}/replay")
def replay_style(
    request: Request, brand: PathBrand, style: str, database: DatabaseDep, form: FormDep
) -> Response:
    """Make the style's last decision again from what was kept of it, and say whether it agrees."""
    with database.read() as session:
        found = style_by_code(session, brand.id, style)
        row = None if found is None else last_decision(session, found.id)
        if row is None:
            raise NotFound("nothing was decided for the style yet", code="not_decided_yet")
        kept = kept_decision(session, row)
    again = replay(kept)
    back = str(form.get("back", ""))
    if again.identical:
        return go(request, back, f"Decided again: identical. Digest {again.digest}.")
    words = f"Decided again: NOT identical, differs in {', '.join(again.differences)}."
    return go(request, back, f"{words} Digest {again.digest}.", kind="refused")

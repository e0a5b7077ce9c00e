"""Styles: find one."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from app.console.answers import page
from app.console.door import PathBrand, pages
from app.console.style_list import standing_by_style, styles_found
from app.web.context import DatabaseDep

routes = pages()

PER_PAGE = 50


@routes.get("/b/{brand}/styles")
def show_styles(
    request: Request,
    brand: PathBrand,
    database: DatabaseDep,
    search: Annotated[str, Query(alias="q", max_length=200)] = "",
    planning: Annotated[str, Query(pattern="^(active|paused|ended)?$")] = "",
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List a brand's styles, or those that a search finds."""
    words = search.strip()
    with database.read() as session:
        rows = styles_found(
            session, brand.id, search=words, planning=planning, after=after, limit=PER_PAGE + 1
        )
        shown, more = rows[:PER_PAGE], len(rows) > PER_PAGE
        standing = standing_by_style(session, [row.id for row in shown])
    here = f"/console/b/{brand.code}/styles"
    asked = {"q": words, "planning": planning}
    following = {**asked, "after": shown[-1].code} if more else {}
    return page(
        request,
        "styles.html",
        brand=brand,
        rows=shown,
        standing=standing,
        search=words,
        planning=planning,
        first=f"{here}?{urlencode(asked)}" if after else None,
        next=f"{here}?{urlencode(following)}" if more else None,
    )

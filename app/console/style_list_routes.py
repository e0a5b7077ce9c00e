"""Styles: find one."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.console.answers import page
from app.console.door import PathBrand, pages
from app.console.paging import paged
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
        standing = standing_by_style(session, [row.id for row in rows])
    shown = paged(
        rows,
        PER_PAGE,
        f"/console/b/{brand.code}/styles",
        cursor="after",
        position=lambda row: row.code,
        turned=bool(after),
        asked={"q": words, "planning": planning},
    )
    return page(
        request,
        "styles.html",
        brand=brand,
        standing=standing,
        search=words,
        planning=planning,
        **shown,
    )

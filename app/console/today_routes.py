"""Today: what needs a decision, sorted by the money at stake."""

from fastapi import Request, Response

from app.console.answers import page
from app.console.door import PathBrand, pages

routes = pages()


@routes.get("/b/{brand}/today")
def show_today(request: Request, brand: PathBrand) -> Response:
    """Show what needs a decision."""
    return page(request, "today.html", brand=brand)

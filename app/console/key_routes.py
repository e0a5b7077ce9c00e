"""API keys: list, make, rotate, revoke; for ops alone."""

from fastapi import Request, Response

from app.console.answers import page
from app.console.door import OpsVisitor, pages

routes = pages()


@routes.get("/keys")
def show_keys(request: Request, visitor: OpsVisitor) -> Response:
    """List the keys."""
    del visitor
    return page(request, "keys.html")

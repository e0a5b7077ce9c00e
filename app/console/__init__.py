"""The operations console at `/console`: what needs a decision, and why, for people.

Owns: who may open it (`users`), their sessions and links (`sessions`), and the pages. It decides
nothing itself: a form calls what the API's routes call, with the visitor as the log's actor.

A page is a module `<page>_routes.py` beside its template; `routes.py` takes its router in and
`navigation.py` its line:

    routes = pages()  # door.py: session, form and errors are dealt with

    @routes.get("/b/{brand}/styles")
    def show_styles(request: Request, brand: PathBrand, database: DatabaseDep) -> Response:
        with database.read() as session:
            rows = ...
        return page(request, "styles.html", brand=brand, rows=rows)

    @routes.post("/b/{brand}/styles/{style}/pause")
    def pause(request: Request, brand: PathBrand, visitor: VisitorDep, form: FormDep, ...):
        with database.write() as session:
            ...
            record(session, visitor, act, at=at)
        return go(request, text_of(form, "back"), "The style is paused.")

- `VisitorDep` is who is signed in, `OpsVisitor` the same for ops alone, `PathBrand` the brand in
  the path if it is theirs (else it is a page that does not exist). `FormDep` are the fields of a
  POST, its origin and token checked before. `go` sends on (303) to a page that says the words at
  its top. A `ShortrunError` of a form is said on the page in its `back` field, any other on a
  page of its own; `refusals.py` has the words by code. `UploadDep` is the file of a form that has
  one. What must not be done twice asks `said_before` first (`once.py`), and its form begins with
  `hidden(frame, once=True)`.
- A template extends `layout.html`: blocks `title`, `content`, `foot`. `macros.html` has `badge`,
  `act` (a form that is one button), `hidden(frame)` (first in every other POST form), `empty`,
  `fact`, `pager`, `notice`. `frame` is there in each: `visitor`, `brand`, `here` (path and query).
  The filters are those of `figures.py`.
- The policy forbids inline script and style: classes of `console.css`; in SVG presentation
  attributes or classes (`--series-1` to `-4` are the colours of lines), never `style=`. htmx only
  where the page works without it.
- Wide tables stand in `<div class="scroll" role="region" tabindex="0" aria-label="...">`; those
  of class `stacked` become cards on a phone, each cell with its `data-label`.
"""

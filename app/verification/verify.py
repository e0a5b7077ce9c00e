"""All checks, one after the other, on one snapshot of the database."""

from collections.abc import Callable, Generator, Mapping

from sqlalchemy.orm import Session

from app.verification.audit import broken_audit
from app.verification.feeds import broken_feeds
from app.verification.finding import Finding
from app.verification.once import miscounted_events
from app.verification.references import orphan_rows
from app.verification.runs import miscounted_runs, runs_apart
from app.verification.sales_days import misplaced_sales
from app.verification.signals import forgotten_styles

Check = Callable[[Session], Generator[Finding]]

CHECKS: Mapping[str, Check] = {
    "rows that name others": orphan_rows,
    "days of sales": misplaced_sales,
    "events, each once": miscounted_events,
    "chains of feeds": broken_feeds,
    "audit log": broken_audit,
    "accepted, once": runs_apart,
    "units of runs": miscounted_runs,
    "styles in the round": forgotten_styles,
}

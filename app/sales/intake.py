"""Take in the calls of one process: those of few events that come at once, in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from anyio import to_thread

from app.clock.time import now
from app.database.database import Database
from app.errors import Unavailable
from app.parties.refs import BrandRef
from app.sales.ingest import Outcome, SalesEvent, store_calls
from app.web.together import Together

FEW = 100
"""A call of more events has its own transaction at once: to commit it is little of its work."""


class Call(NamedTuple):
    """The events of one call, and whose they are."""

    brand: BrandRef
    events: Sequence[SalesEvent]


class Intake:
    """Stores what is posted and answers when it is committed.

    Calls of one brand that come while a transaction is on its way are stored in the next one.
    One that cannot be stored takes no other with it.
    """

    def __init__(self, database: Database, *, sandbox: bool) -> None:
        """Store nothing yet."""
        self._database, self._sandbox = database, sandbox
        self._together: dict[int, Together[Call, Outcome]] = {}

    async def take(self, brand: BrandRef, events: Sequence[SalesEvent]) -> Outcome:
        """Store the events of one call; say what became of each once that is committed.

        Raises:
            Invalid: If an event lies more than a day ahead of the clock; nothing is stored then.
        """
        call = Call(brand, events)
        if len(events) > FEW:
            return (await to_thread.run_sync(self._store, [call]))[0]
        together = self._together.get(brand.id)
        if together is None:
            together = Together(self._store, marks=lambda _: (), apart=(Unavailable,))
            self._together[brand.id] = together
        return await together.do(call)

    def _store(self, calls: Sequence[Call]) -> list[Outcome]:
        """Store calls of one brand at once: all of them or, when it raises, none."""
        with self._database.write(at_once=True) as session:
            at = now(session, sandbox=self._sandbox)
            return store_calls(session, calls[-1].brand, [call.events for call in calls], at=at)

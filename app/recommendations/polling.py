"""Where those who poll are served: the kept pages and lists, and the watch for those who wait."""

import asyncio

from app.database.database import Database
from app.recommendations.heads import Heads
from app.recommendations.lists import StandingLists
from app.recommendations.pages import FeedPages
from app.recommendations.waiting import FeedWatch


class FeedPolling:
    """What one event loop needs to answer those who poll feeds of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        heads = Heads(database)
        self.pages = FeedPages(database, heads)
        self.lists = StandingLists(heads)
        self.watch = FeedWatch(database, on_news=heads.doubt)


_pollings: dict[asyncio.AbstractEventLoop, FeedPolling] = {}


def polling_of(database: Database) -> FeedPolling:
    """Return this event loop's polling of its database, made when first needed."""
    loop = asyncio.get_running_loop()
    polling = _pollings.get(loop)
    if polling is None or polling.database is not database:
        for ended in [one for one in _pollings if one.is_closed()]:
            del _pollings[ended]
        polling = _pollings[loop] = FeedPolling(database)
    return polling


def let_all_go() -> None:
    """Answer all who wait on this event loop, for a server that is about to end."""
    polling = _pollings.get(asyncio.get_running_loop())
    if polling is not None:
        polling.watch.let_go()

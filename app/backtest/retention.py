"""Forget backtests that ended long ago."""

from datetime import datetime

from sqlalchemy import delete

from app.backtest.tables import Backtest
from app.database.database import Database


def prune_backtests(database: Database, *, before: datetime) -> None:
    """Delete the backtests that ended before a time; of each brand some are kept at most anyway."""
    with database.write() as session:
        session.execute(delete(Backtest).where(Backtest.finished_at < before))

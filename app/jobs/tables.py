"""Due work."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import ONLY_ON, Base, Json, UtcTime


class DueWork(Base):
    """One key that is due at a time; `generation` counts the signals, a claim remembers it.

    There is one index and no more: each sale of a style that waits for its midnight moves the
    style in it, to a page of its own in a large range.
    """

    __tablename__ = "due_work"
    __table_args__ = (
        Index("ix_due_work_due_at_group_id", "due_at", "group_id"),
        {"sqlite_strict": True},
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    signal_at: Mapped[datetime | None] = mapped_column(UtcTime)
    generation: Mapped[int] = mapped_column(BigInteger)
    lease: Mapped[str | None] = mapped_column(String(40))
    holder: Mapped[str | None] = mapped_column(String(140))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(Integer)


class DueSignal(Base):
    """Keys of one group that became due together and are not marked in `DueWork` yet."""

    __tablename__ = "due_signals"
    __table_args__ = ({"sqlite_strict": True, "info": {ONLY_ON: "sqlite"}},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    group_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime)
    keys: Mapped[list[int]] = mapped_column(Json)


class WorkerBeat(Base):
    """When each worker last said that it is alive and last refreshed, on the machine's clock."""

    __tablename__ = "worker_beats"
    __table_args__ = {"sqlite_strict": True}

    worker: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    process: Mapped[str | None] = mapped_column(String(140))
    refreshed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class WorkTotal(Base):
    """How much all workers have done of something since the first one; it only grows."""

    __tablename__ = "work_totals"
    __table_args__ = {"sqlite_strict": True}

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[float] = mapped_column(Float)

"""The sandbox clock: at most one row, and none when time runs by itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, UtcTime


class SandboxClock(Base):
    """The time an operator set; it stands still until set again."""

    __tablename__ = "sandbox_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    now: Mapped[datetime] = mapped_column(UtcTime)

"""Answers kept for repeated requests."""

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, UtcTime


class KeptAnswer(Base):
    """The first answer to an `Idempotency-Key` of a caller; `status` is null while it runs."""

    __tablename__ = "kept_answers"
    __table_args__ = {"sqlite_strict": True}

    caller: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)

"""The log and the head of its chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Json, UtcTime


class AuditEntry(Base):
    """Something that somebody did; `hash` covers it and every entry before it.

    Brand and factory are no foreign keys: the log outlives whom it speaks of.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("role IN ('ops', 'brand', 'factory', 'command')", name="role_known"),
        Index("ix_audit_entries_brand_id_seq", "brand_id", "seq"),
        Index("ix_audit_entries_factory_id_seq", "factory_id", "seq"),
        {"sqlite_strict": True},
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
    role: Mapped[str] = mapped_column(String(8))
    key_id: Mapped[str | None] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(140))
    brand_id: Mapped[int | None] = mapped_column(Integer)
    factory_id: Mapped[int | None] = mapped_column(Integer)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last entry: what shows that none was cut off behind it. There is one row, 1."""

    __tablename__ = "audit_heads"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("last_seq >= 0", name="seq_counts"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[str] = mapped_column(String(64))

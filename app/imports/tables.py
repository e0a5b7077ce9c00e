"""Imports that somebody asked for, their files, what was wrong in them, and learned mappings."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, Json, UtcTime


class Import(Base):
    """One import: what was asked, how far it is, who works on it, what it read and stored.

    `rows_read` is how far it came: it moves in the transaction that stores those rows. `lease`
    names the worker's hold of it, until `lease_until` on the machine's clock, and `holder` its
    process; `attempts` counts holds since it last moved, so that one that ends its workers is given
    up.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
        CheckConstraint("stage IN ('checking', 'storing')", name="stage_known"),
        CheckConstraint("on_error IN ('skip', 'abort')", name="on_error_known"),
        CheckConstraint(
            "kind IN ('sales', 'stock', 'inbound', 'known_demand', 'catalog')", name="kind_known"
        ),
        Index("ix_imports_status_requested_at", "status", "requested_at"),
        Index("ix_imports_brand_id_id", "brand_id", "id"),
        Index("ix_imports_brand_id_same", "brand_id", "same"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(8))
    stage: Mapped[str] = mapped_column(String(8))
    preset: Mapped[str | None] = mapped_column(String(40))
    mapping: Mapped[dict[str, str] | None] = mapped_column(Json)
    dry_run: Mapped[bool] = mapped_column(Boolean)
    on_error: Mapped[str] = mapped_column(String(5))
    file_name: Mapped[str] = mapped_column(String(200))
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    same: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seconds: Mapped[float | None] = mapped_column(Float)
    rows_expected: Mapped[int | None] = mapped_column(Integer)
    rows_read: Mapped[int] = mapped_column(Integer)
    rows_stored: Mapped[int] = mapped_column(Integer)
    rows_duplicate: Mapped[int] = mapped_column(Integer)
    rows_rejected: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[dict[str, int]] = mapped_column(Json)
    read_as: Mapped[dict[str, Any] | None] = mapped_column(Json)
    preview: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(1000))
    lease: Mapped[str | None] = mapped_column(String(40))
    holder: Mapped[str | None] = mapped_column(String(140))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(Integer)


class ImportPart(Base):
    """A piece of a file, until its import has ended: any worker on any machine can read it."""

    __tablename__ = "import_parts"
    __table_args__ = (
        Index("ix_import_parts_received_at", "received_at"),
        {"sqlite_strict": True},
    )

    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(UtcTime)


class RowFault(Base):
    """What is wrong with a value of a file; an empty column: with the whole row."""

    __tablename__ = "import_errors"
    __table_args__ = {"sqlite_strict": True}

    import_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    column_name: Mapped[str] = mapped_column(String(100), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(300))


class LearnedMapping(Base):
    """Which columns a brand's files of one kind and header have; the last one that worked."""

    __tablename__ = "import_mappings"
    __table_args__ = {"sqlite_strict": True}

    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    header: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

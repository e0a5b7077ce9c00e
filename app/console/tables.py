"""People who may open the console, their sessions and their one-time links."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base, UtcTime


class ConsoleUser(Base):
    """A person: what the audit log names, so that one who was removed stays as a row.

    `password_hash` is argon2's, with its parameters; None: signs in by links alone.
    """

    __tablename__ = "console_users"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("role IN ('ops', 'brand')", name="role_known"),
        CheckConstraint("(role = 'brand') = (brand_id IS NOT NULL)", name="bound_to_one_brand"),
        {"sqlite_strict": True},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(8))
    brand_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("brands.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ConsoleSession(Base):
    """Somebody signed in: known by the hash of what their browser shows."""

    __tablename__ = "console_sessions"
    __table_args__ = {"sqlite_strict": True}

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("console_users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class ConsoleLink(Base):
    """A link that signs its user in once; gone when it was used."""

    __tablename__ = "console_links"
    __table_args__ = {"sqlite_strict": True}

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("console_users.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)

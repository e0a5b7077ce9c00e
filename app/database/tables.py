"""What the database says of its own tables."""

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.base import Base


class SchemaState(Base):
    """The oldest revision whose code works with the tables as they are; one row."""

    __tablename__ = "schema_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), {"sqlite_strict": True})

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    readable_from: Mapped[str] = mapped_column(String(32))

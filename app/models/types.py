"""Column types shared by the tables."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, TypeDecorator

from app.domain.calendar import OFFICE


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and read back in Bogotá time, on every database alike.

    SQLite would give back naive values. A naive value is refused: it does not say when.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(OFFICE)


def readable_enum(members: type[StrEnum], name: str) -> Enum:
    """Store an enum by its readable value, with a CHECK on the column."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )

"""Writing many rows at once, with the values exactly as the models' columns would store them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from app.extensions import Base

Row = dict[str, Any]


def insert(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns: COPY on PostgreSQL, `executemany` on SQLite."""
    if not rows:
        return
    table: Table = model.__table__  # type: ignore[assignment]  # every model of ours is a table
    names = list(rows[0])
    converters = [_converter(session, table, name) for name in names]
    values = (
        [convert(row[name]) for name, convert in zip(names, converters, strict=True)]
        for row in rows
    )
    columns = ", ".join(names)
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for value in values:
                copy.write_row(value)
        return
    marks = ", ".join("?" * len(names))
    driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", values)  # noqa: S608 - names of our own tables


def next_id(session: Session, model: type[Base]) -> int:
    """The first number that no row has."""
    column = model.__table__.c.id
    return int(session.scalar(select(func.coalesce(func.max(column), 0) + 1)) or 1)


def advance_ids(session: Session, model: type[Base]) -> None:
    """Let the database number on from the rows that came with a number of their own."""
    if session.get_bind().dialect.name == "postgresql":
        name = model.__tablename__
        session.execute(
            text(
                "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, false)",
            ),
            {"name": name, "last": next_id(session, model)},
        )


def _converter(session: Session, table: Table, name: str) -> Callable[[Any], Any]:
    dialect = session.get_bind().dialect
    kind: Any = table.c[name].type.dialect_impl(dialect)
    return kind.bind_processor(dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value

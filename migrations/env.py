"""How Alembic reaches the database of the app; one history serves SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

import app.models  # noqa: F401  the tables must be known to compare them

db = current_app.extensions["migrate"].db


def render_item(_kind: str, item: object, _context: object) -> str | bool:
    """Write our own column type with the name that the migrations import."""
    return "UTCDateTime()" if type(item).__name__ == "UTCDateTime" else False


def include_object(
    _thing: object, name: str | None, kind: str, _reflected: bool, _compare_to: object
) -> bool:
    """Leave out the index of words, which each database makes in its own way (0009)."""
    is_index = (name or "").startswith(("case_index", "ix_case_words"))
    return not is_index and (kind, name) != ("column", "tokens")


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        include_object=include_object,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

"""The way back to the queue: to the list that one came from, with its filters."""

from flask import session, url_for

from app.access import account
from app.staff.blueprint import bp

KEY = "cola"


def remember(query: str) -> None:
    """Keep the list that this person looks at. It is in their signed cookie, and no other's."""
    kept = [account().id, query]
    if session.get(KEY) != kept:
        session[KEY] = kept


def address() -> str:
    """Where «back» leads: the list that this person looked at last."""
    whose, query = session.get(KEY, [0, ""])
    here = url_for("staff.queue")
    return f"{here}?{query}" if query and whose == account().id else here


@bp.context_processor
def _way_back() -> dict[str, object]:
    return {"queue_url": address}

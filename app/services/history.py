"""The history of a case. Status and line change together, in `move`, and nowhere else but in the
filing that begins it."""

from datetime import datetime

from app.domain.requerimiento import Action, next_status
from app.extensions import db
from app.models import Account, Event, Message, Requerimiento
from app.services import register


def move(
    case: Requerimiento,
    action: Action,
    *,
    author: Account | None,
    now: datetime,
    note: str = "",
    days: int | None = None,
    ground: str | None = None,
    message: Message | None = None,
) -> None:
    """Change the status and write the history line, chained: never one without the other."""
    case.status = next_status(case.status, action)
    case.is_open = case.status.is_open
    event = Event(
        requerimiento_id=case.id,
        action=action,
        status=case.status,
        author_id=author.id if author else None,
        happened_at=now,
        note=note[:500],
        days=days,
        ground=ground,
        message_id=message.id if message else None,
    )
    db.session.add(event)
    db.session.flush()
    register.record(case, event, message)

"""The history of a case. Status and line change together, in `move`, and nowhere else but in the
filing that begins it."""

from datetime import datetime

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action, next_status
from app.extensions import db
from app.models import Account, Event, Message, Requerimiento
from app.services import held, register

LONGEST_NOTE = 500  # letters of a line
SET_APART = "Esa persona está apartada de este caso. Elija otra."


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
    """Change the status and write the history line, chained: never one without the other.

    Raises:
        RuleBroken: the state does not admit it, or the case would be somebody's who was set
            apart from it.
    """
    _check_holder(case)
    was_open, case.status = case.status.is_open, next_status(case.status, action)
    case.is_open = case.status.is_open
    if was_open and not case.is_open and action is not Action.ANSWER:
        held.case_ended(case, action)
    event = Event(
        requerimiento_id=case.id,
        action=action,
        status=case.status,
        author_id=author.id if author else None,
        happened_at=now,
        note=note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1].rstrip()}…",
        days=days,
        ground=ground,
        due_on=case.due_on,
        message_id=message.id if message else None,
    )
    db.session.add(event)
    db.session.flush()
    register.record(case, event, message)


def _check_holder(case: Requerimiento) -> None:
    """No case is given to whom it was closed to, by whatever use case."""
    if not case.recused:
        return
    holder = case.assignee
    # What was set may not have reached the other yet: the row is written afterwards.
    if case.assignee_id in case.recused or (holder is not None and holder.id in case.recused):
        raise RuleBroken(SET_APART)

"""When a citizen first opened what the office wrote: a chained line of the history of its case for
each message, since it is what the certificate proves (Ley 1437 of 2011, article 56)."""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Row, insert, select

from app.domain.requerimiento import Action, next_status
from app.extensions import db
from app.models import Event, Requerimiento
from app.services import register


def record(case_id: int, opened: Iterable[Row[int, str | None]], now: datetime) -> None:
    """Write down that the citizen of a case opened those messages, each with its number and its
    radicado. Part of the transaction that marks them; the case itself does not change."""
    letters = {row[0]: row[1] for row in sorted(opened, key=itemgetter(0))}
    if not letters:
        return
    locked = select(Requerimiento).filter_by(id=case_id).with_for_update(of=Requerimiento)
    case = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    line = {
        "requerimiento_id": case.id,
        "action": Action.OPEN,
        "status": next_status(case.status, Action.OPEN),
        "author_id": case.citizen_id,
        "happened_at": now,
        "note": "",
        "due_on": case.due_on,
    }
    events = db.session.scalars(
        insert(Event).returning(Event), [line | {"message_id": number} for number in letters]
    )
    told = [(event, letters[event.message_id or 0]) for event in events]
    register.chain(
        case.entity_id, [register.written(case, event, code, None, "") for event, code in told]
    )

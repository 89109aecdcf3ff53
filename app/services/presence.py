"""Who of the staff has a case open at this moment (W4). It is only a courtesy: nothing is decided
by it, and a beat that is lost says no more than that somebody left."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import joinedload

from app.extensions import db, writing
from app.models import Account, Presence, Requerimiento

FRESH = timedelta(seconds=45)  # two beats of the page, and a little more
KEPT = timedelta(hours=1)


class Present(NamedTuple):
    """A colleague on the case."""

    name: str
    is_writing: bool


def beat(
    case: Requerimiento, account: Account, *, is_writing: bool, now: datetime
) -> list[Present]:
    """Say that one has the case open, and return who else has, by name."""
    case_id, account_id = case.id, account.id
    try:
        with writing(patience=500) as session:
            old = Presence.seen_at < now - KEPT
            session.execute(delete(Presence).where(Presence.requerimiento_id == case_id, old))
            row = session.get(Presence, (case_id, account_id))
            if row is None:
                row = Presence(requerimiento_id=case_id, account_id=account_id)
                session.add(row)
            row.seen_at, row.is_writing = now, is_writing
    except (IntegrityError, OperationalError):  # another window was faster, or it is busy
        db.session.rollback()
    others = db.session.scalars(
        select(Presence)
        .where(Presence.requerimiento_id == case_id, Presence.account_id != account_id)
        .where(Presence.seen_at > now - FRESH)
        .options(joinedload(Presence.account))
    )
    return sorted(Present(row.account.display_name, row.is_writing) for row in others)

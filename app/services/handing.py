"""Giving away what an office or a person still holds, so that they can close (W8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import NotFound, RuleBroken
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import Account, Requerimiento
from app.services import casework, held
from app.services.history import move

# More would keep whoever pressed the button waiting; they press it again.
MOST = 500
MORE = (
    "Todavía quedan requerimientos abiertos: los que se pasaron ya están en su nuevo lugar. "
    "Oprima el botón otra vez para seguir con los demás."
)

NOT_SENT = "No salió: el caso cambió de manos."


def count(where: ColumnElement[bool]) -> int:
    """How many cases there are."""
    query = select(func.count()).select_from(Requerimiento).where(where)
    return db.session.scalar(query) or 0


def give_all(
    where: ColumnElement[bool],
    *,
    office_id: int | None,
    to: int | None,
    note: str,
    author: Account,
    now: datetime,
) -> int:
    """Give the cases to an office (None: each to its own) and to a person or to nobody, as
    `casework.assign` does: each in a transaction of its own, so that others work meanwhile and
    what was given stays so. Those that are closed to the author go to the office without a person.
    Return how many went.

    Raises:
        RuleBroken: one of them cannot go, and why.
    """
    rows = db.session.execute(
        select(Requerimiento.radicado, Requerimiento.office_id)
        .where(where)
        .order_by(Requerimiento.due_on, Requerimiento.id)
        .limit(MOST)
    ).all()
    db.session.rollback()
    for radicado, own in rows:
        target = office_id or own
        if target is None:
            raise RuleBroken(f"{radicado} no tiene dependencia: elija a una persona que lo reciba.")
        try:
            casework.assign(
                radicado,
                author=author,
                office_id=target,
                assignee_id=to,
                note=note,
                in_bulk=True,
                now=now,
            )
        except NotFound:
            _give_unread(radicado, office_id=target, note=note, author=author, now=now)
        except RuleBroken as reason:
            raise RuleBroken(f"{radicado} no se pudo pasar: {reason}") from None
    return len(rows)


def _give_unread(
    radicado: str, *, office_id: int, note: str, author: Account, now: datetime
) -> None:
    """Put a case in an office for who may not read it. An answer that had not left stays there,
    unsent: whoever could let it go is not asked."""
    with writing():
        case = casework.lock([radicado])[radicado]
        held.keep(case, NOT_SENT)
        said = casework.give(case, office_id, None, now.date())
        move(case, Action.ASSIGN, author=author, note=casework.joined(said, note), now=now)

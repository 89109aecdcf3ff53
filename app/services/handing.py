"""Giving away what an office or a person still holds, so that they can close (W8)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import RuleBroken
from app.extensions import db
from app.models import Account, Requerimiento
from app.services import casework

# More would keep whoever pressed the button waiting; they press it again.
MOST = 500
MORE = (
    "Todavía quedan requerimientos abiertos: los que se pasaron ya están en su nuevo lugar. "
    "Oprima el botón otra vez para seguir con los demás."
)


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
    what was given stays so. Return how many went.

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
        except RuleBroken as reason:
            raise RuleBroken(f"{radicado} no se pudo pasar: {reason}") from None
    return len(rows)

"""Giving away what an office or a person still holds, so that they can close (W8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import undefer_group

from app.domain.errors import NotFound, RuleBroken
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import Account, PreparedAnswer, Recusal, Requerimiento
from app.models.requerimiento import RESERVE
from app.services import casework, held
from app.services.history import SET_APART, move

# More would keep whoever pressed the button waiting; they press it again.
MOST = 500
MORE = (
    "Todavía quedan requerimientos abiertos: los que se pasaron ya están en su nuevo lugar. "
    "Oprima el botón otra vez para seguir con los demás."
)

LISTED = 10  # radicados that a refusal names for each reason; the rest are counted
NO_OFFICE = "No tiene dependencia: elija a una persona que lo reciba."
NOT_SENT = "No salió: el caso cambió de manos."


def count(where: ColumnElement[bool]) -> int:
    """How many cases there are."""
    query = select(func.count()).select_from(Requerimiento).where(where)
    return db.session.scalar(query) or 0


def check_all(
    where: ColumnElement[bool], *, office_id: int | None, to: int | None, author: Account
) -> None:
    """Say at once all that keeps `give_all` from giving the cases, while nothing was given yet.

    Raises:
        RuleBroken: some cannot go: each reason, with their radicados.
    """
    hindered: defaultdict[str, list[str]] = defaultdict(list)
    for radicado, reason in _obstacles(where, office_id, to, author):
        hindered[reason].append(radicado)
    if hindered:
        reasons = [
            f"{reason.removesuffix('.')} ({_listed(codes)})." for reason, codes in hindered.items()
        ]
        raise RuleBroken(" ".join(["No se pasó ninguno.", *reasons]))


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
            raise RuleBroken(f"{radicado}: {NO_OFFICE}")
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


def _obstacles(
    where: ColumnElement[bool], office_id: int | None, to: int | None, author: Account
) -> Iterator[tuple[str, str]]:
    """The cases that cannot go, and why. What is closed to the author goes to nobody, whatever
    becomes of its answer."""
    apart = select(Recusal.account_id).where(
        Recusal.requerimiento_id == Requerimiento.id, Recusal.account_id == to
    )
    rows = db.session.execute(
        select(Requerimiento, PreparedAnswer.stage, PreparedAnswer.goes_at)
        .outerjoin(PreparedAnswer, PreparedAnswer.requerimiento_id == Requerimiento.id)
        .where(where)
        .where(
            or_(
                PreparedAnswer.stage.in_(held.ON_ITS_WAY),
                apart.exists(),
                Requerimiento.office_id.is_(None),
            )
        )
        .options(undefer_group(RESERVE))
        .order_by(Requerimiento.due_on, Requerimiento.id)
    )
    for case, stage, goes_at in rows:
        if case.office_id is None and office_id is None:
            yield case.radicado, NO_OFFICE
        if not case.is_visible_to(author):
            continue
        if kept := held.why_kept(stage, goes_at):
            yield case.radicado, kept
        if to in case.recused:
            yield case.radicado, SET_APART


def _listed(radicados: list[str]) -> str:
    more = len(radicados) - LISTED
    return ", ".join(radicados[:LISTED]) + (f" y {more} más" if more > 0 else "")

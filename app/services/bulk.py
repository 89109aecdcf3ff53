"""Giving many cases at once: what will and will not happen is seen first, and told of each (W2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, undefer_group
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import RuleBroken
from app.domain.radicado import normalise_radicado
from app.domain.requerimiento import Action, Status
from app.domain.reserve import MASKED_WORDS
from app.extensions import db
from app.models import Account, Requerimiento
from app.models.requerimiento import RESERVE
from app.services import casework

MOST = 50  # cases at once: those of a page of the queue
CHANGED = "Alguien más lo cambió al mismo tiempo. Mírelo y asígnelo otra vez."
AWAY = "La base de datos no respondió. Espere un minuto y asígnelo otra vez."
SAME = "Ya estaba asignado así."
MASKED = "Es un caso reservado: ábralo y diga el motivo para asignarlo."


@dataclass(frozen=True)
class Line:
    """A case among many, and why it will not be, or was not, given; "" if it is."""

    radicado: str
    excerpt: str
    holder: str
    refusal: str


def chosen(radicados: Iterable[str], author: Account) -> list[Line]:
    """The cases that were marked, `MOST` at most, with what keeps each from being given. Those of
    another entity, and those that were closed to the author, are not among them."""
    codes = list(dict.fromkeys(normalise_radicado(code) for code in radicados))[:MOST]
    cases = db.session.scalars(
        select(Requerimiento)
        .where(Requerimiento.radicado.in_(codes), Requerimiento.entity_id == author.entity_id)
        .options(
            joinedload(Requerimiento.office),
            joinedload(Requerimiento.assignee),
            undefer_group(RESERVE),
        )
        .order_by(Requerimiento.due_on, Requerimiento.id)
    )
    return [_line(case, author) for case in cases if author.id not in case.recused]


def assign(
    radicados: Sequence[str],
    *,
    author: Account,
    office_id: int,
    assignee_id: int | None,
    note: str = "",
    now: datetime,
) -> list[Line]:
    """Give each case as `casework.assign` does, in a transaction of its own, and say of each what
    came of it: one that is refused keeps none of the others. Sent again, it changes nothing."""
    report = []
    for line in chosen(radicados, author):
        refusal = line.refusal
        if not refusal:
            refusal = _assign(line.radicado, author, office_id, assignee_id, note, now)
        report.append(Line(line.radicado, line.excerpt, line.holder, refusal))
    return report


def _assign(
    radicado: str,
    author: Account,
    office_id: int,
    assignee_id: int | None,
    note: str,
    now: datetime,
) -> str:
    held = db.session.execute(
        select(Requerimiento.office_id, Requerimiento.assignee_id, Requerimiento.status).filter_by(
            radicado=radicado
        )
    ).one()
    db.session.rollback()
    # What an office has received is not assigned yet.
    if held[:2] == (office_id, assignee_id) and held.status is not Status.FILED:
        return SAME
    try:
        casework.assign(
            radicado,
            author=author,
            office_id=office_id,
            assignee_id=assignee_id,
            note=note,
            now=now,
        )
    except RuleBroken as reason:
        return str(reason)
    except StaleDataError:
        db.session.rollback()
        return CHANGED
    except OperationalError:
        db.session.rollback()
        return AWAY
    return ""


def _line(case: Requerimiento, author: Account) -> Line:
    reason: RuleBroken | str | None = casework.refusal(case, Action.ASSIGN, author)
    words = case.excerpt
    if case.is_masked_for(author):
        reason, words = MASKED, MASKED_WORDS
    names = [case.office.name] if case.office else []
    names += [case.assignee.display_name] if case.assignee else []
    return Line(case.radicado, words, ": ".join(names), str(reason) if reason else "")

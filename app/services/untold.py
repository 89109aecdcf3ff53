"""What went out of a case and has to be told to its citizen by other means than mail: an answer, or
a letter of the law. The task stays on the case, like that of mail that came back, until somebody
writes down how it was told (`undelivered.notify`) or the citizen opens it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import contains_eager, joinedload, load_only

from app.domain.consent import accepted
from app.domain.telling import Untold, left_untold, still_untold, why_untold
from app.extensions import db, writing
from app.models import Account, Message, Requerimiento
from app.services import decisions, readable

log = logging.getLogger(__name__)

PAGE = 50
COUNT_CAP = 1000  # beyond it a count is only "more than"


@dataclass(frozen=True)
class Line:
    """A case whose citizen has to be told, and what went out since somebody last did."""

    case: Requerimiento
    letters: Sequence[Message]

    @property
    def opened_at(self) -> datetime | None:
        """When the citizen opened the last of it by themselves, if they did: they know of it, and
        it is no notification."""
        return self.letters[-1].opened_at if self.letters else None


@dataclass(frozen=True)
class Page:
    """A page of the list and the key of the next one, if there is one."""

    rows: Sequence[Line]
    next_after: tuple[date, int] | None


def went_out(case: Requerimiento, now: datetime) -> None:
    """Open the task if what goes out does not reach the citizen by itself. Part of the transaction
    that sends it."""
    gets_mail = case.citizen.gets_mail
    agreed = gets_mail and accepted(decisions.of_case(case), now)
    case.untold = still_untold(case.untold, why_untold(gets_mail=gets_mail, accepted=agreed))
    if case.untold is not None and case.untold_at is None:
        case.untold_at = now


def told(case: Requerimiento) -> None:
    """Close the task. Part of the transaction that writes down how it was told."""
    case.untold = case.untold_at = None


def opened(case_id: int, now: datetime) -> None:
    """What the citizen opened on line they know of, once none of it is left: nobody has to call
    them. It is a notification only if they have accepted to be notified so (Ley 1437 of 2011,
    article 56), and else it still has to be notified otherwise where the law asks for that.

    A database that is busy keeps nobody from reading: the task stays for the office.
    """
    unread = exists().where(
        Message.requerimiento_id == Requerimiento.id,
        Message.radicado.is_not(None),
        Message.opened_at.is_(None),
        Message.written_at >= Requerimiento.untold_at,
    )
    query = select(Requerimiento).filter_by(id=case_id).where(Requerimiento.untold.is_not(None))
    try:
        with writing(patience=500) as session:
            case = session.scalars(query.where(~unread)).one_or_none()
            if case is not None:
                _know(case, accepted(decisions.of_case(case), now))
    except OperationalError as failure:
        log.warning("who opened a case could not be taken for told: %s", failure.orig)


def _know(case: Requerimiento, has_accepted: bool) -> None:
    """Not by the version of the case: who is writing in it has nothing to read again."""
    left = left_untold(accepted=has_accepted)
    since = case.untold_at if left else None
    db.session.execute(
        update(Requerimiento).filter_by(id=case.id).values(untold=left, untold_at=since)
    )


def page(account: Account, why: Untold, *, after: tuple[date, int] | None = None) -> Page:
    """The cases of the person's entity whose citizen has to be told, those that were due first
    before the rest, with how to reach each and what went out: two statements. What the person may
    not read just like that is told by who may."""
    key = (Requerimiento.due_on, Requerimiento.id)
    query = (
        select(Requerimiento)
        .filter_by(entity_id=account.entity_id, untold=why)
        .where(readable.not_recused(), readable.readable())
        .join(Requerimiento.citizen)
        .options(contains_eager(Requerimiento.citizen), joinedload(Requerimiento.office))
        .order_by(*key)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    found = db.session.scalars(query, readable.values(account)).all()
    shown = found[:PAGE]
    letters = _letters_of(shown)
    rows = [Line(case, letters.get(case.id, [])) for case in shown]
    return Page(rows, (shown[-1].due_on, shown[-1].id) if len(found) > PAGE else None)


def counts(account: Account) -> dict[Untold, int]:
    """How many wait for each reason, counting no further than `COUNT_CAP` + 1."""
    limited = [
        select(func.count()).select_from(
            select(Requerimiento.id)
            .filter_by(entity_id=account.entity_id, untold=why)
            .where(readable.not_recused(), readable.readable())
            .limit(COUNT_CAP + 1)
            .subquery()
        )
        for why in Untold
    ]
    counted = select(*(query.scalar_subquery() for query in limited))
    row = db.session.execute(counted, readable.values(account)).one()
    return dict(zip(Untold, row, strict=True))


def _letters_of(cases: Sequence[Requerimiento]) -> dict[int, list[Message]]:
    """What went out of each case since the task was opened, without its text."""
    found: dict[int, list[Message]] = {}
    letters = (
        select(Message)
        .join(Requerimiento, Requerimiento.id == Message.requerimiento_id)
        .where(Message.requerimiento_id.in_([case.id for case in cases]))
        .where(Message.radicado.is_not(None), Message.written_at >= Requerimiento.untold_at)
        .options(
            load_only(Message.requerimiento_id, Message.radicado, Message.action, Message.opened_at)
        )
        .order_by(Message.id)
    )
    for letter in db.session.scalars(letters) if cases else ():
        found.setdefault(letter.requerimiento_id, []).append(letter)
    return found

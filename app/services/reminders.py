"""The morning digest: one letter to each person with what they owe, at the points of the term that
the entity chose (N3). Sent once, however many workers there are: the outbox keeps one of each name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.domain import lateness
from app.domain.calendar import Calendar, YearUnknown
from app.domain.dates import business_days
from app.domain.person import display_name
from app.domain.registration import FieldRefused
from app.domain.reminders import (
    MORNING,
    MOST,
    days_reminded,
    first_overdue,
    read_points,
    write_points,
)
from app.domain.requerimiento import Kind, Status
from app.domain.reserve import MASKED_WORDS
from app.domain.roles import Permission, Role
from app.domain.terms import days_of_law
from app.extensions import db, writing
from app.models import Account, Entity, Message, Requerimiento
from app.services import approvals, changes, entities, substitutes
from app.services.casework import NotAllowed
from app.services.letters import cut
from app.services.outbox import post

SUBJECT = "recordatorios"
LONGEST = 40  # lines of a digest; the rest are counted


@dataclass(frozen=True)
class Due:
    """A case that is spoken of; of a sensitive one only its number and its day. `recused` are
    those who are told nothing of it; `law` is the last day of the law where the day is that of a
    promise."""

    radicado: str
    kind: Kind
    due_on: date
    assignee_id: int | None
    is_sensitive: bool
    recused: str
    holder: str
    law: date | None = None

    def is_late_by_law(self, today: date) -> bool:
        """Whether the law's term is over, and not only what the entity promised."""
        return (self.law or self.due_on) < today

    @property
    def title(self) -> str:
        """What a letter calls it."""
        return MASKED_WORDS if self.is_sensitive else self.kind.label


def points_of(entity_id: int) -> str:
    """The points of an entity, as a person reads them."""
    return db.session.get_one(Entity, entity_id).reminder_points


def set_points(text: str, *, author: Account, now: datetime, shown: str = "") -> None:
    """Choose on which days of the term the staff of the author's entity are reminded.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: it is no list of days.
        ChangedMeanwhile: they are no longer what the author saw.
    """
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia los recordatorios.")
    try:
        points = read_points(text)
    except ValueError:
        sentence = f"Escriba hasta {MOST} números de 0 a 30, separados por comas, como 5, 2, 0."
        raise FieldRefused("points", sentence) from None
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update=True)
        changes.check_same(shown, {"points": house.reminder_points})
        before, house.reminder_points = house.reminder_points, write_points(points)
        changes.record(
            entity_id=house.id,
            subject=SUBJECT,
            subject_id=house.id,
            title="Días antes de vencer",
            before={"points": before},
            after={"points": house.reminder_points},
            author=author,
            now=now,
        )


def send(now: datetime) -> int:
    """Leave the digests of today in the outbox and return how many people have one; none before
    the morning. Called again, it adds nothing."""
    if now.time() < MORNING:
        return 0
    houses = db.session.scalars(select(Entity).filter_by(is_active=True).order_by(Entity.id)).all()
    return sum(_send(house, now) for house in houses)


def _send(house: Entity, now: datetime) -> int:
    today, calendar = now.date(), entities.calendar_now(house)
    points = read_points(house.reminder_points)
    try:
        left = days_reminded(today, points, calendar)
    except YearUnknown:  # doctor says so, and the calculation of every term
        return 0
    if not left:
        return 0
    cases = _cases(house.id, [*left], first_overdue(today, calendar), today, calendar)
    answers = approvals.waiting(house.id)
    away = substitutes.of_entity(house.id, today)
    letters = 0
    with writing():
        people = _people(house.id)
        leads = _leads([*people, *(absence.account for absence in away)])
        for person in people:
            absent = {
                absence.account_id: absence.account
                for absence in away
                if absence.substitute_id == person.id
            }
            theirs = [case for case in cases if _is_for(person, case, absent, leads)]
            to_approve = [one for one in answers if approvals.may_let_go(one, person)]
            if theirs or to_approve:
                _post(person, theirs, to_approve, left, today, now)
                letters += 1
    return letters


def _cases(
    entity_id: int, due: Sequence[date], since: date, today: date, calendar: Calendar
) -> list[Due]:
    """The open cases that run and are due on one of those days, or are late since the last."""
    rows = db.session.execute(
        select(
            Requerimiento.radicado,
            Requerimiento.kind,
            Requerimiento.due_on,
            Requerimiento.assignee_id,
            Requerimiento.is_sensitive,
            func.coalesce(Requerimiento.recused_ids, ""),
            Account.person_kind,
            Account.first_names,
            Account.surnames,
            Account.legal_name,
            Account.username,
            Requerimiento.received_at,
            Requerimiento.received_on,
            Requerimiento.requester,
            Requerimiento.term_days,
        )
        .outerjoin(Account, Account.id == Requerimiento.assignee_id)
        .where(
            Requerimiento.entity_id == entity_id,
            Requerimiento.is_open,
            Requerimiento.due_on.between(since, max(due)),
            Requerimiento.status != Status.WAITING,
        )
        .order_by(Requerimiento.due_on, Requerimiento.id)
    )
    found = [_due(row, calendar) for row in rows]
    return [case for case in found if case.due_on in due or case.due_on < today]


def _due(row: Any, calendar: Calendar) -> Due:
    radicado, kind, due_on, assignee_id, is_sensitive, recused, *name = row[:11]
    days = days_of_law(kind, row.received_at.date(), row.requester, row.term_days)
    law = lateness.law_of_row(row.received_on, due_on, days, calendar) if days else None
    holder = display_name(*name) if name[0] else ""
    return Due(radicado, kind, due_on, assignee_id, is_sensitive, recused, holder, law)


def _people(entity_id: int) -> Sequence[Account]:
    """Who may be responsible, and who distributes the work."""
    return db.session.scalars(
        select(Account)
        .where(Account.entity_id == entity_id, Account.is_active, Account.email != "")
        .where(Account.role.in_([Role.OFFICIAL, Role.COORDINATOR, Role.ADMINISTRATOR]))
        .order_by(Account.id)
    ).all()


def _leads(staff: Iterable[Account]) -> frozenset[int]:
    """Who looks after all cases: who coordinates or, where nobody of them can be written to,
    whoever may assign."""
    staff = list(staff)
    coordinators = frozenset(one.id for one in staff if one.role is Role.COORDINATOR)
    return coordinators or frozenset(one.id for one in staff if one.may(Permission.ASSIGN))


def _is_for(
    person: Account, case: Due, absent: Mapping[int, Account], leads: frozenset[int]
) -> bool:
    """Whether it is theirs, or of whom they stand in for; who leads, or stands in for who does, is
    told of all. Whoever was set apart from it is told nothing."""
    theirs = {person.id, *absent}
    is_theirs = case.assignee_id in theirs or not leads.isdisjoint(theirs)
    return is_theirs and str(person.id) not in case.recused.split(",")


def _post(
    person: Account,
    cases: Sequence[Due],
    answers: Sequence[Message],
    left: dict[date, int],
    today: date,
    now: datetime,
) -> None:
    rows = [(one.requerimiento.radicado, _to_approve(one)) for one in answers]
    rows += [(case.radicado, _line(person, case, left, today)) for case in cases]
    post(
        letter="digest",
        recipient=person.email,
        context={
            "name": person.display_name,
            "today_on": today,
            "summary": _summary(cases, len(answers), today),
            "rows": cut(rows, LONGEST),
        },
        entity_id=person.entity_id,
        account_id=person.id,
        dedupe=f"digest:{person.id}:{today.isoformat()}",
        now=now,
    )


def _to_approve(answer: Message) -> str:
    return f"respuesta por aprobar, de {answer.author.display_name}"


def _line(person: Account, case: Due, left: dict[date, int], today: date) -> str:
    said = f"{case.title}: {_when(case, left, today)}"
    if case.assignee_id == person.id or case.is_sensitive:
        return said
    return f"{said}, de {case.holder}" if case.holder else f"{said}, sin persona"


def _when(case: Due, left: dict[date, int], today: date) -> str:
    if case.due_on not in left:
        return "venció" if case.is_late_by_law(today) else "compromiso vencido"
    days = left[case.due_on]
    return f"vence en {business_days(days)}" if days else "vence hoy"


def _summary(cases: Iterable[Due], to_approve: int, today: date) -> str:
    late, broken, now, soon = 0, 0, 0, 0
    for case in cases:
        late += case.is_late_by_law(today)
        broken += case.due_on < today and not case.is_late_by_law(today)
        now += case.due_on == today
        soon += case.due_on > today
    parts = [
        words
        for count, words in (
            (late, f"{late} sin responder que ya {'venció' if late == 1 else 'vencieron'}"),
            (broken, f"{broken} con el compromiso vencido"),
            (now, f"{now} que {'vence' if now == 1 else 'vencen'} hoy"),
            (soon, f"{soon} que {'vence' if soon == 1 else 'vencen'} pronto"),
            (to_approve, f"{to_approve} con respuesta por aprobar"),
        )
        if count
    ]
    return " y ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

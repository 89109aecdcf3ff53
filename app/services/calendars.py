"""A suspension of terms: which open cases it would move, and moving them all at once (L9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.domain.calendar import Calendar, Closure, YearUnknown, check_years
from app.domain.dates import long_date
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Entity, Event, Requerimiento, Suspension
from app.services import courses, entities
from app.services.casework import NotAllowed, move
from app.services.notices import tell_citizen

LONGEST = timedelta(days=90)
SHORTEST_REASON, LONGEST_REASON, LONGEST_ACT = 5, 200, 120


@dataclass(frozen=True)
class Move:
    """A case whose date would be another one."""

    radicado: str
    before: date
    after: date


def checked(first: date | None, last: date | None, reason: str, act: str) -> Closure:
    """The suspension that somebody typed.

    Raises:
        FieldRefused: it cannot be one, and in which field.
    """
    if first is None:
        raise FieldRefused("first", "Escriba el primer día así: 30/04/2026.")
    if last is None:
        raise FieldRefused("last", "Escriba el último día así: 30/04/2026.")
    if last < first:
        raise FieldRefused("last", "El último día no puede ser antes del primero.")
    if last - first > LONGEST:
        raise FieldRefused("last", f"Una suspensión puede durar hasta {LONGEST.days} días.")
    try:
        check_years(first.year, last.year + 1)
    except YearUnknown:
        raise FieldRefused("first", "Todavía no se conocen los festivos de ese año.") from None
    words, source = tidy(reason), tidy(act)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        sentence = f"Escriba el motivo en {SHORTEST_REASON} a {LONGEST_REASON} letras."
        raise FieldRefused("reason", sentence)
    if not source or len(source) > LONGEST_ACT:
        sentence = f"Escriba el acto que la ordena, en {LONGEST_ACT} letras o menos."
        raise FieldRefused("act", sentence)
    return Closure(first, last, words, source)


def suspensions(entity_id: int) -> Sequence[Suspension]:
    """Those of an entity, the latest first."""
    return db.session.scalars(
        select(Suspension).filter_by(entity_id=entity_id).order_by(Suspension.first.desc())
    ).all()


def preview(entity_id: int, closure: Closure) -> list[Move]:
    """The open cases that the suspension would move, from what to what; nothing changes.

    Raises:
        FieldRefused: some of its days are suspended already.
    """
    house = db.session.get_one(Entity, entity_id)
    return [moved for _, moved in _moves(house, closure, entities.calendar_now(house))]


def suspend(closure: Closure, *, author: Account, now: datetime) -> list[Move]:
    """Suspend the terms of the author's entity and move its open cases, in one transaction: each
    has its line in the history, and its citizen is told.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: some of its days are suspended already.
    """
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia el calendario.")
    with writing() as session:
        # One change of calendar at a time, so that none moves a case by half of the truth.
        house = session.get_one(Entity, author.entity_id, with_for_update=True)
        found = list(_moves(house, closure, entities.calendar_now(house)))
        session.add(
            Suspension(
                entity_id=house.id,
                first=closure.first,
                last=closure.last,
                reason=closure.reason,
                act=closure.act,
            )
        )
        for case, moved in found:
            _move(case, moved, closure, author, now)
        return [moved for _, moved in found]


def _move(case: Requerimiento, to: Move, closure: Closure, author: Account, now: datetime) -> None:
    words = (
        f"Antes vencía el {long_date(to.before)}; ahora, el {long_date(to.after)}. {closure.words}."
    )
    case.due_on = to.after
    move(case, Action.MOVE, author=author, note=words, now=now)
    tell_citizen(
        case,
        "act",
        key=f"v{case.version}",
        now=now,
        title="cambió la fecha de vencimiento",
        sentence=f"La entidad suspendió los términos. {words}",
    )


def _moves(
    house: Entity, closure: Closure, calendar: Calendar
) -> Iterator[tuple[Requerimiento, Move]]:
    if any(old.first <= closure.last and closure.first <= old.last for old in calendar.closures):
        raise FieldRefused("first", "Algunos de esos días ya están suspendidos. Revise la lista.")
    later = Calendar((*calendar.closures, closure), calendar.saturday_counts)
    # What ends before the first day of the suspension does not feel it.
    open_cases = select(Requerimiento).where(
        Requerimiento.entity_id == house.id,
        Requerimiento.is_open,
        Requerimiento.due_on >= closure.first,
    )
    cases = db.session.scalars(open_cases.order_by(Requerimiento.id).with_for_update()).all()
    lines: dict[int, list[Event]] = {case.id: [] for case in cases}
    wanted = select(Event).where(
        Event.requerimiento_id.in_(open_cases.with_only_columns(Requerimiento.id))
    )
    for line in db.session.scalars(wanted.order_by(Event.id)):
        lines[line.requerimiento_id].append(line)
    for case in cases:
        after = courses.listed_on(courses.course_of(case, lines[case.id], later))
        if after != case.due_on:
            yield case, Move(case.radicado, case.due_on, after)

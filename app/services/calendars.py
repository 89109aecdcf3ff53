"""What changes the calendar: which open cases it would move, and moving them all at once (L9).

A suspension of terms, its lifting before its last day, and holidays that a newer `holidays` knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.calendar import Calendar, Closure, Lifting, YearUnknown, check_years
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Entity, Event, Requerimiento, Suspension
from app.services import changes, courses, entities
from app.services.casework import NotAllowed, move
from app.services.notices import tell_moved

LONGEST = timedelta(days=90)
SHORTEST_REASON, LONGEST_REASON, LONGEST_ACT = 5, 200, 120


SUBJECT = "calendario"  # in the record of what an entity decides


@dataclass(frozen=True)
class Move:
    """A case whose date would be another one."""

    radicado: str
    before: date
    after: date


Moved = tuple[Requerimiento, Move, Course]


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
    words = tidy(reason)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        sentence = f"Escriba el motivo en {SHORTEST_REASON} a {LONGEST_REASON} letras."
        raise FieldRefused("reason", sentence)
    return Closure(first, last, words, _checked_act(act, "Escriba el acto que la ordena"))


def suspensions(entity_id: int) -> Sequence[Suspension]:
    """Those of an entity, the latest first."""
    return db.session.scalars(
        select(Suspension).filter_by(entity_id=entity_id).order_by(Suspension.first.desc())
    ).all()


def find(suspension_id: int, entity_id: int) -> Suspension:
    """A suspension of the entity.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    row = db.session.scalar(
        select(Suspension).filter_by(id=suspension_id, entity_id=entity_id).with_for_update()
    )
    if row is None:
        raise NotFound(str(suspension_id))
    return row


def can_be_lifted(row: Suspension, today: date) -> bool:
    """Whether days of it are still to come: those that have passed did not run, and stay so."""
    return row.lifted_on is None and row.last > today


def preview(entity_id: int, closure: Closure) -> list[Move]:
    """The open cases that the suspension would move, from what to what; nothing changes.

    Raises:
        FieldRefused: some of its days are suspended already.
    """
    house = db.session.get_one(Entity, entity_id)
    return [moved for _, moved, _ in _moves(house, _with(closure, house), closure.first)]


def preview_lifting(suspension_id: int, entity_id: int, *, now: datetime) -> list[Move]:
    """The open cases that lifting the suspension from tomorrow on would move.

    Raises:
        NotFound: it is not the entity's.
        RuleBroken: none of its days is still to come.
    """
    house = db.session.get_one(Entity, entity_id)
    row = find(suspension_id, entity_id)
    return [moved for _, moved, _ in _moves(house, _without(row, house, now), row.first)]


def preview_recount(entity_id: int) -> list[Move]:
    """The open cases that are due on another day by the calendar as it is known now."""
    house = db.session.get_one(Entity, entity_id)
    return [moved for _, moved, _ in _moves(house, entities.calendar_now(house))]


def preview_saturdays(entity_id: int, counts: bool) -> list[Move]:
    """The open cases that counting Saturdays, or no longer counting them, would move."""
    house = db.session.get_one(Entity, entity_id)
    return [moved for _, moved, _ in _moves(house, _by_saturdays(house, counts))]


def count_saturdays(house: Entity, counts: bool, *, author: Account, now: datetime) -> list[Move]:
    """Count Saturdays in the terms of an entity or no longer, and move its open cases as `suspend`
    does. Part of another use case's transaction, which holds the entity."""
    found = list(_moves(house, _by_saturdays(house, counts)))
    house.saturday_counts = counts
    why = "En la entidad ahora los sábados cuentan" if counts else "Los sábados ya no cuentan"
    return _move_all(found, why, author, now)


def suspend(closure: Closure, *, author: Account, now: datetime) -> list[Move]:
    """Suspend the terms of the author's entity and move its open cases, in one transaction: each
    has its line in the history, and its citizen is told.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: some of its days are suspended already.
    """
    with writing() as session:
        house = _taken_by(author)
        closure = replace(closure, ordered_at=now)
        found = list(_moves(house, _with(closure, house), closure.first))
        row = Suspension(
            entity_id=house.id,
            first=closure.first,
            last=closure.last,
            reason=closure.reason,
            act=closure.act,
            ordered_at=closure.ordered_at,
        )
        session.add(row)
        session.flush()
        facts = {"first": row.first, "last": row.last, "reason": row.reason, "act": row.act}
        _record(row, {}, facts, found, author, now)
        return _move_all(found, f"La entidad suspendió los términos: {closure.words}", author, now)


def lift(suspension_id: int, *, act: str, author: Account, now: datetime) -> list[Move]:
    """Lift a suspension from tomorrow on, by the act that says so, and move the open cases as
    `suspend` does.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is not the entity's.
        RuleBroken: none of its days is still to come.
        FieldRefused: the act is missing or too long.
    """
    source = _checked_act(act, "Escriba el acto que la levanta")
    with writing():
        house = _taken_by(author)
        row = find(suspension_id, house.id)
        found = list(_moves(house, _without(row, house, now, source), row.first))
        row.lifted_on, row.lifting_act = now.date() + timedelta(days=1), source
        row.lifted_at = now
        facts = {"lifted_on": row.lifted_on, "lifting_act": source}
        _record(row, dict.fromkeys(facts), facts, found, author, now)
        return _move_all(
            found, f"La entidad levantó la suspensión de términos: {source}", author, now
        )


def recount(*, author: Account, now: datetime) -> list[Move]:
    """Move the open cases to the days that the calendar gives now, as `suspend` does: for when
    the holidays of the country changed (a newer `holidays`).

    Raises:
        NotAllowed: the author is no administrator.
    """
    with writing():
        house = _taken_by(author)
        found = list(_moves(house, entities.calendar_now(house)))
        _record(None, {}, {}, found, author, now)
        return _move_all(found, "Cambiaron los festivos de Colombia", author, now)


def _record(
    row: Suspension | None,
    before: dict[str, Any],
    after: dict[str, Any],
    moved: Sequence[object],
    author: Account,
    now: datetime,
) -> None:
    """Write down a change of the calendar, and how many open cases it moved."""
    after = after | ({"moved": len(moved)} if moved else {})
    changes.record(
        entity_id=author.entity_id or 0,
        subject=SUBJECT,
        subject_id=row.id if row else None,
        title=row.reason if row else "Festivos de Colombia",
        before={name: _plain(value) for name, value in before.items()},
        after={name: _plain(value) for name, value in after.items()},
        author=author,
        now=now,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _taken_by(author: Account) -> Entity:
    """The author's entity, for one change of calendar at a time: none moves a case by half of the
    truth."""
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia el calendario.")
    return db.session.get_one(Entity, author.entity_id, with_for_update=True)


def _move_all(found: Sequence[Moved], why: str, author: Account, now: datetime) -> list[Move]:
    for case, to, course in found:
        words = f"{why}. Antes vencía el {long_date(to.before)}; ahora, el {long_date(to.after)}."
        case.due_on = to.after
        move(case, Action.MOVE, author=author, note=words, now=now)
        title = "cambió la fecha de vencimiento"
        tell_moved(case, "act", course, now=now, title=title, sentence=words)
    return [to for _, to, _ in found]


def _with(closure: Closure, house: Entity) -> Calendar:
    calendar = entities.calendar_now(house)
    if any(old.first <= closure.last and closure.first <= old.until for old in calendar.closures):
        raise FieldRefused("first", "Algunos de esos días ya están suspendidos. Revise la lista.")
    return Calendar((*calendar.closures, closure), calendar.saturday_counts)


def _by_saturdays(house: Entity, counts: bool) -> Calendar:
    return Calendar(entities.calendar_now(house).closures, counts)


def _without(row: Suspension, house: Entity, now: datetime, act: str = "") -> Calendar:
    if not can_be_lifted(row, now.date()):
        raise RuleBroken("Esa suspensión ya terminó o ya se levantó: sus días no vuelven a correr.")
    calendar = entities.calendar_now(house)
    [closure] = entities.closures([row])
    lifted = replace(closure, lifted=Lifting(now, now.date() + timedelta(days=1), act))
    others = (old for old in calendar.closures if old != closure)
    return Calendar((*others, lifted), calendar.saturday_counts)


def _moves(house: Entity, later: Calendar, since: date = date.min) -> Iterator[Moved]:
    """The open cases that `later` moves. What is due before the first day that changes does not
    feel it."""
    open_cases = select(Requerimiento).where(
        Requerimiento.entity_id == house.id,
        Requerimiento.is_open,
        Requerimiento.due_on >= since,
    )
    cases = db.session.scalars(open_cases.order_by(Requerimiento.id).with_for_update()).all()
    lines: dict[int, list[Event]] = {case.id: [] for case in cases}
    wanted = select(Event).where(
        Event.requerimiento_id.in_(open_cases.with_only_columns(Requerimiento.id))
    )
    for line in db.session.scalars(wanted.order_by(Event.id)):
        lines[line.requerimiento_id].append(line)
    for case in cases:
        course = courses.course_of(case, lines[case.id], later)
        after = courses.listed_on(course)
        if after != case.due_on:
            yield case, Move(case.radicado, case.due_on, after), course


def _checked_act(act: str, ask: str) -> str:
    source = tidy(act)
    if not source or len(source) > LONGEST_ACT:
        raise FieldRefused("act", f"{ask}, en {LONGEST_ACT} letras o menos.")
    return source

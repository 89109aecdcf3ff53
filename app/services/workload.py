"""How much each person and each office has open (W2), counted from the indexes of the queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, union_all

from app.domain.person import display_name
from app.domain.requerimiento import Status
from app.extensions import db
from app.models import Absence, Account, Requerimiento
from app.services import substitutes
from app.services.casework import Colleague

Holder = Literal["person", "office"]


@dataclass(frozen=True)
class Load:
    """Open cases, and of them those overdue, due until Sunday, and waiting for the citizen: what
    waits is neither overdue nor due."""

    open: int = 0
    overdue: int = 0
    week: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Loads:
    """What everybody has. None stands for nobody, and for no office."""

    person: dict[int | None, Load] = field(default_factory=dict)
    office: dict[int | None, Load] = field(default_factory=dict)


def of_entity(entity_id: int, today: date) -> Loads:
    """What each person and each office of an entity has, in one statement."""
    parts = [
        part
        for holder in ("person", "office")
        for part in (_terms(holder, entity_id, today), _waiting(holder, entity_id, today))
    ]
    found: dict[tuple[str, int | None], list[int]] = {}
    for holder, number, *counts in db.session.execute(union_all(*parts)):
        sums = found.setdefault((holder, number), [0, 0, 0, 0])
        found[holder, number] = [one + more for one, more in zip(sums, counts, strict=True)]
    loads = Loads()
    for (holder, number), sums in found.items():
        getattr(loads, holder)[number] = Load(*sums)
    return loads


def colleagues(
    entity_id: int, today: date, *, but: Collection[int] = (), is_sensitive: bool = False
) -> list[Colleague]:
    """Who can be given a case, by name, with how many they have open and, while they are away,
    until when and who would receive it; in one statement. `but` are those that a case is closed
    to; of what is sensitive only the reserve team receives in the place of another."""
    person, substitute, open_case = Account, substitutes.SUBSTITUTE, Requerimiento
    count = (
        select(func.count())
        .where(
            open_case.entity_id == entity_id,
            open_case.is_open,
            open_case.assignee_id == person.id,
        )
        .scalar_subquery()
    )
    away = and_(Absence.account_id == person.id, substitutes.on(today))
    receives = and_(substitutes.able(substitute), substitute.id.not_in(but))
    if is_sensitive:
        receives = and_(receives, substitute.in_reserve_team)
    rows = db.session.execute(
        select(person.id, person.office_id, count, Absence.last, *_name(person), *_name(substitute))
        .outerjoin(Absence, away)
        .outerjoin(substitute, (substitute.id == Absence.substitute_id) & receives)
        .where(person.entity_id == entity_id, substitutes.able(person))
        .order_by(person.first_names, person.surnames, person.id)
    )
    return [_colleague(row) for row in rows if row.id not in but]


def _terms(holder: Holder, entity_id: int, today: date) -> Select[Any]:
    """Open cases by how near they are: read from the index of the queue alone, in its order."""
    overdue, week = _due(today)
    return _grouped(
        holder, entity_id, [func.count(), overdue, week, literal(0)], Requerimiento.is_open
    )


def _waiting(holder: Holder, entity_id: int, today: date) -> Select[Any]:
    """Those that wait for the citizen, which are few: taken off what `_terms` counts as due, whose
    index does not say the status."""
    overdue, week = _due(today)
    return _grouped(
        holder,
        entity_id,
        [literal(0), -overdue, -week, func.count()],
        Requerimiento.status == Status.WAITING,
    )


def _due(today: date) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many are overdue, and how many are due until Sunday."""
    due_on, end = Requerimiento.due_on, today + timedelta(days=6 - today.weekday())
    return _how_many(due_on < today), _how_many(due_on.between(today, end))


def _grouped(
    holder: Holder, entity_id: int, counts: Iterable[ColumnElement[Any]], which: Any
) -> Select[Any]:
    whose = {"person": Requerimiento.assignee_id, "office": Requerimiento.office_id}[holder]
    ours = Requerimiento.entity_id == entity_id
    return select(literal(holder), whose, *counts).where(ours, which).group_by(whose)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _name(person: Any) -> tuple[Any, ...]:
    return (
        person.person_kind,
        person.first_names,
        person.surnames,
        person.legal_name,
        person.username,
    )


def _colleague(row: Any) -> Colleague:
    number, office, open_cases, away_until = row[:4]
    name, substitute = row[4:9], row[9:14]
    return Colleague(
        number,
        display_name(*name),
        office,
        open_cases,
        away_until,
        display_name(*substitute) if substitute[0] else "",
    )

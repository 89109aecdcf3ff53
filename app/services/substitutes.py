"""Who is away on a day, and who does their work meanwhile (W2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, joinedload

from app.extensions import db
from app.models import Absence, Account

SUBSTITUTE = aliased(Account)


def on(day: date) -> ColumnElement[bool]:
    """The absences of that day, as a condition."""
    return and_(Absence.first <= day, Absence.last >= day)


def stand_in(person_id: int, day: date) -> Account | None:
    """Who does the work of that person on that day; None if they are there, or if who was to
    stand in has left."""
    return db.session.scalar(
        select(Account)
        .join(Absence, Absence.substitute_id == Account.id)
        .where(Absence.account_id == person_id, on(day), Account.is_active)
    )


def of_entity(entity_id: int, day: date) -> Sequence[Absence]:
    """The absences of that day, with who is away."""
    away = select(Absence).where(Absence.entity_id == entity_id, on(day))
    return db.session.scalars(away.options(joinedload(Absence.account))).all()


def in_place_of(person: Account) -> str:
    """The words that the history says of who receives what was for an absent person."""
    return f"en reemplazo de {person.display_name}"

"""Who is away on a day, and who does their work meanwhile (W2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, joinedload

from app.domain.roles import Permission, Role, may
from app.extensions import db
from app.models import Absence, Account

SUBSTITUTE = aliased(Account)
WORKERS = [role for role in Role if may(role, Permission.WORK)]


@dataclass(frozen=True)
class Cover:
    """Who receives what is for somebody who is away, and how the history says it. Nobody does
    where who stands in may not: then it waits in its office."""

    receiver: Account | None
    said: str


def on(day: date) -> ColumnElement[bool]:
    """The absences of that day, as a condition."""
    return and_(Absence.first <= day, Absence.last >= day)


def able(person: Any) -> ColumnElement[bool]:
    """Who works on cases, as a condition: a role changes, and people leave."""
    return and_(person.is_active, person.role.in_(WORKERS))


def cover(
    person: Account, day: date, *, is_sensitive: bool, recused: Collection[int] = ()
) -> Cover | None:
    """Who receives, on that day, what is for that person; None if they are there themselves."""
    substitute = db.session.scalar(
        select(Account)
        .join(Absence, Absence.substitute_id == Account.id)
        .where(Absence.account_id == person.id, on(day))
    )
    if substitute is None:
        return None
    return covering(person, substitute, is_sensitive=is_sensitive, recused=recused)


def covering(
    person: Account, substitute: Account, *, is_sensitive: bool, recused: Collection[int] = ()
) -> Cover:
    """What becomes of what is for an absent person. Nobody chose who stands in for this case: it
    opens nothing that was closed to them."""
    away = f"sin persona: {person.display_name} está ausente y {substitute.display_name}"
    if not substitute.may(Permission.WORK):
        return Cover(None, f"{away}, su reemplazo, ya no recibe requerimientos")
    if substitute.id in recused:
        return Cover(None, f"{away}, su reemplazo, está aparte de este caso")
    if is_sensitive and not substitute.in_reserve_team:
        return Cover(None, f"{away}, su reemplazo, no es del equipo de reserva")
    return Cover(substitute, in_place_of(person))


def of_entity(entity_id: int, day: date) -> Sequence[Absence]:
    """The absences of that day, with who is away."""
    away = select(Absence).where(Absence.entity_id == entity_id, on(day))
    return db.session.scalars(away.options(joinedload(Absence.account))).all()


def in_place_of(person: Account) -> str:
    """The words that the history says of who receives what was for an absent person."""
    return f"en reemplazo de {person.display_name}"

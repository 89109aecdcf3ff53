"""What else names a person who stops working: rules, absences and the reserve team (W2, W9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.domain.roles import Permission, Role, may
from app.extensions import db
from app.models import Absence, Account
from app.services import absences, assignment_rules, reserve_team


@dataclass(frozen=True)
class Ties:
    """What a person is named in: how many rules, and the absences of today and to come."""

    rules: int
    absences: Sequence[Absence]
    in_reserve_team: bool

    @property
    def is_anything(self) -> bool:
        """Whether something ends when they leave."""
        return bool(self.rules or self.absences or self.in_reserve_team)


def ties_of(person: Account, today: date) -> Ties:
    """What ends, or goes back to the office, when the person leaves."""
    return Ties(
        rules=len(assignment_rules.naming(person.id, person.entity_id or 0)),
        absences=_absences_of(person, today),
        in_reserve_team=person.in_reserve_team,
    )


def let_go(person: Account, role: Role | None, *, author: Account, now: datetime) -> None:
    """End what the person can be in no more with the role they will have; None if they leave.

    Who works on no cases is in no rule, which then gives to the office, and in no absence: neither
    their own, nor those in which they stood in for somebody, who then has nobody. Who sees none is
    not of the reserve team. Each change is recorded. The transaction is the caller's."""
    if not may(role, Permission.WORK):
        assignment_rules.give_to_office(person.id, author=author, now=now)
        for absence in _absences_of(person, now.date()):
            absences.end(absence.id, author=author, now=now)
    if person.in_reserve_team and not may(role, Permission.SEE_CASES):
        reserve_team.remove(person.id, author=author, now=now)


def _absences_of(person: Account, today: date) -> Sequence[Absence]:
    return db.session.scalars(
        select(Absence)
        .where(Absence.entity_id == person.entity_id, Absence.last >= today)
        .where(or_(Absence.account_id == person.id, Absence.substitute_id == person.id))
        .options(joinedload(Absence.account), joinedload(Absence.substitute))
        .order_by(Absence.first, Absence.id)
    ).all()

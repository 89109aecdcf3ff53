"""Days on which somebody of the staff is away, with who stands in (W2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.domain.absences import Leave, check, ended
from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Absence, Account, Entity
from app.services import changes
from app.services.casework import NotAllowed

SUBJECT = "ausencia"
_record = changes.Recorder(SUBJECT, lambda absence: f"Ausencia de {absence.account.display_name}")


def seen_by(reader: Account, today: date) -> Sequence[Absence]:
    """Those of today and to come: of all the entity for who distributes the work, and for the
    rest their own and those in which they stand in."""
    query = (
        select(Absence)
        .where(Absence.entity_id == reader.entity_id, Absence.last >= today)
        .options(joinedload(Absence.account), joinedload(Absence.substitute))
        .order_by(Absence.first, Absence.id)
    )
    if not reader.may(Permission.ASSIGN):
        mine = or_(Absence.account_id == reader.id, Absence.substitute_id == reader.id)
        query = query.where(mine)
    return db.session.scalars(query).all()


def register(
    *,
    person_id: int,
    substitute_id: int,
    first: date,
    last: date,
    author: Account,
    now: datetime,
) -> None:
    """Say from when to when somebody is away, and who does their work meanwhile.

    Raises:
        NotAllowed: it is another person's, and the author does not distribute the work.
        FieldRefused: a person or a day will not do.
    """
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update={"key_share": True})
        _check_whose(person_id, author)
        person = _worker(person_id, house.id, "person")
        substitute = _worker(substitute_id, house.id, "substitute")
        leave = Leave(person.id, substitute.id, first, last)
        check(leave, _leaves(house.id, now.date()), now.date())
        absence = Absence(entity_id=house.id, account=person, substitute=substitute)
        absence.first, absence.last = first, last
        session.add(absence)
        session.flush()
        _record(absence, {}, _facts(absence), author=author, now=now)


def end(absence_id: int, *, author: Account, now: datetime) -> bool:
    """End an absence: who was away works again from today on. One that begins today or later is
    taken away. Return whether it had begun.

    Raises:
        NotAllowed: it is another person's, and the author does not distribute the work.
        NotFound: there is none that is not over, or it is another entity's.
    """
    today = now.date()
    with writing() as session:
        absence = session.get(Absence, absence_id, with_for_update={"of": Absence})
        if absence is None or absence.entity_id != author.entity_id or absence.last < today:
            raise NotFound(str(absence_id))
        _check_whose(absence.account_id, author)
        before, left = _facts(absence), ended(_leave(absence), today)
        if left is None:
            _record(absence, before, {}, author=author, now=now)
            session.delete(absence)
            return absence.first <= today
        absence.last = left.last
        _record(absence, before, _facts(absence), author=author, now=now)
        return True


def _check_whose(person_id: int, author: Account) -> None:
    if person_id != author.id and not author.may(Permission.ASSIGN):
        raise NotAllowed("Solo quien reparte el trabajo decide las ausencias de otras personas.")


def _worker(person_id: int, entity_id: int, field: str) -> Account:
    person = db.session.get(Account, person_id)
    if person is None or person.entity_id != entity_id or not person.may(Permission.WORK):
        raise FieldRefused(field, "Elija de la lista una persona que tramita requerimientos.")
    return person


def _leaves(entity_id: int, today: date) -> list[Leave]:
    found = select(Absence).where(Absence.entity_id == entity_id, Absence.last >= today)
    return [_leave(absence) for absence in db.session.scalars(found)]


def _leave(absence: Absence) -> Leave:
    return Leave(absence.account_id, absence.substitute_id, absence.first, absence.last)


def _facts(absence: Absence) -> dict[str, Any]:
    return {
        "first": absence.first.isoformat(),
        "last": absence.last.isoformat(),
        "substitute": absence.substitute.display_name,
    }

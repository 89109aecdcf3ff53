"""The people whom an entity names to read its sensitive cases, with each change recorded (W9)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import NotFound, RuleBroken
from app.domain.roles import Permission, Role, may
from app.extensions import db, writing
from app.models import Account
from app.services import changes
from app.services.casework import NotAllowed

SUBJECT = "reserva"


def of_entity(entity_id: int) -> Sequence[Account]:
    """Who is in the team, by name."""
    return [person for person in _staff(entity_id) if person.in_reserve_team]


def candidates(entity_id: int) -> Sequence[Account]:
    """Who could be and is not."""
    return [person for person in _staff(entity_id) if not person.in_reserve_team]


def add(account_id: int, *, author: Account, now: datetime) -> None:
    """Put somebody in the team.

    Raises:
        NotAllowed: the author is no administrator.
        RuleBroken: the person sees no cases of this entity, or is in the team already.
    """
    _change(account_id, author, now, to=True)


def remove(account_id: int, *, author: Account, now: datetime) -> None:
    """Take somebody out of the team; what they have assigned they still read.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: they are not in the team.
    """
    _change(account_id, author, now, to=False)


def _change(account_id: int, author: Account, now: datetime, *, to: bool) -> None:
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia el equipo de casos sensibles.")
    with writing() as session:
        person = session.get(
            Account, account_id, with_for_update={"key_share": True, "of": Account}
        )
        is_ours = person is not None and person.entity_id == author.entity_id
        if person is None or not is_ours or (not to and not person.in_reserve_team):
            raise NotFound(str(account_id))
        if to and (person.in_reserve_team or not person.may(Permission.SEE_CASES)):
            raise RuleBroken("Esa persona ya está en el equipo o no ve casos. Elija otra.")
        person.in_reserve_team = to
        changes.record(
            entity_id=person.entity_id or 0,
            subject=SUBJECT,
            subject_id=person.id,
            title=person.display_name,
            before={"in_reserve_team": not to},
            after={"in_reserve_team": to},
            author=author,
            now=now,
        )


def _staff(entity_id: int) -> Sequence[Account]:
    """The people of an entity who see cases."""
    roles = [role for role in Role if may(role, Permission.SEE_CASES)]
    return db.session.scalars(
        select(Account)
        .where(Account.entity_id == entity_id, Account.is_active, Account.role.in_(roles))
        .options(joinedload(Account.office))
        .order_by(Account.first_names, Account.surnames, Account.id)
    ).all()

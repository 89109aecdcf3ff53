"""The entities of an installation as administrators change them (S17, W8): what each says of itself
and decides of its hours, and which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.domain.errors import NotFound, RuleBroken
from app.domain.house import HouseData, house_problems
from app.domain.registration import FieldRefused
from app.domain.roles import Permission, Role
from app.extensions import db, writing
from app.models import Account, Entity, Invitation, Radicado, Requerimiento
from app.services import calendars, changes, entities, invitations, sessions
from app.services.calendars import Move
from app.services.casework import NotAllowed
from app.services.data_notice import notice_text

SUBJECT = "entidad"
FROZEN = (
    "Ya hay radicados con el prefijo {}: no se puede cambiar, porque los números que se dieron "
    "dejarían de ser de la entidad."
)


def find(entity_id: int) -> Entity:
    """An entity of the installation.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(Entity, entity_id)
    if found is None:
        raise NotFound(str(entity_id))
    return found


def facts_of(house: Entity) -> HouseData:
    """What is known of an entity, as it is typed and kept."""
    return HouseData(**{name: getattr(house, name) for name in HouseData.__dataclass_fields__})


def has_radicados(entity_id: int) -> bool:
    """Whether a number was ever taken: from then on the prefix stays."""
    taken = select(Radicado.code).filter_by(entity_id=entity_id).limit(1)
    return db.session.scalar(taken) is not None


def settle(
    values: Mapping[str, Any], *, author: Account, now: datetime, shown: str = ""
) -> list[Move]:
    """Change what the author's entity says and decides of itself. The reading of reception and the
    closing hour are for what is filed from now on; counting Saturdays moves the open cases, which
    are returned. `shown` is the mark of what its author saw.

    Raises:
        NotAllowed: the author is no administrator.
        ChangedMeanwhile: it is no longer what its author saw.
        FieldRefused: something cannot be so, or is another entity's.
    """
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia los datos de la entidad.")
    data = checked(values)
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update=True)
        before = facts_of(house)
        changes.check_same(shown, before.kept())
        if data.prefix != before.prefix:
            _check_prefix(data.prefix, house)
        moved: list[Move] = []
        if data.saturday_counts != before.saturday_counts:
            moved = calendars.count_saturdays(house, data.saturday_counts, author=author, now=now)
        for name in HouseData.__dataclass_fields__:
            setattr(house, name, getattr(data, name))
        after = data.kept() | ({"moved": len(moved)} if moved else {})
        _record(house, before.kept(), after, author=author, now=now)
    return moved


def preview(values: Mapping[str, Any], *, author: Account) -> list[Move]:
    """The open cases that `settle` would move; nothing changes.

    Raises:
        FieldRefused: as `settle`.
    """
    data, house = checked(values), find(author.entity_id or 0)
    if data.prefix != house.prefix:
        _check_prefix(data.prefix, house)
    if data.saturday_counts == house.saturday_counts:
        return []
    return calendars.preview_saturdays(house.id, data.saturday_counts)


def all_of_them() -> Sequence[Entity]:
    """Every entity of the installation: the default one, then those that work, by name."""
    return db.session.scalars(
        select(Entity).order_by(Entity.is_default.desc(), Entity.is_active.desc(), Entity.name)
    ).all()


def with_administrator() -> set[int]:
    """The entities that have an administrator who can enter."""
    found = select(Account.entity_id).filter_by(role=Role.ADMINISTRATOR, is_active=True)
    return {entity_id for entity_id in db.session.scalars(found) if entity_id}


def open_cases(entity_id: int) -> int:
    """How many of its cases still wait for an answer."""
    query = select(func.count()).select_from(Requerimiento)
    return db.session.scalar(query.filter_by(entity_id=entity_id, is_open=True)) or 0


def add(values: Mapping[str, Any], *, author: Account, now: datetime) -> tuple[Entity, Invitation]:
    """Add an entity, and invite the first of its administrators, who is the only one to open it.

    Raises:
        NotAllowed: the author is no administrator of the default entity.
        FieldRefused: something cannot be so.
    """
    data = checked(values)
    with writing():
        _founder(author)
        house = found(data, now=now)
        for known in (house.id, author.entity_id):
            _record(house, {}, data.kept(), author=author, now=now, entity_id=known)
        return house, _invite(house, values, author, now)


def found(data: HouseData, *, now: datetime) -> Entity:
    """Make an entity, with the first text of its data notice. Part of another use case's
    transaction.

    Raises:
        FieldRefused: another entity has that prefix or that name.
    """
    _check_prefix(data.prefix, None)
    if db.session.scalar(select(Entity.id).filter_by(name=data.name)):
        raise FieldRefused("name", "Ya hay una entidad con ese nombre.")
    contact = {
        name: getattr(data, name)
        for name in ("helpdesk_address", "helpdesk_phone", "helpdesk_email")
    }
    facts = {name: getattr(data, name) for name in HouseData.__dataclass_fields__}
    return entities.create(notice=notice_text(data.name, **contact), now=now, **facts)


def invite_administrator(
    entity_id: int, values: Mapping[str, Any], *, author: Account, now: datetime
) -> Invitation:
    """Invite again the first administrator of an entity; what was sent before opens nothing more.

    Raises:
        NotAllowed: the author is no administrator of the default entity.
        NotFound: there is no such entity.
        RuleBroken: it has an administrator, who invites the others.
        FieldRefused: a datum cannot be accepted.
    """
    with writing():
        _founder(author)
        house = _locked(entity_id)
        if house.id in with_administrator():
            raise RuleBroken("Esa entidad ya tiene quien la administre: esa persona invita.")
        for earlier in invitations.pending(house.id):
            if earlier.role is Role.ADMINISTRATOR:
                earlier.withdrawn_at = now
        db.session.flush()
        return _invite(house, values, author, now)


def deactivate(entity_id: int, *, author: Account, now: datetime) -> None:
    """Close an entity: nobody files to it, and its staff are out at once. Citizens go on reading
    their cases.

    Raises:
        NotAllowed: the author is no administrator of the default entity.
        NotFound: there is no such entity.
        RuleBroken: it is the default one.
    """
    with writing():
        _founder(author)
        house = _locked(entity_id)
        if house.is_default:
            raise RuleBroken(
                "Es la entidad predeterminada: elija primero otra, y después desactive esta."
            )
        _set(house, "is_active", False, author=author, now=now)
        sessions.end_all_of_entity(house.id, now)


def activate(entity_id: int, *, author: Account, now: datetime) -> None:
    """Open again an entity that was closed.

    Raises:
        NotAllowed, NotFound: as `deactivate`.
    """
    with writing():
        _founder(author)
        _set(_locked(entity_id), "is_active", True, author=author, now=now)


def make_default(entity_id: int, *, author: Account, now: datetime) -> None:
    """Choose the entity that is not asked for, whose administrators see to the installation.

    Raises:
        NotAllowed, NotFound: as `deactivate`.
        RuleBroken: it is closed, or nobody administers it.
    """
    with writing():
        present = _founder(author)
        house = _locked(entity_id)
        if house.id == present.id:
            return
        if not house.is_active or house.id not in with_administrator():
            raise RuleBroken(
                "La entidad predeterminada debe estar activa y tener quien la administre."
            )
        _set(present, "is_default", False, author=author, now=now)
        _set(house, "is_default", True, author=author, now=now)


def checked(values: Mapping[str, Any]) -> HouseData:
    """What was typed of an entity.

    Raises:
        FieldRefused: with the sentence of the first field that cannot be so.
    """
    data = HouseData.of(values)
    for field, sentence in house_problems(data).items():
        raise FieldRefused(field, sentence)
    return data


def _founder(author: Account) -> Entity:
    """The default entity, which the author administers; one at a time."""
    house = db.session.get_one(Entity, author.entity_id, with_for_update=True)
    if not (author.may(Permission.FOUND) and house.is_default):
        raise NotAllowed("Solo un administrador de la entidad predeterminada cambia las entidades.")
    return house


def _locked(entity_id: int) -> Entity:
    house = db.session.get(Entity, entity_id, with_for_update=True)
    if house is None:
        raise NotFound(str(entity_id))
    return house


def _invite(house: Entity, values: Mapping[str, Any], author: Account, now: datetime) -> Invitation:
    person = {name: values.get(name) for name in ("first_names", "surnames", "email", "username")}
    return invitations.send(
        person | {"role": Role.ADMINISTRATOR, "office_id": None}, house, author=author, now=now
    )


def _check_prefix(prefix: str, house: Entity | None) -> None:
    if house is not None and has_radicados(house.id):
        raise FieldRefused("prefix", FROZEN.format(house.prefix))
    if db.session.scalar(select(Entity.id).filter_by(prefix=prefix)):
        raise FieldRefused("prefix", f"Otra entidad ya usa el prefijo {prefix}. Escriba otro.")


def _set(house: Entity, name: str, value: bool, *, author: Account, now: datetime) -> None:
    before = getattr(house, name)
    setattr(house, name, value)
    for known in {house.id, author.entity_id}:
        _record(house, {name: before}, {name: value}, author=author, now=now, entity_id=known)


def _record(
    house: Entity,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    author: Account,
    now: datetime,
    entity_id: int | None = None,
) -> None:
    changes.record(
        entity_id=entity_id or house.id,
        subject=SUBJECT,
        subject_id=house.id,
        title=house.name,
        before=before,
        after=after,
        author=author,
        now=now,
    )

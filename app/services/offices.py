"""The offices of an entity as its administrators change them (W8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true, union_all, update

from app.domain.errors import NotFound, RuleBroken
from app.domain.house import office_problem
from app.domain.registration import FieldRefused, tidy
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import (
    Account,
    AnswerTemplate,
    AssignmentRule,
    Invitation,
    Office,
    Requerimiento,
    Topic,
)
from app.services import changes, handing
from app.services.casework import NotAllowed

SUBJECT = "dependencia"
_record = changes.Recorder(SUBJECT, attrgetter("name"))


@dataclass(frozen=True)
class Held:
    """What hangs on an office: open cases, people, topics, rules that give to it, and texts that
    only it sees."""

    cases: int = 0
    people: int = 0
    topics: int = 0
    rules: int = 0
    texts: int = 0

    @property
    def is_anything(self) -> bool:
        """Whether another office must take it before this one can close."""
        return bool(self.cases or self.people or self.topics or self.rules or self.texts)


def of_entity(entity_id: int) -> Sequence[Office]:
    """All of an entity by name, those that work first."""
    return db.session.scalars(
        select(Office).filter_by(entity_id=entity_id).order_by(Office.is_active.desc(), Office.name)
    ).all()


def held(entity_id: int) -> dict[int, Held]:
    """What hangs on each office of an entity, in one statement."""
    asked = (
        ("cases", Requerimiento, Requerimiento.is_open),
        ("people", Account, Account.is_active),
        ("topics", Topic, true()),
        ("rules", AssignmentRule, true()),
        ("texts", AnswerTemplate, true()),
    )
    counts = union_all(*(_count(name, table, also, entity_id) for name, table, also in asked))
    found: dict[int, dict[str, int]] = {}
    for name, office_id, number in db.session.execute(counts):
        found.setdefault(office_id, {})[name] = number
    return {office_id: Held(**numbers) for office_id, numbers in found.items()}


def find(office_id: int, entity_id: int) -> Office:
    """One of an entity.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    found = db.session.scalar(
        select(Office).filter_by(id=office_id, entity_id=entity_id).with_for_update()
    )
    if found is None:
        raise NotFound(str(office_id))
    return found


def create(name: str, *, author: Account, now: datetime) -> Office:
    """Open an office in the author's entity.

    Raises:
        NotAllowed: the author is no administrator.
        FieldRefused: it cannot be called so, or there is one with that name.
    """
    _check(author)
    with writing() as session:
        office = Office(entity_id=author.entity_id, name=_free(name, author.entity_id or 0))
        session.add(office)
        session.flush()
        _record(office, {}, {"name": office.name}, author=author, now=now)
    return office


def rename(office_id: int, name: str, *, author: Account, now: datetime, shown: str = "") -> None:
    """Call an office otherwise; its cases stay with it.

    Raises:
        NotAllowed, FieldRefused: as `create`.
        NotFound: it is another entity's.
        ChangedMeanwhile: it is no longer called what the author saw.
    """
    _check(author)
    with writing():
        office = find(office_id, author.entity_id or 0)
        changes.check_same(shown, {"name": office.name})
        before, office.name = office.name, _free(name, office.entity_id, but=office.id)
        _record(office, {"name": before}, {"name": office.name}, author=author, now=now)


def close(office_id: int, *, to_id: int | None, author: Account, now: datetime) -> int:
    """Close an office once its open cases, each with its line in the history, and all else that
    hangs on it (`Held`) are in another; return how many cases went there.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        FieldRefused: something hangs on it, and no other office was chosen.
        RuleBroken: a case cannot go, or there are more than go at once.
    """
    _check(author)
    office = find(office_id, author.entity_id or 0)
    name, entity_id = office.name, office.entity_id
    if not office.is_active:
        raise RuleBroken("Esa dependencia ya está desactivada.")
    needs = held(entity_id).get(office_id, Held())
    target = _other(to_id, office_id, entity_id) if needs.is_anything else None
    where = _open_of(office_id, entity_id)
    moved = 0
    if target is not None:
        note = f"Se desactivó la dependencia {name}"
        handing.check_all(where, office_id=target, to=None, author=author)
        moved = handing.give_all(
            where, office_id=target, to=None, note=note, author=author, now=now
        ).moved
    with writing():
        office = find(office_id, entity_id)
        if handing.count(where):
            raise RuleBroken(handing.MORE)
        _move_what_else(office_id, target)
        office.is_active = False
        after = {"is_active": False} | ({"went_to_id": target, "moved": moved} if target else {})
        _record(office, {"is_active": True}, after, author=author, now=now)
    return moved


def reopen(office_id: int, *, author: Account, now: datetime) -> None:
    """Open again an office that was closed, empty.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
    """
    _check(author)
    with writing():
        office = find(office_id, author.entity_id or 0)
        before, office.is_active = office.is_active, True
        _record(office, {"is_active": before}, {"is_active": True}, author=author, now=now)


def active_id(office_id: int | None, entity_id: int, field: str = "office") -> int | None:
    """The id of an office that can be chosen; None where none was.

    Raises:
        FieldRefused: it is another entity's, or it is closed.
    """
    if office_id is None:
        return None
    found = db.session.get(Office, office_id)
    if found is None or found.entity_id != entity_id or not found.is_active:
        raise FieldRefused(field, "Elija la dependencia de la lista.")
    return office_id


def _other(to_id: int | None, office_id: int, entity_id: int) -> int:
    target = active_id(to_id, entity_id, "to")
    if target is None or target == office_id:
        raise FieldRefused("to", "Elija la dependencia que recibe lo que queda en esta.")
    return target


def _open_of(office_id: int, entity_id: int) -> ColumnElement[bool]:
    return and_(
        Requerimiento.entity_id == entity_id,
        Requerimiento.is_open,
        Requerimiento.office_id == office_id,
    )


def _move_what_else(office_id: int, target: int | None) -> None:
    """The people and the topics of an office, the rules that give to it, its texts and who was
    invited to it go where its cases went."""
    tables: tuple[Any, ...] = (Account, Topic, AnswerTemplate, Invitation)
    if target is not None:  # a rule always gives to some office
        tables += (AssignmentRule,)
    for table in tables:
        db.session.execute(
            update(table).where(table.office_id == office_id).values(office_id=target)
        )


def _count(name: str, table: Any, also: Any, entity_id: int) -> Select[Any]:
    return (
        select(literal(name), table.office_id, func.count())
        .where(table.entity_id == entity_id, table.office_id.is_not(None), also)
        .group_by(table.office_id)
    )


def _free(typed: str, entity_id: int, but: int = 0) -> str:
    name = tidy(typed)
    if problem := office_problem(name):
        raise FieldRefused("name", problem)
    same = select(Office.id).where(
        Office.entity_id == entity_id, func.lower(Office.name) == name.lower(), Office.id != but
    )
    if db.session.scalar(same):
        raise FieldRefused("name", "Ya hay una dependencia con ese nombre.")
    return name


def _check(author: Account) -> None:
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia las dependencias.")

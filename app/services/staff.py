"""The people who work for an entity, as its administrators see and change them (W8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update

from app.domain.contact import normalise_email
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused, name_problem, tidy
from app.domain.roles import Permission, Role, may
from app.extensions import db, writing
from app.models import Account, Entity, LoginSession, Office, Recovery, Requerimiento
from app.services import casework, changes, handing, leaving, offices, sessions
from app.services.casework import NotAllowed
from app.services.handing import Given

SUBJECT = "persona"
_record = changes.Recorder(SUBJECT, attrgetter("display_name"))
PAGE = 50
NAMES = {"first_names": "los nombres", "surnames": "los apellidos"}
LONGEST_NAME = 80
TO_OFFICE = 0  # where the cases of who leaves go: back to their office, for anybody to take
FIELDS = ("first_names", "surnames", "email", "role", "office_id")
LAST = (
    "Es la única persona que administra la entidad. Invite primero a otro administrador, y "
    "después haga este cambio."
)
ONESELF = (
    "Usted no puede quitarse el rol de administrador ni desactivarse. Pídaselo a otro "
    "administrador de la entidad."
)


@dataclass(frozen=True)
class Member:
    """A person of the staff in the list."""

    id: int
    username: str
    name: str
    role: Role
    office: str
    is_active: bool
    last_entry: datetime | None


def page(
    entity_id: int, *, active: bool, after: int | None = None
) -> tuple[list[Member], int | None]:
    """A page of the staff by name, and the id that the next one follows, in two statements."""
    last = (
        select(func.max(LoginSession.created_at))
        .where(LoginSession.account_id == Account.id)
        .scalar_subquery()
    )
    query = (
        select(Account, Office.name, last)
        .outerjoin(Office, Office.id == Account.office_id)
        .where(Account.entity_id == entity_id, Account.role.is_not(None))
        .where(Account.is_active.is_(active))
        .order_by(Account.first_names, Account.surnames, Account.id)
        .limit(PAGE + 1)
    )
    before = db.session.get(Account, after) if after else None
    if before is not None and before.entity_id == entity_id:
        here = tuple_(Account.first_names, Account.surnames, Account.id)
        query = query.where(here > (before.first_names, before.surnames, before.id))
    rows = db.session.execute(query).all()
    people = [_member(*row) for row in rows[:PAGE]]
    return people, people[-1].id if len(rows) > PAGE else None


def find(person_id: int, entity_id: int) -> Account:
    """Somebody of the staff of an entity.

    Raises:
        NotFound: there is nobody, or they are another entity's.
    """
    person = db.session.scalar(
        select(Account)
        .where(Account.id == person_id, Account.entity_id == entity_id)
        .where(Account.role.is_not(None))
        .with_for_update(of=Account)
    )
    if person is None:
        raise NotFound(str(person_id))
    return person


def open_cases(person_id: int, entity_id: int) -> int:
    """How many open cases are somebody's."""
    return handing.count(_open_of(person_id, entity_id))


def change(
    person_id: int,
    values: Mapping[str, Any],
    *,
    author: Account,
    now: datetime,
    shown: str = "",
) -> None:
    """Change the name, the e-mail, the role or the office of somebody. Who gets another role enters
    again; a link to recover the password that went to the old e-mail opens nothing.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: they are another entity's.
        FieldRefused: a datum cannot be accepted.
        ChangedMeanwhile: they are no longer as the author saw them.
        RuleBroken: nobody would administer the entity, or it is the author's own role.
    """
    _check(author)
    wanted = checked(values, author.entity_id or 0)
    with writing() as session:
        session.get_one(Entity, author.entity_id, with_for_update={"key_share": True})
        person = find(person_id, author.entity_id or 0)
        before = facts_of(person)
        changes.check_same(shown, before)
        if wanted["role"] != before["role"]:
            _check_role(person, Role(wanted["role"]), author)
            sessions.end_all(person.id, now)
            leaving.let_go(person, Role(wanted["role"]), author=author, now=now)
        if wanted["email"] != before["email"]:
            _spend_links(person.id, now)
        for name, value in wanted.items():
            setattr(person, name, Role(value) if name == "role" else value)
        _record(person, before, wanted, author=author, now=now)


def retire(person_id: int, *, to_id: int | None, author: Account, now: datetime) -> Given:
    """Close somebody's account once their open cases are another person's, or back with their
    office (`TO_OFFICE`), as those stay that the author may not read. They are out at once, and of
    the rules, the absences and the reserve team too (`leaving`). Return what became of the cases.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: they are another entity's.
        FieldRefused: they have cases, and nobody was chosen who takes them.
        RuleBroken: they had left, nobody would administer the entity, it is the author, or cases
            cannot go: then nothing was let go or given.
    """
    _check(author)
    entity_id = author.entity_id or 0
    person = find(person_id, entity_id)
    _check_here(person)
    _check_leaving(person, author)
    where, given, target = _open_of(person_id, entity_id), Given(0), None
    if handing.count(where):
        target = _taker(to_id, person_id, entity_id)
        office_id, receiver = (target.office_id, target.id) if target else (None, None)
        handing.check_all(where, office_id=office_id, to=receiver, leave_unread=True, author=author)
        _let_go(person, author, now)  # whom they stand in for would give them their cases back
        given = handing.give_all(
            where,
            office_id=office_id,
            to=receiver,
            note=f"{person.display_name} ya no trabaja en el sistema",
            left_by=person,
            author=author,
            now=now,
        )
    with writing():
        _let_go(person, author, now)
        person = find(person_id, entity_id)
        _check_here(person)
        _check_leaving(person, author)
        if handing.count(where):
            raise RuleBroken(handing.MORE)
        person.is_active = False
        sessions.end_all(person.id, now)
        after = {"is_active": False} | _went(given, target)
        _record(person, {"is_active": True}, after, author=author, now=now)
    return given


def unread(person_id: int, reader: Account) -> int:
    """How many open cases of somebody the reader may not read: they go to nobody they choose."""
    return len(handing.unread(_open_of(person_id, reader.entity_id or 0), reader))


def readmit(person_id: int, *, author: Account, now: datetime) -> None:
    """Open again the account of somebody who had left, with the password they had.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: they are another entity's.
    """
    _check(author)
    with writing():
        person = find(person_id, author.entity_id or 0)
        before = {"is_active": person.is_active, "office_id": person.office_id}
        person.is_active = True
        if person.office is not None and not person.office.is_active:
            person.office_id = None
        after = {"is_active": True, "office_id": person.office_id}
        _record(person, before, after, author=author, now=now)


def takers(entity_id: int, but: int) -> list[casework.Colleague]:
    """Who can take the cases of somebody who leaves."""
    return [person for person in casework.people(entity_id) if person.id != but]


def facts_of(person: Account) -> dict[str, Any]:
    """What administrators change of somebody, as values that JSON can hold."""
    return {name: str(person.role) if name == "role" else getattr(person, name) for name in FIELDS}


def checked(values: Mapping[str, Any], entity_id: int) -> dict[str, Any]:
    """The data of somebody of the staff, tidy.

    Raises:
        FieldRefused: one of them cannot be accepted.
    """
    for field, sentence in problems(values).items():
        raise FieldRefused(field, sentence)
    return {
        **{name: tidy(str(values[name])) for name in NAMES},
        "email": normalise_email(str(values["email"])),
        "role": str(values["role"]),
        "office_id": offices.active_id(values.get("office_id"), entity_id),
    }


def problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the data of somebody of the staff, a sentence for each field."""
    found = {}
    for field, ask in NAMES.items():
        name = tidy(str(values.get(field) or ""))
        fits = 0 < len(name) <= LONGEST_NAME
        asked = "" if fits else f"Escriba {ask}, en {LONGEST_NAME} letras o menos."
        found[field] = asked or name_problem(name)
    if normalise_email(str(values.get("email") or "")) is None:
        found["email"] = "Revise el correo. Debe ser como nombre@ejemplo.com."
    if values.get("role") not in set(Role):
        found["role"] = "Elija el rol."
    return {field: sentence for field, sentence in found.items() if sentence}


def _member(person: Account, office: str | None, last_entry: datetime | None) -> Member:
    return Member(
        person.id,
        person.username,
        person.display_name,
        person.role or Role.OBSERVER,
        office or "",
        person.is_active,
        last_entry,
    )


def _open_of(person_id: int, entity_id: int) -> ColumnElement[bool]:
    return and_(
        Requerimiento.entity_id == entity_id,
        Requerimiento.is_open,
        Requerimiento.assignee_id == person_id,
    )


def _went(given: Given, target: casework.Colleague | None) -> dict[str, Any]:
    """What the record says of where the cases went."""
    moved = {"moved": given.moved, "went_to": target.name if target else ""}
    left = {"left_reserved": len(given.left)}
    return (moved if given.moved else {}) | (left if given.left else {})


def _let_go(person: Account, author: Account, now: datetime) -> None:
    """End what names who leaves. The entity is locked before the person, as who changes either
    does."""
    with writing() as session:
        session.get_one(Entity, author.entity_id, with_for_update={"key_share": True})
        leaving.let_go(person, None, author=author, now=now)


def _taker(to_id: int | None, person_id: int, entity_id: int) -> casework.Colleague | None:
    """Who takes the cases; None is their office."""
    if to_id == TO_OFFICE:
        return None
    known = {person.id: person for person in takers(entity_id, person_id)}
    if to_id not in known:
        raise FieldRefused("to", "Elija quién recibe los requerimientos abiertos.")
    return known[to_id]


def _check_role(person: Account, role: Role, author: Account) -> None:
    if person.role is Role.ADMINISTRATOR:
        _check_leaving(person, author)
    has_work = not may(role, Permission.WORK) and person.entity_id is not None
    if has_work and (number := open_cases(person.id, person.entity_id or 0)):
        many = "1 requerimiento abierto" if number == 1 else f"{number} requerimientos abiertos"
        sentence = f"Con ese rol no puede responder, y tiene {many}. Asigne primero a otra persona."
        raise FieldRefused("role", sentence)


def _check_here(person: Account) -> None:
    """A form that is sent again closes nothing again, and the record says it once."""
    if not person.is_active:
        raise RuleBroken("Esa cuenta ya está desactivada.")


def _check_leaving(person: Account, author: Account) -> None:
    """Nobody shuts out themselves, or the last who could let anybody in again."""
    if person.id == author.id:
        raise RuleBroken(ONESELF)
    if person.role is not Role.ADMINISTRATOR:
        return
    others = (
        select(Account.id)
        .filter_by(entity_id=person.entity_id, role=Role.ADMINISTRATOR, is_active=True)
        .order_by(Account.id)
        .with_for_update()
    )
    if not set(db.session.scalars(others)) - {person.id}:
        raise RuleBroken(LAST)


def _spend_links(person_id: int, now: datetime) -> None:
    db.session.execute(
        update(Recovery)
        .where(Recovery.account_id == person_id, Recovery.used_at.is_(None))
        .values(used_at=now)
    )


def _check(author: Account) -> None:
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia a las personas de la entidad.")


def counted(entity_id: int) -> dict[bool, int]:
    """How many people work for an entity, and how many did."""
    query = (
        select(Account.is_active, func.count())
        .where(Account.entity_id == entity_id, Account.role.is_not(None))
        .group_by(Account.is_active)
    )
    return {bool(active): number for active, number in db.session.execute(query)}

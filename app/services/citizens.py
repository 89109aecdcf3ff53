"""Citizens as the staff of one entity see them: only those who have a case there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import aliased, load_only

from app.domain.contact import normalise_email, normalise_phone
from app.domain.errors import NotFound
from app.domain.person import display_name, fold, normalise_document
from app.domain.roles import Permission
from app.domain.searching import read
from app.extensions import db
from app.models import Account, Claim, ClaimKind, Requerimiento
from app.services import readable, search

SHOWN = 50  # of the latest cases and codes of a person
NEWEST_CASES = 2000  # that have the words of a name, among which it is looked for
MOST_FOUND = 20  # people among whom somebody looks; with more, they say more of whom they look for


@dataclass(frozen=True)
class Citizen:
    """A person with what the entity has of them."""

    account: Account
    cases: Sequence[Requerimiento]
    claims: Sequence[ClaimLine]


@dataclass(frozen=True)
class ClaimLine:
    """A way to complete the account, with who gave it and what became of it."""

    kind: ClaimKind
    reason: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    clerk: Account

    def state(self, now: datetime) -> str:
        """Whether it still works, in words."""
        if self.used_at is not None:
            return "Usado"
        if self.revoked_at is not None:
            return "Reemplazado"
        return "Vigente" if self.expires_at > now else "Vencido"


def with_document(number: str, *, reader: Account) -> Sequence[Account]:
    """The people with that document number, whatever its type, who have a case in the reader's
    entity that the reader may know to be theirs."""
    if not number:
        return []
    query = select(Account).filter_by(document_number=number).where(_is_known_to(reader))
    return db.session.scalars(
        query.order_by(Account.id).limit(SHOWN), readable.values(reader)
    ).all()


def with_email(address: str, *, reader: Account) -> Sequence[Account]:
    """The people with that e-mail address whom `with_document` would find by their document."""
    known = normalise_email(address)
    if known is None:
        return []
    query = select(Account).filter_by(email=known).where(_is_known_to(reader))
    return db.session.scalars(
        query.order_by(Account.id).limit(SHOWN), readable.values(reader)
    ).all()


def known_as(typed: str, *, reader: Account) -> Sequence[Account]:
    """Whom the counter may file for, among those who have a case in the reader's
    entity that the reader may know of, by what somebody
    can say who does not have their document: an e-mail address, a telephone, the document after
    all, or a name, the last word of which may be only begun. In the order of their names."""
    query = (
        select(Account)
        .where(_is_known_to(reader), Account.document_number.is_not(None), Account.is_active)
        .where(Account.role.is_(None))
        .limit(MOST_FOUND + 1)
    )
    if "@" in typed:
        query = query.where(Account.email == (normalise_email(typed) or ""))
    elif any(letter.isalpha() for letter in typed):
        query = query.where(Account.id.in_(_named(typed, reader)))
    else:
        document = Account.document_number == normalise_document(typed)
        phone = Account.phone == normalise_phone(typed)
        query = query.where(or_(document, phone)) if typed.strip() else query.where(false())
    return sorted(
        db.session.scalars(query, readable.values(reader)),
        key=lambda found: fold(found.display_name),
    )


def may_file_for(account_id: int, *, reader: Account) -> Account | None:
    """The person that the counter chose among those, if it may."""
    return db.session.scalar(
        select(Account)
        .filter_by(id=account_id, role=None, is_active=True)
        .where(_is_known_to(reader), Account.document_number.is_not(None)),
        readable.values(reader),
    )


def _named(typed: str, reader: Account) -> list[int]:
    """The numbers of those whose name has those words, among who filed the newest cases that have
    them: names are words of the cases (`services.search`). The counter finds whoever has only
    sensitive ones too; the words of a case that are not its citizen's name find nobody."""
    entity_id = reader.entity_id or 0
    is_counter = reader.may(Permission.COUNTER)
    question = search.question(typed, entity_id, with_sensitive=is_counter)
    if question is None:
        return []
    found = search.hits(db.engine.dialect.name, is_next=False, limit=NEWEST_CASES)
    cases = found.subquery()
    names = (Account.person_kind, Account.first_names, Account.surnames, Account.legal_name)
    rows = db.session.execute(
        select(Account.id, *names, Account.username)
        .join(Requerimiento, Requerimiento.citizen_id == Account.id)
        .join(cases, cases.c.id == Requerimiento.id)
        .where(Requerimiento.entity_id + 0 == entity_id, Account.document_number.is_not(None))
        .distinct(),
        {"question": question},
    )
    asked = read(typed)
    people = cast(Iterable[Any], rows)
    own = [number for number, *name in people if asked.is_answered_by(display_name(*name))]
    return own[: MOST_FOUND + 1]


def find(account_id: int, *, reader: Account) -> Citizen:
    """A person with those of their cases in the entity that the reader may open, and the codes
    they were given. That somebody has a sensitive case is not told.

    Raises:
        NotFound: there is none, or they have no case in this entity that the reader may know of.
    """
    entity_id, asked = reader.entity_id or 0, readable.values(reader)
    account = db.session.scalar(
        select(Account).filter_by(id=account_id).where(_is_known_to(reader)), asked
    )
    if account is None:
        raise NotFound("citizen")
    cases = db.session.scalars(
        select(Requerimiento)
        .filter_by(citizen_id=account_id, entity_id=entity_id)
        .where(readable.not_recused(), readable.readable())
        .order_by(Requerimiento.id.desc())
        .limit(SHOWN),
        asked,
    ).all()
    return Citizen(account, cases, _claims_of(account_id, entity_id))


def live_claim(account_id: int, now: datetime) -> Claim | None:
    """The way to complete the account that still works, if there is one."""
    return db.session.scalar(
        select(Claim)
        .filter_by(account_id=account_id, used_at=None, revoked_at=None)
        .where(Claim.expires_at > now)
        .order_by(Claim.id.desc())
        .limit(1)
    )


def _claims_of(account_id: int, entity_id: int) -> list[ClaimLine]:
    """What this entity's staff gave; another entity's is not theirs to see."""
    clerk = aliased(Account)
    rows = db.session.execute(
        select(Claim, clerk)
        .join(clerk, clerk.id == Claim.issued_by_id)
        .where(Claim.account_id == account_id, clerk.entity_id == entity_id)
        .options(
            load_only(
                Claim.kind,
                Claim.reason,
                Claim.created_at,
                Claim.expires_at,
                Claim.used_at,
                Claim.revoked_at,
            )
        )
        .order_by(Claim.id.desc())
        .limit(SHOWN)
    )
    return [
        ClaimLine(
            claim.kind,
            claim.reason,
            claim.created_at,
            claim.expires_at,
            claim.used_at,
            claim.revoked_at,
            issuer,
        )
        for claim, issuer in rows
    ]


def _is_known_to(reader: Account) -> ColumnElement[bool]:
    """Whether the person has a case that the reader may open or, for the counter, which gives a
    code to who lost access, any case at all of the entity."""
    theirs = exists().where(
        Requerimiento.citizen_id == Account.id, Requerimiento.entity_id == reader.entity_id
    )
    if reader.may(Permission.COUNTER):
        return theirs
    return theirs.where(readable.not_recused(), readable.readable())

"""The entity and the people of a test, made by the same services that the product uses."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Flask

from app import clock
from app.domain.requerimiento import Channel, Kind
from app.domain.roles import Role
from app.extensions import db
from app.models import Account, Entity
from app.services import accounts, entities, filing
from app.services.entities import Directory
from app.services.filing import CounterFiling, Filing
from app.services.tokens import Signer
from tests.support.client import PASSWORD
from tests.support.product import SECRET_KEY

FRANCISCO = {
    "person_kind": "natural",
    "document_type": "CC",
    "document_number": "79.123.456",
    "first_names": "Francisco",
    "surnames": "Rivera",
    "email": "francisco@example.com",
    "municipality": "25754",
    "address": "Calle 13 # 7-50",
}
SCHOOL = {
    "person_kind": "juridica",
    "document_type": "NIT",
    "document_number": "899.999.001-7",
    "legal_name": "Colegio La Esperanza S. A. S.",
    "email": "colegio@example.com",
    "municipality": "25754",
}


def add_entity(prefix: str = "SOA", *, now: datetime | None = None) -> Entity:
    """An entity with its help desk and the first version of its data notice."""
    return entities.create(
        name=f"Secretaría de Educación de {prefix.title()}",
        short_name=prefix,
        prefix=prefix,
        municipality="25754",
        helpdesk_phone="601 555 0100",
        notice="Cuidamos sus datos.",
        now=now or clock.now(),
    )


def add_citizen(
    entity_id: int, *, username: str = "", now: datetime | None = None, **changes: Any
) -> Account:
    """A registered citizen, Francisco Rivera unless told."""
    return accounts.register(
        FRANCISCO | changes,
        username=username,
        password=PASSWORD,
        notice_id=entities.notice_in_force(entity_id).id,
        channel="web",
        address="192.0.2.1",
        now=now or clock.now(),
    )


def add_staff(entity_id: int, role: Role, username: str, *, now: datetime | None = None) -> Account:
    """A member of the staff of the entity."""
    return accounts.staff_add(
        entity_id=entity_id,
        username=username,
        email=f"{username}@soacha.example",
        role=role,
        office="Atención al Ciudadano",
        first_names="Marta",
        surnames="Pérez",
        password=PASSWORD,
        now=now or clock.now(),
    )


def file_at_counter(
    clerk: Account,
    *,
    by: str = "codigo",
    citizen_id: int | None = None,
    document_seen: bool = False,
    now: datetime | None = None,
    **changes: Any,
) -> CounterFiling:
    """What the counter does for somebody who has no account yet, or for a citizen it found."""
    moment = now or clock.now()
    facts = Directory(1).get(clerk.entity_id or 0, moment)
    assert facts is not None
    return filing.file_at_counter(
        Filing(kind=Kind.CLAIM, body="No llegó el pago.", submission=uuid4().hex),
        clerk=clerk,
        entity=facts,
        channel=Channel.IN_PERSON,
        citizen_id=citizen_id,
        person=None if citizen_id else FRANCISCO | changes,
        claim_by=by,
        signer=Signer(SECRET_KEY),
        document_seen=document_seen,
        now=moment,
    )


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Make the calls in as many threads at the same moment; what each gave or raised."""
    start = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait(20)
            try:
                results[number] = call()
            except Exception as refusal:  # the test looks at each
                results[number] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a call never came back"
    db.session.rollback()  # what the test reads next is what they left
    return results

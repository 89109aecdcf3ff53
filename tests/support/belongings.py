"""One of everything that an entity has, for who tries every address of the product."""

import io
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import Select, select
from werkzeug.routing import Rule

from app import clock
from app.extensions import db, writing
from app.models import (
    Account,
    AdministrationChange,
    Attachment,
    Message,
    OutboxMessage,
    OutboxStatus,
    Receipt,
    Recovery,
    SavedView,
)
from app.services import (
    answer_templates,
    invitations,
    legal,
    offices,
    procedures,
    reserve_team,
    topics,
    views,
)
from app.services.procedures import ProcedurePlan
from app.services.storage import StoredFile
from app.services.tokens import RECOVERY, STOP_NOTICES
from app.services.topics import TopicPlan
from app.uploads import store
from tests.support.office import (
    House,
    absence_of,
    assigned_case,
    by,
    case_of,
    open_house,
    rule_of,
    suspend,
)
from tests.support.people import add_citizen, file_at_counter

# Written by being there: who is signed in, and how often somebody tried.
NOT_COMPARED = {"login_session", "attempt"}
Ids = dict[str, str | int]
PDF = b"%PDF-1.7\n" + bytes(range(256))


@dataclass(frozen=True)
class Belongings:
    """An entity with one of everything: an id for each argument of an address."""

    house: House
    citizen: Account
    ids: Ids

    @property
    def names(self) -> set[str]:
        """The arguments that are known."""
        return {name.rpartition(".")[2] for name in self.ids}

    def of(self, rule: Rule, but: Ids | None = None) -> Ids:
        """What the arguments of an address are for this entity. One that is called alike in two
        rooms, or is another thing on one page, is told apart by that. `but` names what is another
        for whoever asks.

        Raises:
            KeyError: nobody said what an argument stands for.
        """
        room, known = rule.endpoint.partition(".")[0], self.ids | (but or {})
        return {
            name: known.get(f"{rule.endpoint}.{name}") or known.get(f"{room}.{name}") or known[name]
            for name in sorted(rule.arguments)
        }


def belongings(prefix: str, document: str) -> Belongings:
    """A new entity, called by the prefix of its radicados, with one of everything."""
    house = open_house(prefix)
    citizen = add_citizen(house.entity.id, document_number=document, email=f"{prefix}@example.com")
    radicado = assigned_case(house, citizen, files=[a_file()])
    legal.ask_to_complete(radicado, missing="Falta el acta.", by=by(house.official))
    counter = file_at_counter(house.clerk, document_number=f"{document}9")
    others: Ids = {
        "staff.name": "nota",
        "staff.person_id": counter.citizen_id,
        "staff.counter_receipt.radicado": counter.radicado,
        "view_id": view_of(house.coordinator),
        "absence_id": absence_of(house),
        "message_id": _undelivered(house),
    }
    ids = of_case(radicado) | others | _decided(house) | _links(citizen)
    return Belongings(house, citizen, ids)


def a_file() -> StoredFile:
    """Something to attach."""
    return store().add("acta.pdf", io.BytesIO(PDF))


def of_case(radicado: str) -> Ids:
    """A case, and what hangs on it: a file, a letter of the office, a receipt."""
    case = case_of(radicado)
    of_it = {"requerimiento_id": case.id}
    return {
        "radicado": radicado,
        "code": _one(
            select(Message.radicado).filter_by(**of_it).where(Message.radicado.is_not(None))
        ),
        "public_id": _one(select(Attachment.public_id).filter_by(**of_it)),
        "portal.code": _one(select(Receipt.code).filter_by(**of_it)),
    }


def digest() -> dict[str, str]:
    """What stands in each table, row by row."""
    db.session.rollback()
    return {
        table.name: sha256(
            repr(db.session.execute(select(table).order_by(*table.primary_key)).all()).encode()
        ).hexdigest()
        for table in db.metadata.sorted_tables
        if table.name not in NOT_COMPARED
    }


def view_of(person: Account) -> int:
    """A view that somebody keeps for themselves."""
    views.save(person, name="Hoy", query="due=hoy", is_shared=False, now=clock.now())
    return int(_one(select(SavedView.id).filter_by(owner_id=person.id)))


def _decided(house: House) -> Ids:
    """What the administrator of an entity made."""
    by_whom: dict[str, Any] = {"author": house.administrator, "now": clock.now()}
    someone = {"first_names": "Nueva", "surnames": "Persona", "email": "n@example.com"}
    invited = invitations.invite(someone | {"role": "funcionario"}, **by_whom)
    answer_templates.save(None, name="Acuse", body="Hola.", office_id=None, **by_whom)
    offices.rename(house.coverage.id, "Cobertura", **by_whom)
    reserve_team.add(house.colleague.id, **by_whom)
    procedure = procedures.save(
        None,
        ProcedurePlan(name=f"Certificado {house.entity.prefix}", summary="De notas."),
        **by_whom,
    )
    return {
        "administration.name": "bienvenida",
        "administration.person_id": house.colleague.id,
        "office_id": house.coverage.id,
        "template_id": answer_templates.of_entity(house.entity.id)[0].id,
        "suspension_id": suspend(house).id,
        "invitation_id": invited.id,
        "entity_id": house.entity.id,
        "topic_id": topics.save(None, TopicPlan(name="Cupos", office_id=house.hall.id), **by_whom),
        "procedure_id": procedure,
        "slug": procedures.find(procedure, house.entity.id).slug,
        "rule_id": rule_of(house),
        "way": "subir",
        "change_id": _one(
            select(AdministrationChange.id).filter_by(
                entity_id=house.entity.id, subject=offices.SUBJECT
            )
        ),
        "registration.token": invitations.token_of(invited, current_app.extensions["signer"]),
    }


def _undelivered(house: House) -> int:
    """A letter of the entity that never arrived."""
    with writing() as session:
        failed = OutboxMessage(
            letter="welcome", recipient="x@example.com", context={}, entity_id=house.entity.id,
            message_id=f"m{house.entity.id}", status=OutboxStatus.FAILED, attempts=1,
            created_at=clock.now(), waiting_since=clock.now(), next_try_at=clock.now(),
        )  # fmt: skip
        session.add(failed)
        session.flush()
        return failed.id


def _links(citizen: Account) -> Ids:
    """The links of the letters that a citizen gets."""
    now, signer = clock.now(), current_app.extensions["signer"]
    with writing() as session:
        recovery = Recovery(
            account_id=citizen.id, created_at=now, expires_at=now + timedelta(days=1)
        )
        session.add(recovery)
        session.flush()
        return {
            "auth.token": signer.sign(RECOVERY, recovery.id),
            "profile.token": signer.sign(STOP_NOTICES, citizen.id),
        }


def _one(query: Select[Any]) -> Any:
    found = db.session.scalars(query.limit(1)).one()
    db.session.rollback()
    return found

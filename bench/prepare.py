"""The people and the two conversations that the benchmark needs in a seeded product.

`python -m bench.prepare` reads the password of both people on standard input, and prints in JSON
the radicados of the cases by their number of messages.
"""

import json
import sys
from uuid import uuid4

from sqlalchemy import select

from app import clock, create_app
from app.domain.requerimiento import Kind
from app.domain.roles import Role
from app.extensions import db
from app.models import Account, Entity
from app.services import accounts, casework, entities, filing
from app.services.casework import Writing
from app.services.entities import Directory
from bench.sites import CITIZEN, CLERK, CONVERSATIONS

PERSON = {
    "person_kind": "natural",
    "document_type": "CC",
    "document_number": "1030500700",
    "first_names": "Persona",
    "surnames": "De Prueba",
    "email": "persona@example.com",
    "phone": "3001234567",
    "address": "Calle 1 # 2-3",
    "municipality": "25754",
    "notify_by_email": False,
}
MESSAGE = "Recibimos su solicitud y estamos reuniendo los documentos que reposan en el archivo."


def main() -> None:
    """Add a clerk, a citizen and their conversations; print where these are."""
    password = sys.stdin.readline().strip()
    app = create_app()
    with app.app_context():
        entity = db.session.scalars(select(Entity).filter_by(is_default=True)).one()
        clerk = accounts.staff_add(
            entity_id=entity.id,
            username=CLERK,
            email="clerk@example.com",
            role=Role.COORDINATOR,
            office="Atención al Ciudadano",
            first_names="Funcionaria",
            surnames="De Prueba",
            password=password,
            now=clock.now(),
        )
        citizen = accounts.register(
            PERSON,
            username=CITIZEN,
            password=password,
            notice_id=entities.notice_in_force(entity.id).id,
            channel="web",
            address="127.0.0.1",
            now=clock.now(),
        )
        print(json.dumps({n: converse(entity.id, citizen, clerk, n) for n in CONVERSATIONS}))


def converse(entity_id: int, citizen: Account, clerk: Account, messages: int) -> str:
    """File a case with so many messages; return its radicado."""
    facts = Directory(default_reading=1).get(entity_id, clock.now())
    assert facts is not None
    radicado = filing.file(
        filing.Filing(kind=Kind.PETITION, body=MESSAGE, submission=str(uuid4())),
        citizen=citizen,
        entity=facts,
        now=clock.now(),
    )
    for _ in range(messages):
        words = Writing(body=MESSAGE, submission=str(uuid4()))
        casework.contribute(radicado, words, author=citizen, now=clock.now())
    assert clerk.entity_id == entity_id
    return radicado


if __name__ == "__main__":
    main()

"""Two entities never see each other (S17): every endpoint, for every role, with the other's ids.

The endpoints come from the product's own addresses. What each argument stands for is said once, in
`OWN`, and what each field that carries an id does, in `FIELDS`: a new argument or a new list of ids
that is not there fails the test, so that nobody forgets to try it.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app import clock
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import (
    AdministrationChange,
    Attachment,
    Message,
    OutboxMessage,
    OutboxStatus,
    Topic,
)
from app.services import answer_templates, invitations, legal, offices, views
from app.uploads import store
from tests.journeys import steps
from tests.support.client import PageClient
from tests.support.html import parse
from tests.support.office import House, assigned_case, by, open_house, suspend
from tests.support.people import add_citizen, file_at_counter

pytestmark = pytest.mark.on("sqlite")

# What is theirs who have it, whoever they are: a signed link, a code on paper.
OF_WHOEVER_HAS_IT = "public"
# The administrators of the default entity see to which entities there are, and to nothing in them.
OF_THE_INSTALLATION = "staff: administrar_entidades"
NOBODYS = {
    "radicado": "SOA2026ER999999",
    "code": "SOA2026EE999999",
    "public_id": "0" * 32,
    "name": "nota",
}
NOBODYS_NUMBER = 2_000_000_000
# Written by being there: who is signed in, and how often somebody tried.
NOT_COMPARED = {"login_session", "attempt"}
# Their own address does not open them alone, or what it opens is slow to make.
NOT_OPENED = {
    *("staff.letter", "staff.certificate", "staff.receipt", "staff.code_receipt"),
    *("staff.counter_receipt", "staff.give_back", "staff.prepared"),
}


@dataclass(frozen=True)
class Belongings:
    """One of everything that an entity has: an id for each argument of an address."""

    house: House
    ids: dict[str, str | int]

    def of(self, rule: Rule) -> dict[str, str | int]:
        """What the arguments of an address are for this entity. One that is called alike in two
        rooms is told apart by its room."""
        room = rule.endpoint.partition(".")[0]
        return {
            name: self.ids.get(f"{room}.{name}") or self.ids[name]
            for name in sorted(rule.arguments)
        }


@pytest.fixture
def world(app, monkeypatch) -> tuple[Belongings, Belongings]:
    """The default entity and another one, each with one of everything."""
    monkeypatch.setattr("tests.support.client.problems", lambda _html: [])  # looked at elsewhere
    return belongings("SOA", "79123456"), belongings("VIL", "52000111")


def belongings(prefix: str, document: str) -> Belongings:
    house = open_house(prefix)
    citizen = add_citizen(house.entity.id, document_number=document, email=f"{prefix}@example.com")
    files = [store().add("acta.pdf", io.BytesIO(steps.PDF))]
    radicado = assigned_case(house, citizen, files=files)
    legal.ask_to_complete(radicado, missing="Falta el acta.", by=by(house.official))
    counter = file_at_counter(house.clerk, document_number=f"{document}9")
    topic, failed = of_its_own(house)
    answer_templates.save(
        None,
        name="Acuse",
        body="Hola.",
        office_id=None,
        author=house.administrator,
        now=clock.now(),
    )
    views.save(house.coordinator, name="Hoy", query="due=hoy", is_shared=True, now=clock.now())
    someone = {"first_names": "Nueva", "surnames": "Persona", "email": "n@example.com"}
    invited = invitations.invite(
        someone | {"role": "funcionario"}, author=house.administrator, now=clock.now()
    )
    offices.rename(house.coverage.id, "Cobertura", author=house.administrator, now=clock.now())
    return Belongings(
        house,
        {
            "radicado": radicado,
            "code": scalar(select(Message.radicado).where(Message.radicado.startswith(prefix))),
            "public_id": scalar(
                select(Attachment.public_id).join(Attachment.requerimiento).filter_by(
                    radicado=radicado
                )
            ),
            "name": "nota",
            "staff.person_id": counter.citizen_id,
            "administration.person_id": house.colleague.id,
            "office_id": house.coverage.id,
            "template_id": answer_templates.of_entity(house.entity.id)[0].id,
            "view_id": views.seen_by(house.coordinator)[0].id,
            "suspension_id": suspend(house).id,
            "message_id": failed,
            "invitation_id": invited.id,
            "change_id": scalar(
                select(AdministrationChange.id).filter_by(
                    entity_id=house.entity.id, subject="dependencia"
                )
            ),
            "entity_id": house.entity.id,
            "topic_id": topic,
        },
    )  # fmt: skip


def of_its_own(house: House) -> tuple[int, int]:
    """A topic of the entity, and a letter of it that was not delivered."""
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", office_id=house.hall.id)
        session.add(topic)
        failed = OutboxMessage(
            letter="welcome", recipient="x@example.com", context={}, entity_id=house.entity.id,
            message_id=f"m{house.entity.id}", status=OutboxStatus.FAILED, attempts=1,
            created_at=clock.now(), waiting_since=clock.now(), next_try_at=clock.now(),
        )  # fmt: skip
        session.add(failed)
        session.flush()
        return topic.id, failed.id


def scalar(query):
    found = db.session.scalars(query.limit(1)).one()
    db.session.rollback()
    return found


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every address that names something, its audience, and each way to open it."""
    for rule in app.url_map.iter_rules():
        audience = app.view_functions[rule.endpoint].audience if rule.arguments else "public"
        if audience != OF_WHOEVER_HAS_IT:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, audience, method


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


def knock(client: PageClient, app: Flask, rule: Rule, method: str, ids: dict, token: str):
    """Open an address as somebody, who sends whatever would make a form act."""
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, ids, method=method)
    data = {"csrf_token": token, "confirm": "y", "to": "0", "body": "Palabras."}
    response = client.open(path, method=method, data=data if method == "POST" else None)
    return response.status_code, response.headers.get("Location", "")


def intruders(app: Flask, house: House) -> Iterator[tuple[Role, PageClient, str]]:
    """Somebody of each role of an entity, with the token of their session."""
    for role, person in house.staff.items():
        client = app.test_client()
        client.login(person)
        yield role, client, client.csrf("/accesibilidad")


def test_to_the_staff_of_another_entity_nothing_exists_and_nothing_changes(app, world):
    default, other = world
    known = {name.rpartition(".")[2] for name in default.ids}
    assert {name for rule, _, _ in rules(app) for name in rule.arguments} <= known, (
        "say in `belongings` what the new argument stands for"
    )
    before = digest_after_entering(app, world)

    found = [
        *(seen for who in intruders(app, other.house) for seen in tries(app, who, default)),
        # Who may most, of the entity that sees to the installation.
        *(
            seen
            for who in intruders(app, default.house)
            if who[0] is Role.ADMINISTRATOR
            for seen in tries(app, who, other, but=OF_THE_INSTALLATION)
        ),
        *papers_under_ones_own_case(app, default, other),
    ]

    assert found == []
    assert digest() == before


def tries(app: Flask, who, theirs: Belongings, but: str = "") -> Iterator[tuple]:
    """What somebody opens with the ids of another entity that is not as if nobody had them."""
    role, client, token = who
    for rule, audience, method in rules(app):
        if audience == but:
            continue
        got = knock(client, app, rule, method, theirs.of(rule), token)
        if got[0] != 404 and got != nobodys(client, app, rule, method, token):
            yield role, method, rule.rule, got


def papers_under_ones_own_case(app: Flask, mine: Belongings, theirs: Belongings) -> Iterator[str]:
    client = app.test_client()
    client.login(mine.house.coordinator)
    for paper in (".pdf", "/certificado.pdf"):
        path = f"/gestion/{mine.ids['radicado']}/oficios/{theirs.ids['code']}{paper}"
        if client.get(path).status_code != 404:
            yield path


def nobodys(client: PageClient, app: Flask, rule: Rule, method: str, token: str):
    """What the same address answers of something that nobody has."""
    ids = {name: NOBODYS.get(name, NOBODYS_NUMBER) for name in rule.arguments}
    return knock(client, app, rule, method, ids, token)


def digest_after_entering(app: Flask, world) -> dict[str, str]:
    """As the tables stand once everybody has entered, which is no change of what they hold."""
    for one in world:
        for _ in intruders(app, one.house):
            pass
    return digest()


ASSIGN, MANY = "/gestion/{radicado}/asignar", "/gestion/varios"
ROOM = "/gestion/administracion"
PERSON = {"first_names": "A", "surnames": "B", "email": "ab@example.com", "role": "funcionario"}
AT_THE_COUNTER = {
    "document_type": "CC",
    "document_number": "52000111",
    "kind": "peticion",
    "channel": "presencial",
    "requester": "persona",
    "claim_by": "codigo",
    "body": "Palabras.",
}
# Fields that carry an id: who sends it, where, which field, whose id it is of the other entity, the
# rest of the form (with what is one's own in braces), and the answer.
FIELDS = [
    ("coordinator", ASSIGN, "office", "office_id", {"assignee": ""}, 422),
    ("coordinator", ASSIGN, "assignee", "administration.person_id", {"office": "{office_id}"}, 422),
    ("coordinator", MANY, "office", "office_id",
     {"radicado": "{radicado}", "assignee": "", "confirm": "y"}, 422),
    ("coordinator", MANY, "assignee", "administration.person_id",
     {"radicado": "{radicado}", "office": "{office_id}", "confirm": "y"}, 422),
    ("coordinator", MANY, "radicado", "radicado",
     {"office": "{office_id}", "assignee": "", "confirm": "y"}, 303),
    ("official", "/gestion/{radicado}/responder", "template", "template_id", {"use": "1"}, 404),
    ("clerk", "/gestion/ventanilla/radicar", "topic", "topic_id", AT_THE_COUNTER, 422),
    ("administrator", f"{ROOM}/plantillas/nueva", "office", "office_id",
     {"name": "Otra", "body": "Hola."}, 422),
    ("administrator", f"{ROOM}/personas/invitar", "office", "office_id", PERSON, 422),
    ("administrator", ROOM + "/personas/{administration.person_id}", "office", "office_id", PERSON,
     422),
    ("administrator", ROOM + "/personas/{official}/retirar", "to", "administration.person_id", {},
     422),
    ("administrator", ROOM + "/dependencias/{hall}/desactivar", "to", "office_id", {}, 422),
]  # fmt: skip
OF_THE_COUNTRY = {"municipality"}


def test_an_id_of_another_entity_in_a_form_is_refused(app, world):
    default, other = world
    ids = other.ids | {"official": other.house.official.id, "hall": other.house.hall.id}
    wrong = []

    for who, address, field, whose, rest, expected in FIELDS:
        client = app.test_client()
        client.login(getattr(other.house, who))
        token, before = client.csrf("/accesibilidad"), digest()
        data = {name: filled(text, ids) for name, text in rest.items()}
        sent = data | {field: default.ids[whose], "csrf_token": token}
        status = client.post(filled(address, ids), data=sent).status_code
        changed = {name for name, rows in digest().items() if rows != before[name]} - {"draft"}
        if changed or status != expected:
            wrong.append((who, address, field, status, changed))

    assert wrong == []


def filled(text: str, ids: dict) -> str:
    return re.sub(r"\{([a-z._]+)\}", lambda found: str(ids[found[1]]), text)


def test_its_own_administrator_opens_them_and_every_list_of_ids_in_a_form_was_tried(app, world):
    """So that what is 404 above is something, and what is chosen in a form was tried."""
    _, other = world
    tried = {field for _, _, field, *_ in FIELDS} | OF_THE_COUNTRY
    client = app.test_client()
    client.login(other.house.administrator)
    missing, found = [], set()

    for rule in app.url_map.iter_rules():
        audience = getattr(app.view_functions.get(rule.endpoint), "audience", "")
        if not audience.startswith("staff") or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint in NOT_OPENED or audience == OF_THE_INSTALLATION:
            continue
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, other.of(rule))
        response = client.get(path)
        if response.status_code == 404:
            missing.append(path)
        found |= lists_of_ids(response.text)

    assert missing == []
    assert found <= tried, "say in FIELDS what happens with an id of another entity"
    assert {"office", "assignee"} <= found


def lists_of_ids(page: str) -> set[str]:
    """The names of the lists of a page, in forms that are sent, whose values are numbers."""
    document, _ = parse(page)
    return {
        choice.get("name", "")
        for form in document.iter("form")
        if form.get("method", "").lower() == "post"
        for choice in form.iter("select")
        if any((option.get("value") or "").isdigit() for option in choice.iter("option"))
    }

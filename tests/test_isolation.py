"""Two entities never see each other (S17): every endpoint, for every role, with the other's ids.

The endpoints come from the product's own addresses. What each argument stands for is said once, in
`tests/support/belongings.py`, and what each field that carries an id does, in `FIELDS`: a new
argument or a new list of ids that is not there fails the test, so that nobody forgets to try it.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.domain.roles import Role
from app.models import Account
from tests.support.belongings import Belongings, belongings, digest
from tests.support.client import PageClient
from tests.support.databases import Original

pytestmark = pytest.mark.on("sqlite")

# What is theirs who have it, whoever they are: a signed link, a code on paper.
OF_WHOEVER_HAS_IT = "public"
# The administrators of the default entity see to which entities there are, and to nothing in them.
OF_THE_INSTALLATION = "staff: administrar_entidades"
# What they name, every entity has: its own.
OF_EVERY_ENTITY = {"administration.portal_text", "administration.restore_text"}
NOBODYS = {
    "way": "subir",
    "radicado": "SOA2026ER999999",
    "code": "SOA2026EE999999",
    "public_id": "0" * 32,
    "name": "nota",
}
MOST = (Role.ADMINISTRATOR,)
NOBODYS_NUMBER = 2_000_000_000
# Their own address does not open them alone, or what it opens is slow to make.
NOT_OPENED = {
    *("staff.letter", "staff.certificate", "staff.receipt", "staff.code_receipt"),
    *("staff.counter_receipt", "staff.give_back", "staff.prepared"),
}


@pytest.fixture
def world(app, monkeypatch) -> tuple[Belongings, Belongings]:
    """The default entity and another one, each with one of everything."""
    monkeypatch.setattr("tests.support.client.problems", lambda _html: [])  # looked at elsewhere
    return belongings("SOA", "79123456"), belongings("VIL", "52000111")


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every address that names something of an entity, its audience, and each way to open it."""
    for rule in app.url_map.iter_rules():
        audience = app.view_functions[rule.endpoint].audience if rule.arguments else "public"
        if audience != OF_WHOEVER_HAS_IT and rule.endpoint not in OF_EVERY_ENTITY:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, audience, method


def knock(client: PageClient, app: Flask, rule: Rule, method: str, ids: dict, token: str):
    """Open an address as somebody, who sends whatever would make a form act."""
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, ids, method=method)
    data = {"csrf_token": token, "confirm": "y", "to": "0", "body": "Palabras."}
    response = client.open(path, method=method, data=data if method == "POST" else None)
    return response.status_code, response.headers.get("Location", "")


def entered(app: Flask, person: Account) -> tuple[PageClient, str]:
    """Somebody who has entered, and the token of their session."""
    client = app.test_client()
    client.login(person)
    return client, client.csrf("/accesibilidad")


def test_to_the_staff_of_another_entity_nothing_exists_and_nothing_changes(app, world, monkeypatch):
    default, other = world
    assert {name for rule, _, _ in rules(app) for name in rule.arguments} <= default.names, (
        "say in `belongings` what the new argument stands for"
    )
    theirs = {role: entered(app, who) for role, who in other.house.staff.items()}
    most = {role: entered(app, default.house.staff[role]) for role in MOST}
    monkeypatch.setattr("flask.templating._render", lambda *_: "")
    before = digest()

    found = [
        *(seen for who in theirs.items() for seen in tries(app, who, default)),
        # Who may most, of the entity that sees to the installation.
        *(seen for who in most.items() for seen in tries(app, who, other, but=OF_THE_INSTALLATION)),
        *papers_under_ones_own_case(app, default, other),
    ]

    assert found == []
    assert digest() == before


def tries(app: Flask, who, theirs: Belongings, but: str = "") -> Iterator[tuple]:
    """What somebody opens with the ids of another entity that is not as if nobody had them."""
    role, (client, token) = who
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


ASSIGN, MANY = "/gestion/{radicado}/asignar", "/gestion/varios"
HAND_OVER, ABSENCES = "/gestion/{radicado}/pasar", "/gestion/ausencias"
ROOM = "/gestion/administracion"
WHY = "Porque es de la otra entidad."
HANDED_MANY = {
    "verb": "pasar", "radicado": "{radicado}", "assignee": "", "note": WHY, "confirm": "y"
}  # fmt: skip
DAYS = {"first": "01/06/2099", "last": "02/06/2099"}
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
    ("official", "/gestion/{radicado}/responder", "template", "template_id", {"use": "1"}, 422),
    ("clerk", "/gestion/ventanilla/radicar", "topic", "topic_id", AT_THE_COUNTER, 422),
    ("administrator", f"{ROOM}/plantillas/nueva", "office", "office_id",
     {"name": "Otra", "body": "Hola."}, 422),
    ("administrator", f"{ROOM}/personas/invitar", "office", "office_id", PERSON, 422),
    ("administrator", ROOM + "/personas/{administration.person_id}", "office", "office_id", PERSON,
     422),
    ("administrator", ROOM + "/personas/{official}/retirar", "to", "administration.person_id", {},
     422),
    ("administrator", ROOM + "/dependencias/{hall}/desactivar", "to", "office_id", {}, 422),
    ("coordinator", MANY, "radicado", "radicado", {"verb": "cerrar", "confirm": "y"}, 303),
    ("coordinator", MANY, "assignee", "administration.person_id",
     {"radicado": "{radicado}", "office": "{office_id}", "look": "1"}, 422),
    ("official", MANY, "radicado", "radicado", {"verb": "tomar", "confirm": "y"}, 303),
    ("official", MANY, "office", "office_id", HANDED_MANY, 422),
    ("official", HAND_OVER, "office", "office_id", {"assignee": "", "note": WHY}, 422),
    ("official", HAND_OVER, "assignee", "administration.person_id",
     {"office": "{office_id}", "note": WHY}, 422),
    ("official", "/gestion/{radicado}/vincular", "other", "radicado", {"side": "principal"}, 422),
    ("official", "/gestion/{radicado}/vincular", "other", "radicado", {"side": "vinculado"}, 422),
    ("official", "/gestion/{radicado}/responder", "followers", "radicado",
     {"body": "Palabras."}, 422),
    ("coordinator", "/gestion/{radicado}/apartar", "person", "administration.person_id",
     {"reason": WHY}, 422),
    ("coordinator", "/gestion/{radicado}/readmitir", "person", "administration.person_id",
     {"reason": WHY}, 422),
    ("clerk", "/gestion/ventanilla/radicar", "procedure", "procedure_id", AT_THE_COUNTER, 422),
    ("clerk", "/gestion/ventanilla/elegir", "person", "staff.person_id", {}, 404),
    ("coordinator", ABSENCES, "person", "administration.person_id",
     DAYS | {"substitute": "{official}"}, 422),
    ("coordinator", ABSENCES, "substitute", "administration.person_id",
     DAYS | {"person": "{official}"}, 422),
    ("administrator", f"{ROOM}/reserva", "person", "administration.person_id", {}, 422),
    ("administrator", f"{ROOM}/reglas/nueva", "topic", "topic_id", {"office": "{office_id}"}, 422),
    ("administrator", f"{ROOM}/reglas/nueva", "office", "office_id", {}, 422),
    ("administrator", f"{ROOM}/reglas/nueva", "who", "administration.person_id",
     {"office": "{office_id}"}, 422),
    ("administrator", f"{ROOM}/temas/nuevo", "parent", "topic_id", {"name": "Otro"}, 422),
    ("administrator", f"{ROOM}/temas/nuevo", "office", "office_id", {"name": "Otro"}, 422),
    ("administrator", f"{ROOM}/tramites/nuevo", "topic", "topic_id",
     {"name": "Otro", "summary": "De notas.", "cost": "Gratis"}, 422),
]  # fmt: skip
SENDERS = [who for who, *_ in FIELDS]
OF_THE_COUNTRY = {"municipality"}


def test_an_id_of_another_entity_in_a_form_is_refused(app, world, instance, monkeypatch):
    default, other = world
    ids = other.ids | {"official": other.house.official.id, "hall": other.house.hall.id}
    wrong = []

    people = {who: entered(app, getattr(other.house, who)) for who in sorted({*SENDERS})}
    monkeypatch.setattr("flask.templating._render", lambda *_: "")
    before, original = digest(), Original(app, instance)
    for who, address, field, whose, rest, expected in FIELDS:
        client, token = people[who]
        data = {name: filled(text, ids) for name, text in rest.items()}
        sent = data | {field: default.ids[whose], "csrf_token": token}
        status = client.post(filled(address, ids), data=sent).status_code
        after = digest() if original.is_changed else before
        changed = {name for name, rows in after.items() if rows != before[name]} - {"draft"}
        if changed or status != expected:
            wrong.append((who, address, field, status, changed))
        original.restore()

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
        if response.status_code not in (200, 302, 303, 409):
            missing.append((path, response.status_code))
        found |= lists_of_ids(response.text)

    assert missing == []
    assert found <= tried, "say in FIELDS what happens with an id of another entity"
    assert {"office", "assignee"} <= found


def lists_of_ids(page: str) -> set[str]:
    """The names of the lists of a page, in forms that are sent, whose values are numbers."""
    return {
        name
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL)
        for name, choices in re.findall(
            r'<select[^>]*name="(\w+)".*?>(.*?)</select>', form, re.DOTALL
        )
        if re.search(r'value="\d+"', choices)
    }

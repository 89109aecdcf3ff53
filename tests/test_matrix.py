"""Roles × endpoints: who opens which address of their own entity, and to whom it does not exist.

The table is made from the product: the addresses from its map, what each asks from the audience of
its view (`app/access.py`), and who has that from `PERMISSIONS`. An address without an audience, or
one with an argument that `tests/support/belongings.py` does not know, fails.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask, current_app
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import access, clock
from app.domain.requerimiento import Kind
from app.domain.roles import PERMISSIONS, Permission, Role
from app.models import Account
from app.services import casework, guests, legal
from app.services.filing import Filing
from tests.support.belongings import Belongings, Ids, a_file, belongings, digest, of_case, view_of
from tests.support.databases import Original
from tests.support.office import by, case_of, open_house

pytestmark = pytest.mark.on("sqlite")

NOBODY, CITIZEN, GUEST = "nobody", "citizen", "guest"
ELSEWHERE = "administrator of an entity that is not the default one"
# Signed in is not enough for a file: among the staff, who sees cases opens it.
FILES = {"files.download": Permission.SEE_CASES}
# What a form must say for there to be something to find: the rest say nothing.
FORMS = {
    "staff.counter_choose": {"person": "staff.person_id"},
    "staff.counter_file": {"document_type": "CC", "document_number": "52000111"},
}
# There are none once there is an entity (`tests/pages/test_instalar.py`).
GONE = {"registration.install", "registration.first_house"}
ALLOWED, MISSING, TO_LOGIN, TO_THEIR_ROOM = "opens", "404", "to sign in", "to their own room"
TO_FILE = "to file without an account"


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door: what they are, their session, and what is theirs."""

    kind: str
    cookie: str
    token: str
    own: Ids

    @property
    def role(self) -> Role | None:
        """The role, of somebody of the staff."""
        if self.kind == ELSEWHERE:
            return Role.ADMINISTRATOR
        return Role(self.kind) if self.kind in set(Role) else None


@dataclass(frozen=True)
class Door:
    """A way to open an address."""

    rule: Rule
    method: str
    audience: str

    def expected(self, visitor: Visitor) -> str:
        """What the tables say that comes."""
        endpoint = self.rule.endpoint
        if endpoint in GONE:
            return MISSING
        if self.audience == "public":
            return ALLOWED
        if visitor.kind == NOBODY:
            return TO_LOGIN
        if visitor.kind == GUEST and endpoint not in access.GUEST_PAGES:
            return TO_FILE if endpoint == "citizen.new" else MISSING
        if self.audience == "citizen":
            return TO_THEIR_ROOM if visitor.role else ALLOWED
        if self.audience == "signed in" and not (visitor.role and endpoint in FILES):
            return ALLOWED
        needed = FILES.get(endpoint) or Permission(self.audience.removeprefix("staff: "))
        return ALLOWED if _has(visitor, needed) else MISSING


def _has(visitor: Visitor, needed: Permission) -> bool:
    if visitor.kind == ELSEWHERE and needed is Permission.FOUND:
        return False
    return visitor.role is not None and needed in PERMISSIONS[visitor.role]


def seen(response: TestResponse) -> str:
    """What came."""
    if response.status_code == 404:
        return MISSING
    where = (response.location or "").partition("?")[0]
    if response.status_code == 302 and where == "/ingreso":
        return TO_LOGIN
    if response.status_code == 302 and where in ("/gestion", "/mis-datos/sesiones"):
        return TO_THEIR_ROOM
    if response.status_code == 302 and where == "/radicar":
        return TO_FILE
    return ALLOWED if response.status_code < 429 else f"{response.status_code}!"


@pytest.fixture
def world(app, monkeypatch) -> Belongings:
    """The default entity with one of everything. Who may open a page is decided before it is
    written, so here none is; and its papers take long to make."""
    monkeypatch.setattr("tests.support.client.problems", lambda _html: [])
    for paper in ("receipt", "letter", "certificate"):
        monkeypatch.setattr(f"app.papers.{paper}", lambda _case: "paper")
    return belongings("SOA", "79123456")


def doors(app: Flask) -> list[Door]:
    """Every address and method of the product."""
    return [
        Door(rule, method, app.view_functions[rule.endpoint].audience)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def visitors(app: Flask, world: Belongings) -> list[Visitor]:
    """Somebody of each kind."""
    guest, own = guest_of(world)
    staff = world.house.staff
    return [
        entered(app, NOBODY, None),
        entered(app, CITIZEN, world.citizen),
        entered(app, GUEST, guest, own),
        *(entered(app, role, who, {"view_id": view_of(who)}) for role, who in staff.items()),
        entered(app, ELSEWHERE, open_house("VIL").administrator),
    ]


def entered(app: Flask, kind: str, person: Account | None, own: Ids | None = None) -> Visitor:
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    if person is not None:
        client.login(person)
    token = client.csrf("/accesibilidad" if person else "/ingreso")
    cookie = client.get_cookie(name)
    assert cookie is not None
    return Visitor(kind, cookie.value, token, own or {})


def guest_of(world: Belongings) -> tuple[Account, Ids]:
    """Who filed without an account, whose case asks for something."""
    house = world.house
    filed = guests.file(
        Filing(kind=Kind.PETITION, body="Pido un cupo.", submission=uuid4().hex, files=[a_file()]),
        person=None,
        entity=house.facts,
        signer=current_app.extensions["signer"],
        now=clock.now(),
    )
    code = filed.radicado
    given = {"office_id": house.hall.id, "assignee_id": house.official.id}
    casework.assign(code, author=house.coordinator, now=clock.now(), **given)
    legal.ask_to_complete(code, missing="Falta el acta.", by=by(house.official))
    return case_of(code).citizen, of_case(code)


def form_of(door: Door, world: Belongings) -> dict[str, str]:
    form = FORMS.get(door.rule.endpoint, {})
    return {name: str(world.ids.get(text, text)) for name, text in form.items()}


def knock(app: Flask, door: Door, visitor: Visitor, world: Belongings) -> TestResponse:
    """Open a door as somebody, with a form that says nothing."""
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], visitor.cookie)
    with app.test_request_context():
        ids = world.of(door.rule, visitor.own)
        path = app.url_map.bind("localhost").build(door.rule.endpoint, ids, method=door.method)
    data = None if door.method == "GET" else form_of(door, world) | {"csrf_token": visitor.token}
    return client.open(path, method=door.method, data=data)


def wrong_doors(
    app: Flask, world: Belongings, asked: Iterable[tuple[Door, Visitor]], after: Callable[[], None]
) -> list[tuple[str, ...]]:
    """What did not come as the tables say."""
    found = []
    for door, visitor in asked:
        came, expected = seen(knock(app, door, visitor, world)), door.expected(visitor)
        if came != expected:
            found.append((visitor.kind, door.method, door.rule.rule, came, expected))
        if door.method != "GET":
            after()
    return found


def test_every_door_opens_to_those_whom_the_tables_name_and_to_nobody_else(
    app, world, instance, monkeypatch
):
    people = visitors(app, world)
    monkeypatch.setattr("flask.templating._render", lambda *_: "")
    asked = [
        (door, visitor)
        for door in doors(app)
        for visitor in people
        if visitor.kind != ELSEWHERE or door.audience == f"staff: {Permission.FOUND}"
    ]
    open_to = [pair for pair in asked if pair[0].expected(pair[1]) == ALLOWED]
    shut_to = [pair for pair in asked if pair[0].expected(pair[1]) != ALLOWED]
    before, original = digest(), Original(app, instance)

    shut = wrong_doors(app, world, shut_to, lambda: None)
    unchanged = digest() == before
    opened = wrong_doors(app, world, open_to, original.restore)

    assert shut + opened == []
    assert unchanged
    # No door is shut to everybody: what is 404 to some exists for somebody.
    assert {door.rule.endpoint for door, _ in open_to} | GONE == {
        door.rule.endpoint for door in doors(app)
    }


def test_no_room_of_the_staff_is_open_to_others(app):
    """The table above believes what each view says of itself."""
    of_whom = {(door.rule.endpoint.partition(".")[0], door.audience) for door in doors(app)}

    assert {audience for room, audience in of_whom if room == "administration"} == {
        f"staff: {Permission.ADMINISTER}",
        f"staff: {Permission.FOUND}",
    }
    assert {audience for room, audience in of_whom if room == "staff"} <= {
        f"staff: {permission}" for permission in Permission
    }

"""Every page, for everyone who can open it: axe, a telephone without JavaScript, the dark and the
keyboard.

The list of pages comes from the addresses of the product. One that needs something in its address
is named here with what it needs, and a test fails when one is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.routing import Rule

from app import create_app
from app.domain.roles import PERMISSIONS, Permission, Role
from tests.journeys.looking import (
    assert_keyboard,
    assert_plain,
    assert_readable,
    assert_skips_to_the_content,
    controls_in,
)
from tests.journeys.world import CITIZEN, NEWCOMER, STAFF, VISITOR, WIDE, World
from tests.support.browser import assert_good
from tests.support.product import build_settings

STATES = (
    *("vencido", "respondido tarde", "por vencer", "radicado", "asignado", "en trámite"),
    *("respondido", "cerrado", "anulado", "en espera", "prorrogado", "trasladado"),
    *("devuelto", "con recurso"),
)
ANSWERS = ("saliendo", "por aprobar", "respuesta devuelta")
LINKED = ("principal", "vinculado", "principal saliendo", "vinculado saliendo")
# What goes into the addresses that need something: names of the world, one page for each line.
ARGUMENTS: dict[str, list[dict[str, str]]] = {
    "auth.reset": [{"token": "enlace"}],
    "citizen.filed": [{"radicado": "radicado"}, {"radicado": "asignado"}],
    "citizen.show": [{"radicado": state} for state in (*STATES, "denuncia")],
    "citizen.withdraw": [{"radicado": "asignado"}],
    "portal.check_receipt": [{"code": "constancia"}, {"code": "alterada"}],
    "profile.stop_notices": [{"token": "parar avisos"}],
    "staff.open_reserved": [{"radicado": "reservado"}],
    "staff.reserve_case": [{"radicado": "asignado"}],
    "staff.unreserve_case": [{"radicado": "denuncia"}],
    "staff.recuse": [{"radicado": "denuncia"}],
    "staff.readmit": [{"radicado": "denuncia"}],
    "staff.case_readings": [{"radicado": "denuncia"}],
    "staff.annul": [{"radicado": "radicado"}],
    "staff.alike": [{"radicado": "asignado"}],
    "staff.answer": [
        {"radicado": name} for name in ("vencido", "en trámite", "respuesta devuelta", "principal")
    ],
    "staff.give_back": [{"radicado": "por aprobar"}],
    "staff.assign": [{"radicado": "radicado"}],
    "staff.release": [{"radicado": "asignado"}],
    "staff.hand_over": [{"radicado": "asignado"}],
    "staff.case": [
        *(
            {"radicado": state}
            for state in (
                *STATES,
                *ANSWERS,
                *LINKED,
                "denuncia",
                "ventanilla",
                "nombre largo",
                "sin correo",
            )
        )
    ],
    "staff.clarify": [{"radicado": "asignado"}],
    "staff.extend": [{"radicado": "asignado"}],
    "staff.prioritise": [{"radicado": "asignado"}],
    "staff.refer": [{"radicado": "asignado"}],
    "staff.reject": [{"radicado": "asignado"}],
    "staff.rule_on_appeal": [{"radicado": "con recurso"}],
    "staff.require": [{"radicado": "asignado"}],
    "staff.receive": [{"radicado": "asignado"}, {"radicado": "en espera"}],
    "staff.more_time": [{"radicado": "en espera"}],
    "staff.take_withdrawal": [{"radicado": "asignado"}],
    "staff.notify": [{"radicado": name} for name in ("respondido", "sin correo", "devuelto")],
    "administration.edit_text": [{"template_id": "plantilla"}],
    "administration.edit_rule": [{"rule_id": "regla"}],
    "administration.edit_topic": [{"topic_id": "tema"}, {"topic_id": "tema sin uso"}],
    "administration.edit_procedure": [{"procedure_id": "trámite"}],
    "administration.portal_text": [{"name": "texto propio"}, {"name": "texto"}],
    "portal.procedure": [{"slug": "dirección del trámite"}],
    "administration.lift": [{"suspension_id": "suspensión"}],
    "administration.rename_office": [{"office_id": "dependencia"}],
    "administration.close_office": [{"office_id": "dependencia"}],
    "administration.edit_person": [{"person_id": "funcionaria"}],
    "administration.retire": [{"person_id": "funcionaria"}],
    "administration.show_house": [{"entity_id": "otra entidad"}],
    "administration.close_house": [{"entity_id": "otra entidad"}],
    "registration.accept": [{"token": "invitación"}],
    "staff.shelve": [{"radicado": "sin aclarar"}],
    "staff.withdraw": [{"radicado": "sin completar"}],
    "staff.close": [{"radicado": "respondido"}],
    "staff.counter_receipt": [{"radicado": "ventanilla"}, {"radicado": "por cédula"}],
    "staff.link": [{"radicado": "asignado"}, {"radicado": "principal"}],
    "staff.new_code": [{"person_id": "persona"}],
    "staff.note": [{"radicado": "asignado"}],
    "staff.person": [{"person_id": who} for who in ("ciudadano", "persona", "larga")],
    "staff.write": [{"radicado": "en trámite"}],
}
# Downloads, what machines read, and what only leads on to another page.
NOT_PAGES = {
    *("files.download", "citizen.receipt", "staff.receipt"),
    *("citizen.letter", "staff.letter", "staff.certificate"),
    *("health.alive", "health.ready"),
    "staff.next_case",
}
# Their addresses alone lead elsewhere, so they are among the states of `test_accessible_states.py`.
LEAD_ELSEWHERE = {
    *("registration.complete_data", "staff.code_receipt", "staff.counter_file"),
    "citizen.key",
    # Only there while there is no entity (`test_installing.py`).
    *("registration.install", "registration.first_house"),
}
URLS = create_app(build_settings(Path("/no/instance"), "sqlite://"))


@dataclass(frozen=True)
class Sight:
    """A page and who looks at it."""

    role: str
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join((self.role, self.endpoint, *self.arguments.values()))

    def open(self, page: Page, world: World) -> None:
        """Go to the page."""
        values = {name: world.names[key] for name, key in self.arguments.items()}
        with URLS.test_request_context():
            address = URLS.url_for(self.endpoint, **values)
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, f"{address} gave {response.status}"


def readers(audience: str) -> list[str]:
    """One person of each kind that may open a page of that audience; the first sees most on it."""
    if audience.startswith("staff: "):
        permission = Permission(audience.removeprefix("staff: "))
        return [str(role) for role in reversed(Role) if permission in PERMISSIONS[role]]
    return {
        "public": [VISITOR, CITIZEN, str(Role.ADMINISTRATOR)],
        "signed in": [CITIZEN, *STAFF],
        "citizen": [CITIZEN, NEWCOMER],
    }[audience]


def rules() -> Iterator[Rule]:
    """The addresses of pages."""
    return (
        rule
        for rule in URLS.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES
    )


def sights(*, first: bool) -> Iterator[Sight]:
    """Every page for its first reader, or for all the others."""
    for rule in rules():
        if rule.endpoint in LEAD_ELSEWHERE:
            continue
        found = readers(URLS.view_functions[rule.endpoint].audience)
        for role in found[:1] if first else found[1:]:
            known = ARGUMENTS[rule.endpoint] if rule.arguments else [{}]
            # What the state of a case changes, its first reader has seen in every state.
            for arguments in known if first else known[-1:]:
                yield Sight(role, rule.endpoint, arguments)


def is_theirs(sight: Sight) -> bool:
    """Not a page that sends this reader elsewhere, or that is another citizen's."""
    has_account = sight.role != VISITOR and sight.endpoint == "registration.register"
    return not has_account and not (sight.role == NEWCOMER and sight.arguments)


FIRST = list(sights(first=True))
OTHERS = list(filter(is_theirs, sights(first=False)))


def test_no_page_is_forgotten():
    with_arguments = {rule.endpoint for rule in rules() if rule.arguments} - LEAD_ELSEWHERE

    assert with_arguments == ARGUMENTS.keys(), "say in ARGUMENTS what the address needs"
    assert {sight.endpoint for sight in FIRST} | LEAD_ELSEWHERE == {
        rule.endpoint for rule in rules()
    }


@pytest.mark.parametrize("sight", FIRST, ids=str)
def test_the_page_is_for_everyone(world, chromium, sight):
    with world.page_of(chromium, sight.role, java_script=False) as page:
        sight.open(page, world)
        without_script = controls_in(page, WIDE)
        assert_plain(page)
    with world.page_of(chromium, sight.role) as page:
        sight.open(page, world)
        if controls_in(page, WIDE) != without_script:
            assert_keyboard(page)
        assert_readable(page)


@pytest.mark.parametrize("sight", OTHERS, ids=str)
def test_the_page_is_as_good_for_its_other_readers(world, chromium, sight):
    with world.page_of(chromium, sight.role) as page:
        sight.open(page, world)
        assert_good(page)


@pytest.mark.parametrize("role", [VISITOR, CITIZEN, *STAFF])
def test_the_header_is_walked_and_its_first_link_jumps_over_it(world, chromium, role):
    with world.page_of(chromium, role) as page:
        page.goto("/accesibilidad")
        assert_keyboard(page)
        assert_skips_to_the_content(page)

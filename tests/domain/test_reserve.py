"""Who may open a sensitive case, and why one is sensitive from its filing."""

from itertools import product

import pytest

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Kind
from app.domain.reserve import Door, Ground, Reader, checked_reason, door, ground_at_filing
from app.domain.roles import Role

OPEN, ASK, CLOSED = Door.OPEN, Door.ASK_REASON, Door.CLOSED


def of(role: Role, **facts: bool) -> Door:
    return door(Reader(role=role, **facts))


@pytest.mark.parametrize(
    ("facts", "official", "clerk", "coordinator", "administrator"),
    [
        ({}, ASK, CLOSED, ASK, ASK),
        ({"same_office": True}, ASK, CLOSED, ASK, ASK),
        ({"is_assignee": True}, OPEN, OPEN, OPEN, OPEN),
        ({"in_team": True}, ASK, CLOSED, OPEN, OPEN),
        ({"in_team": True, "same_office": True}, OPEN, OPEN, OPEN, OPEN),
        ({"office_has_team": False}, ASK, CLOSED, OPEN, ASK),
        ({"has_opened": True}, OPEN, OPEN, OPEN, OPEN),
        ({"is_sensitive": False}, OPEN, OPEN, OPEN, OPEN),
    ],
)
def test_who_may_open_it(facts, official, clerk, coordinator, administrator):
    assert of(Role.OFFICIAL, **facts) is official
    assert of(Role.COUNTER, **facts) is clerk
    assert of(Role.COORDINATOR, **facts) is coordinator
    assert of(Role.ADMINISTRATOR, **facts) is administrator


def test_who_was_set_apart_and_who_sees_no_cases_never_enter():
    names = ("in_team", "same_office", "is_assignee", "is_sensitive", "has_opened")
    for values in product((True, False), repeat=len(names)):
        facts = dict(zip(names, values, strict=True))

        assert {of(role, is_recused=True, **facts) for role in Role} == {CLOSED}
        assert of(Role.OBSERVER, **facts) is CLOSED


@pytest.mark.parametrize(
    ("kind", "about_minor", "topic", "expected"),
    [
        (Kind.PETITION, False, False, None),
        (Kind.REPORT, False, False, Ground.REPORT),
        (Kind.COMPLAINT, False, True, Ground.DATA),
        (Kind.REPORT, True, True, Ground.MINOR),
    ],
)
def test_what_is_sensitive_from_its_filing(kind, about_minor, topic, expected):
    found = ground_at_filing(kind, about_minor=about_minor, topic_is_sensitive=topic)

    assert found is expected


@pytest.mark.parametrize("text", ["", "  corto  ", "x" * 301])
def test_a_reason_says_something(text):
    with pytest.raises(RuleBroken, match="Escriba para qué, con 10 a 300 letras"):
        checked_reason(text, "Escriba para qué")


def test_a_reason_is_kept_on_one_line():
    assert checked_reason(" Lo  debo\nasignar ", "") == "Lo debo asignar"

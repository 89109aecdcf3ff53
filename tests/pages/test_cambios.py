"""The record of changes as people read it: every service that writes there has its words."""

import re
import sys
from typing import Any

import pytest

from app import clock
from app.administration.changes import FIELDS, SUBJECTS
from app.config import ROOT
from app.domain.house import HouseData
from app.domain.portal_texts import PortalText
from app.domain.requerimiento import Kind
from app.services import (
    absences,
    answer_templates,
    assignment_rules,
    calendars,
    changes,
    houses,
    installing,
    invitations,
    offices,
    portal_texts,
    procedures,
    reminders,
    reserve_team,
    staff,
    topics,
)
from app.services.procedures import ProcedurePlan
from app.services.topics import TopicPlan
from tests.support.belongings import belongings
from tests.support.client import words
from tests.support.office import rule_of

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def written(app, monkeypatch) -> list[dict[str, Any]]:
    """What the services write while one of each thing is made and changed, and which did."""
    seen: list[dict[str, Any]] = []
    record = changes.record

    def note(**change: Any) -> None:
        caller, before = sys._getframe(1), sys._getframe(2)
        by = caller if caller.f_globals is not vars(changes) else before
        seen.append(change | {"by": by.f_globals["__name__"]})
        record(**change)

    monkeypatch.setattr(changes, "record", note)
    return seen


def recording() -> set[str]:
    """The services that write in the record."""
    return {
        f"app.services.{path.stem}"
        for path in (ROOT / "app" / "services").glob("*.py")
        if re.search(r"changes\.(record|Recorder)\(", path.read_text("utf-8"))
    }


def change_everything(world) -> None:
    """One of each change that `belongings` did not make."""
    house, ids = world.house, world.ids
    now = clock.now()
    by: dict[str, Any] = {"author": house.administrator, "now": now}
    where = {"topic_id": ids["topic_id"], "kind": Kind.COMPLAINT}
    rule = rule_of(house, assignee_id=house.colleague.id, **where)
    assignment_rules.shift(rule, by=-1, **by)
    term = {"term_days": 8, "term_source": "Resolución 12 de 2026"}
    plan = TopicPlan(
        name="Primaria",
        parent_id=int(ids["topic_id"]),
        office_id=house.coverage.id,
        kind=Kind.COMPLAINT,
        needs_approval=True,
        is_sensitive=True,
        is_public=False,
        is_active=False,
        position=2,
        **term,
    )
    topics.save(topics.save(None, plan, **by), TopicPlan(name="Otro"), **by)
    texts = dict.fromkeys(procedures.LIMITS, "Palabras.")
    procedures.save(None, ProcedurePlan(**texts, topic_id=int(ids["topic_id"]), **term), **by)
    portal_texts.write(PortalText.WELCOME, "Le damos la bienvenida.", **by)
    portal_texts.publish_notice("Otro aviso.", **by)
    reminders.set_points("3", **by)
    calendars.lift(int(ids["suspension_id"]), act="Resolución 13 de 2026", **by)
    houses.settle(houses.facts_of(house.entity).kept() | {"name": "Otro nombre"}, **by)
    invitations.resend(int(ids["invitation_id"]), **by)
    invitations.withdraw(int(ids["invitation_id"]), **by)
    staff.change(house.clerk.id, staff.facts_of(house.clerk) | {"surnames": "Otra"}, **by)
    absences.end(int(ids["absence_id"]), **by)
    staff.retire(house.official.id, to_id=house.colleague.id, **by)
    answer_templates.remove(int(ids["template_id"]), **by)
    reserve_team.remove(house.colleague.id, **by)
    offices.close(house.hall.id, to_id=house.coverage.id, **by)


def test_everything_that_is_recorded_has_words(app, client, written):
    world = belongings("SOA", "79123456")
    change_everything(world)
    client.login(world.house.administrator)

    subjects = {change["subject"] for change in written}
    fields = {name for change in written for name in {*change["before"], *change["after"]}}
    pages = " ".join(
        words(client.get(f"/gestion/administracion/cambios?asunto={subject}"))
        for subject in SUBJECTS
    )

    # What installs the product writes of the first entity what `houses` writes of any.
    assert {change["by"] for change in written} == recording() - {installing.__name__}
    assert subjects == set(SUBJECTS)
    assert fields <= set(FIELDS)
    assert set(HouseData.__dataclass_fields__) <= set(FIELDS)
    for said in (
        "Tipo: Queja",
        "Persona: Lejos Prueba",
        "Quién reemplaza: Lejos Prueba",
        "Está en el equipo: No → Sí",
        "Cuelga de: Cupos",
        "Tema: Cupos",
        "Otra persona aprueba las respuestas: Sí",
        "Sus casos son reservados: Sí",
        "Plazo propio, en días hábiles: 8",
        "Lugar entre las reglas: 2 → 1",
    ):
        assert said in pages
    assert "→ vacío" not in pages.partition("Se quitó")[2].partition("Se creó")[0]
    assert not re.search(r": \d{4}-\d\d-\d\d", pages), "a day is written as people write it"

"""The catalogue of trámites: what it keeps, and what is filed from it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import AdministrationChange, Topic
from app.services import procedures
from app.services.casework import NotAllowed
from app.services.filing import ProcedureNotOffered
from app.services.procedures import ProcedurePlan
from tests.support.office import House, case_of, file_case, open_house
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
ACT = "Resolución 34 de 2026"


@pytest.fixture
def house(app) -> House:
    return open_house()


def put(house: House, procedure_id: int | None = None, **values) -> int:
    plan = ProcedurePlan(**{"name": "Certificado laboral", "summary": "Dice el cargo."} | values)
    number = procedures.save(procedure_id, plan, author=house.administrator, now=NOW)
    db.session.rollback()
    return number


def test_an_address_stays_when_the_name_changes_and_each_change_is_written_down(house):
    number = put(house, requirements="- Copia\n\n- Foto", cost="")
    put(house, number, name="Constancia laboral", requirements="Copia", is_active=False)

    found = procedures.by_slug("certificado-laboral", house.entity.id)

    assert (found.name, found.cost, found.is_active) == ("Constancia laboral", "Gratuito", False)
    assert procedures.offered(house.entity.id) == []
    made, changed = db.session.scalars(select(AdministrationChange).filter_by(subject="tramite"))
    assert made.after["requirements"] == "Copia\nFoto"
    assert changed.before == {
        "name": "Certificado laboral",
        "requirements": "Copia\nFoto",
        "is_active": True,
    }
    put(house, name="Certificado laboral")  # the old name, at another address
    assert procedures.by_slug("certificado-laboral-2", house.entity.id).is_active


def test_what_will_not_do_is_said_beside_its_field(house):
    other = open_house("VIL")
    put(house)
    with writing() as session:
        theirs = Topic(entity_id=other.entity.id, name="Ajeno")
        session.add(theirs)
        session.flush()
        foreign = theirs.id

    for field, values in [
        ("name", {"name": " "}),
        ("name", {"name": "CERTIFICADO LABORAL"}),
        ("summary", {"name": "Otro", "summary": ""}),
        ("requirements", {"name": "Otro", "requirements": "x" * 4_001}),
        ("topic", {"name": "Otro", "topic_id": foreign}),
        ("term_days", {"name": "Otro", "term_days": 16, "term_source": ACT}),
        ("term_source", {"name": "Otro", "term_days": 5}),
        ("position", {"name": "Otro", "position": 10_000}),
    ]:
        with pytest.raises(FieldRefused) as refusal:
            put(house, **values)
        assert refusal.value.field == field, values
    with pytest.raises(NotAllowed):
        procedures.save(None, ProcedurePlan(name="a", summary="b"), author=house.clerk, now=NOW)
    assert put(other)  # the same name in another entity


def test_what_is_filed_from_the_catalogue_goes_to_its_office_with_its_promise(house):
    citizen, other = add_citizen(house.entity.id), open_house("VIL")
    with writing() as session:
        topic = Topic(
            entity_id=house.entity.id,
            name="Certificados",
            office_id=house.coverage.id,
            kind=Kind.PROCEDURE,
            term_days=8,
            term_source="Resolución 1",
            is_active=False,  # the trámite goes on being offered
        )
        session.add(topic)
        session.flush()
        topic_id = topic.id
    own = put(house, topic_id=topic_id, term_days=5, term_source=ACT)
    by_topic = put(house, name="Otro", topic_id=topic_id)
    theirs = put(other)

    def filed(number: int, kind: Kind = Kind.PROCEDURE) -> str:
        return file_case(house, citizen, procedure_id=number, kind=kind, now=NOW)

    case = case_of(filed(own))
    assert (case.procedure_id, case.topic_id, case.office_id) == (own, topic_id, house.coverage.id)
    assert (case.term_days, case.term_source, f"{case.due_on}") == (5, ACT, "2026-03-24")
    assert case_of(filed(by_topic)).term_source == "Resolución 1"
    with pytest.raises(ProcedureNotOffered):
        filed(theirs)
    with pytest.raises(RuleBroken, match="con el tipo Trámite"):
        filed(own, Kind.CLAIM)
    put(house, own, is_active=False)
    with pytest.raises(ProcedureNotOffered):
        filed(own)
    assert case_of(case.radicado).procedure.name == "Certificado laboral"


def test_the_catalogue_is_looked_through_by_words_within_one_entity(house):
    put(house)
    put(house, name="Duplicado de diploma", summary="Copia de lo que se perdió.", position=0)
    other = open_house("VIL")

    def names(question: str) -> list[str]:
        return [one.name for one in procedures.offered(house.entity.id, question)]

    assert names("") == ["Certificado laboral", "Duplicado de diploma"]
    assert names("DIPLOMAS perdio") == ["Duplicado de diploma"]
    assert names("nada de esto") == []
    assert procedures.offered(other.entity.id) == []
    with pytest.raises(NotFound):
        procedures.by_slug("certificado-laboral", other.entity.id)

"""The tree of topics as administrators change it, and what that does to filing."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app import clock
from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Kind
from app.domain.terms import Requester
from app.extensions import db
from app.models import Account, AdministrationChange, Topic
from app.services import courses, entities, topics
from app.services.casework import NotAllowed
from app.services.filing import TopicNotOffered
from app.services.topics import TopicPlan
from tests.support.office import House, case_of, file_case, open_house
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
ACT = "Resolución 12 de 2026"


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def put(house: House, name: str, topic_id: int | None = None, **values) -> int:
    plan = TopicPlan(name=name, **values)
    number = topics.save(topic_id, plan, author=house.administrator, now=NOW)
    db.session.rollback()
    return number


def labels(house: House, *, public_only: bool = True) -> list[str]:
    return [b.label for b in entities.offered(house.entity.id, public_only=public_only)]


def test_a_tree_is_made_moved_and_put_in_order(house):
    support = put(house, "Soporte  TI", office_id=house.hall.id, position=2)
    access = put(house, "Accesos", parent_id=support)
    put(house, "SIMAT", parent_id=access)
    office = put(house, "Cobertura", position=1)

    put(house, "Acceso a plataformas", access, parent_id=office, kind=Kind.PETITION)

    assert labels(house) == [
        "Cobertura",
        "Cobertura: Acceso a plataformas",
        "Cobertura: Acceso a plataformas: SIMAT",
        "Soporte TI",
    ]
    changes = db.session.scalars(
        select(AdministrationChange)
        .filter_by(subject="tema", subject_id=access)
        .order_by(AdministrationChange.id)
    ).all()
    assert [(change.title, change.author_id) for change in changes] == [
        ("Accesos", house.administrator.id),
        ("Acceso a plataformas", house.administrator.id),
    ]
    assert changes[1].before == {"name": "Accesos", "parent": "Soporte TI", "kind": ""}
    assert changes[1].after == {
        "name": "Acceso a plataformas",
        "parent": "Cobertura",
        "kind": "peticion",
    }


def test_a_tree_refuses_cycles_depth_repeated_names_and_what_is_of_another_entity(house):
    other = open_house("VIL")
    root = put(house, "Uno")
    second = put(house, "Dos", parent_id=root)
    third = put(house, "Tres", parent_id=second)
    theirs = put(other, "Ajeno")

    for field, values in [
        ("parent", {"name": "Uno", "topic_id": root, "parent_id": third}),
        ("parent", {"name": "Uno", "topic_id": root, "parent_id": root}),
        ("parent", {"name": "Cuatro", "parent_id": third}),
        ("parent", {"name": "Cuatro", "parent_id": theirs}),
        ("name", {"name": "UNO"}),  # the database lets two roots share a name
        ("name", {"name": "dos", "parent_id": root}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 121}),
        ("office", {"name": "Cuatro", "office_id": other.hall.id}),
        ("position", {"name": "Cuatro", "position": -1}),
    ]:
        with pytest.raises(FieldRefused) as refusal:
            put(house, **values)
        assert refusal.value.field == field, values
    with pytest.raises(NotFound):
        put(house, "Mío", theirs)
    with pytest.raises(NotAllowed):
        topics.save(None, TopicPlan(name="Nuevo"), author=house.coordinator, now=NOW)
    put(house, "Dos", parent_id=None)  # another place, another name
    assert db.session.get_one(Topic, root).parent_id is None


def test_a_branch_that_is_not_in_use_takes_its_leaves_out_of_filing(house, citizen):
    root = put(house, "Soporte TI")
    leaf = put(house, "Correo", parent_id=root)
    inner = put(house, "Interno", is_public=False)
    radicado = file_case(house, citizen, topic_id=leaf)

    put(house, "Soporte TI", root, is_active=False)

    assert labels(house) == []
    assert labels(house, public_only=False) == ["Interno"]
    for topic_id in (leaf, root, inner):
        with pytest.raises(TopicNotOffered):
            file_case(house, citizen, topic_id=topic_id)
    assert case_of(radicado).topic_id == leaf
    put(house, "Soporte TI", root, is_active=True)
    assert file_case(house, citizen, topic_id=leaf)


def test_only_a_topic_that_was_never_used_is_taken_away(house, citizen):
    root, spare = put(house, "Soporte TI"), put(house, "Sobra")
    leaf = put(house, "Correo", parent_id=root)
    file_case(house, citizen, topic_id=leaf)
    topics.remove(spare, author=house.administrator, now=NOW)

    for topic_id, words in ((root, "cuelgan otros"), (leaf, "Hay requerimientos con este tema")):
        with pytest.raises(RuleBroken, match=words):
            topics.remove(topic_id, author=house.administrator, now=NOW)
    with pytest.raises(NotFound):
        topics.remove(spare, author=house.administrator, now=NOW)
    with pytest.raises(NotFound):
        topics.remove(leaf, author=open_house("VIL").administrator, now=NOW)
    db.session.rollback()
    gone = db.session.scalars(
        select(AdministrationChange).filter_by(subject="tema", subject_id=spare)
    ).all()[-1]
    assert (gone.before["name"], gone.after) == ("Sobra", {})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": Kind.PETITION, "term_days": 16}, "term_days"),
        ({"kind": Kind.PETITION, "term_days": 0}, "term_days"),
        ({"kind": None, "term_days": 5}, "term_days"),
        ({"kind": Kind.INFORMATION, "term_days": 5}, "term_days"),
        ({"kind": Kind.PETITION, "term_days": 5, "term_source": " "}, "term_source"),
        ({"kind": Kind.PETITION, "term_days": 5, "term_source": "x" * 121}, "term_source"),
    ],
)
@pytest.mark.on("sqlite")
def test_a_topic_promises_only_what_the_law_lets_it(house, values, field):
    with pytest.raises(FieldRefused) as refusal:
        put(house, "Correo", **{"term_source": ACT, **values})

    assert refusal.value.field == field


def test_a_case_keeps_the_promise_under_which_it_was_filed(house, citizen):
    promise = {"kind": Kind.PETITION, "term_days": 5, "term_source": ACT}
    topic = put(house, "Correo", **promise)
    quick = file_case(house, citizen, topic_id=topic, now=NOW)
    other_kind = file_case(house, citizen, topic_id=topic, kind=Kind.CLAIM, now=NOW)
    asked_by = file_case(
        house, citizen, topic_id=topic, kind=Kind.INFORMATION, requester=Requester.OMBUDSMAN
    )

    put(house, "Correo", topic, **promise | {"term_days": 3})

    case = case_of(quick)
    assert (case.term_days, case.term_source) == (5, ACT)
    assert f"{case.due_on}" == "2026-03-24"
    course = courses.load(case)
    assert (course.due_on, course.term.source) == (case.due_on, ACT)
    assert f"{course.legal_due_on}" == "2026-04-09"
    assert (case_of(other_kind).term_days, f"{case_of(other_kind).due_on}") == (15, "2026-04-09")
    assert "Ley 24 de 1992" in case_of(asked_by).term_source
    assert case_of(file_case(house, citizen, topic_id=topic, now=clock.now())).term_days == 3

"""The offices and the people of an entity, changed by those who administer it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken
from app.domain.portal_texts import PortalText
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Kind, Status
from app.domain.reserve import Ground
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, AdministrationChange, Invitation, Office, OutboxMessage, Topic
from app.services import (
    absences,
    answer_templates,
    answering,
    casework,
    changes,
    handing,
    invitations,
    leaving,
    offices,
    portal_texts,
    procedures,
    reminders,
    reserve,
    reserve_team,
    routing,
    sessions,
    staff,
    topics,
    undoing,
)
from app.services.casework import NotAllowed
from app.services.handing import Given
from app.services.offices import Held
from app.services.procedures import ProcedurePlan
from app.services.topics import TopicPlan
from tests.support.office import (
    House,
    absence_of,
    assigned_case,
    case_of,
    file_case,
    open_house,
    rule_of,
    words,
)
from tests.support.people import add_citizen, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
INVITED = {
    "first_names": "Nueva", "surnames": "Persona", "email": "n@example.com", "role": "funcionario"
}  # fmt: skip


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def change(house: House, person: Account, **values: object) -> None:
    present = staff.facts_of(db.session.get_one(Account, person.id))
    staff.change(person.id, present | values, author=house.administrator, now=NOW)


def of_now(person: Account) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, person.id)


def newest(house: House) -> AdministrationChange:
    return changes.page(house.entity.id)[0][0]


# Offices


def test_an_office_is_opened_renamed_and_its_name_is_its_own(house):
    made = offices.create(" Talento   Humano ", author=house.administrator, now=NOW)
    offices.rename(made.id, "Personal", author=house.administrator, now=NOW)

    assert newest(house).before == {"name": "Talento Humano"}
    for name in ("PERSONAL", "", "x" * 121, "<b>"):
        with pytest.raises(FieldRefused):
            offices.create(name, author=house.administrator, now=NOW)
    with pytest.raises(NotAllowed):
        offices.create("Otra", author=house.coordinator, now=NOW)


def test_an_office_closes_once_all_it_held_is_in_another(house, citizen):
    radicado = assigned_case(house, citizen)
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", office_id=house.hall.id)
        session.add(topic)
    for target in (None, house.hall.id, 999):
        with pytest.raises(FieldRefused):
            offices.close(house.hall.id, to_id=target, author=house.administrator, now=NOW)

    moved = offices.close(
        house.hall.id, to_id=house.coverage.id, author=house.administrator, now=NOW
    )

    case = case_of(radicado)
    assert (moved, case.office_id, case.assignee_id) == (1, house.coverage.id, None)
    assert "Se desactivó la dependencia Atención al Ciudadano" in case.events[-1].note
    assert of_now(house.official).office_id == house.coverage.id
    assert db.session.get_one(Topic, topic.id).office_id == house.coverage.id
    assert not db.session.get_one(Office, house.hall.id).is_active
    assert newest(house).after == {"is_active": False, "went_to_id": house.coverage.id, "moved": 1}
    offices.reopen(house.hall.id, author=house.administrator, now=NOW)
    assert db.session.get_one(Office, house.hall.id).is_active


def test_the_rules_the_texts_and_the_invited_of_an_office_go_too(house):
    by = {"author": house.administrator, "now": NOW}
    rule = rule_of(house)
    answer_templates.save(None, name="Acuse", body="Hola.", office_id=house.coverage.id, **by)
    invited = invitations.invite(INVITED | {"office_id": house.coverage.id}, **by)
    before = offices.held(house.entity.id)[house.coverage.id]
    with writing():
        db.session.get_one(Account, house.colleague.id).office_id = house.hall.id

    with pytest.raises(FieldRefused):
        offices.close(house.coverage.id, to_id=None, **by)
    offices.close(house.coverage.id, to_id=house.hall.id, **by)

    assert before == Held(cases=0, people=1, topics=0, rules=1, texts=1)
    assert house.coverage.id not in offices.held(house.entity.id)
    [ruled] = routing.of_entity(house.entity.id, NOW.date())
    assert (ruled.rule.id, ruled.rule.office_id, ruled.problem) == (rule, house.hall.id, "")
    assert answer_templates.of_entity(house.entity.id)[0].office_id == house.hall.id
    assert db.session.get_one(Invitation, invited.id).office_id == house.hall.id


def test_more_than_goes_at_once_goes_on_when_it_is_pressed_again(house, citizen, monkeypatch):
    monkeypatch.setattr(handing, "MOST", 1)
    for number in range(2):
        casework.assign(
            file_case(house, citizen, body=f"Pido {number}."),
            author=house.coordinator,
            office_id=house.coverage.id,
            assignee_id=None,
            now=NOW,
        )

    def press() -> int:
        return offices.close(
            house.coverage.id, to_id=house.hall.id, author=house.administrator, now=NOW
        )

    with pytest.raises(RuleBroken, match="Oprima el botón otra vez"):
        press()
    assert db.session.get_one(Office, house.coverage.id).is_active
    assert press() == 1


# People


def test_another_role_ends_the_sessions_and_is_recorded(house):
    secret = sessions.start(house.colleague, device="Firefox", now=NOW)

    change(house, house.colleague, role="coordinador", office_id=house.hall.id)

    assert sessions.find(secret, NOW) is None
    person = of_now(house.colleague)
    assert (person.role, person.office_id) == (Role.COORDINATOR, house.hall.id)
    assert newest(house).before == {"role": "funcionario", "office_id": house.coverage.id}


def test_a_name_alone_ends_no_session(house):
    secret = sessions.start(house.colleague, device="Firefox", now=NOW)

    change(house, house.colleague, first_names="Lucía")

    assert sessions.find(secret, NOW) is not None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_names": ""}, "first_names"),
        ({"surnames": "<b>"}, "surnames"),
        ({"email": "nadie"}, "email"),
        ({"role": "rey"}, "role"),
        ({"office_id": 999}, "office"),
    ],
)
def test_a_datum_that_cannot_be_is_refused_in_its_field(house, values, field):
    with pytest.raises(FieldRefused) as refusal:
        change(house, house.colleague, **values)

    assert refusal.value.field == field


def test_who_answers_keeps_a_role_that_can_while_they_have_cases(house, citizen):
    assigned_case(house, citizen)

    with pytest.raises(FieldRefused, match="tiene 1 requerimiento abierto"):
        change(house, house.official, role="ventanilla")


def test_nobody_shuts_out_themselves_or_the_last_administrator(house):
    with pytest.raises(RuleBroken, match="Usted no puede"):
        change(house, house.administrator, role="coordinador")
    with pytest.raises(RuleBroken, match="Usted no puede"):
        staff.retire(house.administrator.id, to_id=None, author=house.administrator, now=NOW)
    change(house, house.coordinator, role="administrador")
    second = of_now(house.coordinator)
    staff.retire(house.administrator.id, to_id=None, author=second, now=NOW)

    with pytest.raises(RuleBroken):
        staff.retire(second.id, to_id=None, author=second, now=NOW)


def test_two_administrators_never_shut_out_each_other_at_once(app, house):
    change(house, house.coordinator, role="administrador")
    first, second = house.administrator.id, house.coordinator.id

    def retire(author_id: int, person_id: int) -> None:
        author = db.session.get_one(Account, author_id)
        staff.retire(person_id, to_id=None, author=author, now=NOW)

    at_once(app, [lambda: retire(first, second), lambda: retire(second, first)])

    left = db.session.query(Account).filter_by(role=Role.ADMINISTRATOR, is_active=True)
    assert left.count() == 1


@pytest.mark.parametrize("goes_to", ["person", "office"])
def test_who_leaves_is_out_at_once_and_their_cases_are_somebody_elses(house, citizen, goes_to):
    radicado = assigned_case(house, citizen)
    secret = sessions.start(house.official, device="Firefox", now=NOW)
    target = house.colleague.id if goes_to == "person" else staff.TO_OFFICE
    with pytest.raises(FieldRefused):
        staff.retire(house.official.id, to_id=None, author=house.administrator, now=NOW)

    moved = staff.retire(house.official.id, to_id=target, author=house.administrator, now=NOW)

    case = case_of(radicado)
    assert moved == Given(moved=1)
    assert case.assignee_id == (house.colleague.id if goes_to == "person" else None)
    assert case.office_id == (house.coverage.id if goes_to == "person" else house.hall.id)
    assert case.status is Status.ASSIGNED
    assert "Olga Prueba ya no trabaja" in case.events[-1].note
    assert sessions.find(secret, NOW) is None
    assert house.official.id not in {person.id for person in casework.people(house.entity.id)}
    staff.readmit(house.official.id, author=house.administrator, now=NOW)
    assert of_now(house.official).is_active


def test_what_is_closed_to_who_retires_them_stays_in_its_office_and_its_team_is_told(
    house, citizen
):
    seen, radicado = assigned_case(house, citizen), assigned_case(house, citizen)
    by, retires = ({"author": one, "now": NOW} for one in (house.coordinator, house.administrator))
    reserve_team.add(house.coordinator.id, **retires)
    reserve.mark(radicado, ground=Ground.SAFETY, reason="Lo amenazaron en el colegio.", **by)
    answering.send(
        radicado, words("Sí."), author=house.official, undo=timedelta(minutes=5), now=NOW
    )

    unread = staff.unread(house.official.id, house.administrator)
    given = staff.retire(house.official.id, to_id=house.colleague.id, **retires)

    case = case_of(radicado)
    assert (unread, given) == (1, Given(moved=1, left=(radicado,)))
    assert (case.assignee_id, case.office_id) == (None, house.hall.id)
    assert case_of(seen).assignee_id == house.colleague.id
    assert newest(house).after == {
        "is_active": False,
        "moved": 1,
        "went_to": "Lejos Prueba",
        "left_reserved": 1,
    }
    [letter] = db.session.scalars(select(OutboxMessage).filter_by(letter="left_reserved"))
    assert letter.recipient == house.coordinator.email
    assert [row[0] for row in letter.context["rows"]] == [radicado]
    assert answering.of_case(case.id).remark == handing.NOT_SENT
    assert answering.send_due(NOW + timedelta(hours=1)) == 0


@pytest.mark.parametrize("how", ["leaves", "another role"])
def test_who_works_no_more_is_named_in_no_rule_absence_or_team(house, how):
    with time_machine.travel(NOW, tick=False):
        rule = rule_of(house, office_id=house.hall.id, assignee_id=house.official.id)
        absence_of(house, first=NOW.date() + timedelta(days=30))
        absence_of(house, house.colleague, house.official, first=NOW.date())
    by = {"author": house.administrator, "now": NOW}
    reserve_team.add(house.official.id, **by)
    ties = leaving.ties_of(of_now(house.official), NOW.date())

    if how == "leaves":
        staff.retire(house.official.id, to_id=None, **by)
    else:
        change(house, house.official, role="observador")

    assert (ties.rules, len(ties.absences), ties.in_reserve_team) == (1, 2, True)
    assert not leaving.ties_of(of_now(house.official), NOW.date()).is_anything
    [ruled] = routing.of_entity(house.entity.id, NOW.date())
    assert (ruled.rule.id, ruled.rule.office_id, ruled.problem) == (rule, house.hall.id, "")
    assert absences.seen_by(house.coordinator, NOW.date()) == []
    recorded = [one.subject for one in changes.page(house.entity.id)[0][:5]]
    assert sorted(recorded) == ["ausencia", "ausencia", "persona", "regla", "reserva"]


def test_the_list_says_when_each_came_in_last(house, monkeypatch):
    monkeypatch.setattr(staff, "PAGE", 4)
    sessions.start(house.official, device="Firefox", now=NOW)

    first, following = staff.page(house.entity.id, active=True)
    second, end = staff.page(house.entity.id, active=True, after=following)

    names = [member.name for member in (*first, *second)]
    assert names == sorted(names)
    assert (len(first), len(second), end) == (4, 2, None)
    entries = {member.username: member.last_entry for member in (*first, *second)}
    assert entries["soa.funcionario"] == NOW
    assert entries["soa.lejos"] is None


def test_people_and_offices_of_another_entity_are_not_found(house):
    other = open_house("VIL")

    for act in (
        lambda: staff.find(house.official.id, other.entity.id),
        lambda: staff.readmit(house.official.id, author=other.administrator, now=NOW),
        lambda: offices.rename(house.hall.id, "Mía", author=other.administrator, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()


# Undoing


def test_what_is_undone_is_set_back_and_recorded(house):
    change(house, house.colleague, first_names="Lucía", role="ventanilla")
    done = newest(house)

    undoing.undo(done.id, author=house.administrator, now=NOW)

    person = of_now(house.colleague)
    assert (person.first_names, person.role) == ("Lejos", Role.OFFICIAL)
    undone = newest(house)
    assert (undone.undoes_id, undone.after) == (done.id, done.before)
    assert undoing.undoable(changes.page(house.entity.id)[0]) == {undone.id}


def test_what_something_newer_changed_is_not_undone(house):
    offices.rename(house.hall.id, "Primera", author=house.administrator, now=NOW)
    first = newest(house)
    offices.rename(house.hall.id, "Segunda", author=house.administrator, now=NOW)

    with pytest.raises(RuleBroken, match="otro cambio"):
        undoing.undo(first.id, author=house.administrator, now=NOW)
    undoing.undo(newest(house).id, author=house.administrator, now=NOW)

    assert db.session.get_one(Office, house.hall.id).name == "Primera"


def test_what_the_rules_no_longer_allow_is_not_undone(house):
    offices.rename(house.hall.id, "Nueva", author=house.administrator, now=NOW)
    renamed = newest(house)
    offices.create("Atención al Ciudadano", author=house.administrator, now=NOW)
    made = newest(house)

    for refused in (renamed, made):
        with pytest.raises(RuleBroken):
            undoing.undo(refused.id, author=house.administrator, now=NOW)
    with pytest.raises(NotFound):
        undoing.undo(renamed.id, author=open_house("VIL").administrator, now=NOW)


def test_topics_tramites_templates_texts_and_reminders_are_set_back(house):
    by = {"author": house.administrator, "now": NOW}
    root = topics.save(None, TopicPlan(name="Cupos"), **by)
    plan = TopicPlan(name="Primaria", parent_id=root, office_id=house.hall.id, kind=Kind.COMPLAINT)
    topic = topics.save(None, plan, **by)
    tramite = ProcedurePlan(name="Diploma", summary="Copia.", topic_id=topic, position=3)
    procedure = procedures.save(None, tramite, **by)
    template = {"name": "Saludo", "body": "Hola.", "office_id": house.hall.id}
    answer_templates.save(None, **template, **by)
    [kept] = answer_templates.of_entity(house.entity.id)
    texts = portal_texts.of_entity
    facts = {
        "tema": lambda: topics.facts_of(topics.find(topic, house.entity.id)),
        "tramite": lambda: procedures.facts_of(procedures.find(procedure, house.entity.id)),
        "plantilla": lambda: answer_templates.facts_of(
            answer_templates.find(kept.id, house.entity.id)
        ),
        "textos": lambda: texts(house.entity.id),
        "recordatorios": lambda: reminders.points_of(house.entity.id),
    }
    earlier = {subject: read() for subject, read in facts.items()}

    topics.save(topic, TopicPlan(name="Otro", is_sensitive=True, position=2), **by)
    procedures.save(procedure, ProcedurePlan(name="Acta", summary="Otra."), **by)
    answer_templates.save(kept.id, name="Adiós", body="Chao.", office_id=None, **by)
    portal_texts.write(PortalText.WELCOME, "Bienvenidos.", **by)
    done = undoing.undoable(changes.page(house.entity.id)[0])
    portal_texts.write(PortalText.GENERAL, "Otro texto no estorba.", **by)
    reminders.set_points("3", **by)
    last = newest(house).id
    for number in sorted({*done, last}, reverse=True):
        undoing.undo(number, **by)

    general = {PortalText.GENERAL: "Otro texto no estorba."}
    db.session.expire_all()
    assert len(done) == 4
    assert {subject: read() for subject, read in facts.items()} == earlier | {"textos": general}


def test_what_was_taken_away_or_has_lost_its_branch_is_not_undone(house):
    by = {"author": house.administrator, "now": NOW}
    root = topics.save(None, TopicPlan(name="Cupos"), **by)
    topic = topics.save(None, TopicPlan(name="Primaria", parent_id=root), **by)
    topics.save(topic, TopicPlan(name="Primaria"), **by)
    moved = newest(house)
    topics.remove(root, **by)
    removed = newest(house)

    assert undoing.undoable([removed]) == set()
    with pytest.raises(RuleBroken, match="Cupos ya no está"):
        undoing.undo(moved.id, **by)


def test_a_retirement_that_cannot_be_done_undoes_nothing_and_says_all_that_hinders_it(
    house, citizen
):
    free, leaving_now, apart = (assigned_case(house, citizen) for _ in range(3))
    by = {"author": house.administrator, "now": NOW}
    reserve_team.add(house.official.id, **by)
    with time_machine.travel(NOW, tick=False):
        absence_of(house, house.coordinator, house.official)
    answering.send(
        leaving_now, words("Sí."), author=house.official, undo=timedelta(minutes=5), now=NOW
    )
    reserve.recuse(apart, person_id=house.colleague.id, reason="Es su hermana, lo dijo.", **by)

    with pytest.raises(RuleBroken) as refusal:
        staff.retire(house.official.id, to_id=house.colleague.id, **by)

    said = str(refusal.value)
    assert f"espere a que salga, o deshaga el envío ({leaving_now})." in said
    assert f"Esa persona está apartada de este caso. Elija otra ({apart})." in said
    assert free not in said
    assert {case_of(code).assignee_id for code in (free, leaving_now, apart)} == {house.official.id}
    ties = leaving.ties_of(of_now(house.official), NOW.date())
    assert (len(ties.absences), ties.in_reserve_team) == (1, True)
    assert of_now(house.official).is_active


def test_who_was_retired_is_not_retired_again(house):
    by = {"author": house.administrator, "now": NOW}
    staff.retire(house.official.id, to_id=None, **by)

    with pytest.raises(RuleBroken, match="Esa cuenta ya está desactivada"):
        staff.retire(house.official.id, to_id=None, **by)

    assert len(changes.page(house.entity.id)[0]) == 1


def test_who_leaves_is_not_told_of_what_they_leave(house, citizen):
    secret = file_case(house, citizen)
    casework.assign(
        secret,
        author=house.administrator,
        office_id=house.hall.id,
        assignee_id=house.coordinator.id,
        now=NOW,
    )
    reserve.mark(
        secret,
        ground=Ground.SAFETY,
        reason="Lo amenazaron en el colegio.",
        author=house.coordinator,
        now=NOW,
    )

    given = staff.retire(
        house.coordinator.id, to_id=staff.TO_OFFICE, author=house.administrator, now=NOW
    )

    assert given.left == (secret,)
    assert db.session.query(OutboxMessage).filter_by(letter="left_reserved").count() == 0

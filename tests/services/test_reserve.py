"""Sensitive cases: what makes one, who finds it, who is set apart, and what is written down."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import clock
from app.domain.errors import NotFound, Reserved, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Kind
from app.domain.reserve import MASKED_NAME, MASKED_WORDS, Door, Ground
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import (
    Account,
    AdministrationChange,
    CaseReading,
    Entity,
    Event,
    LoginSession,
    Mention,
    OutboxMessage,
    Recusal,
    Requerimiento,
    Topic,
)
from app.services import (
    bulk,
    cases,
    casework,
    citizens,
    heads,
    mailroom,
    moving,
    offices,
    queue,
    readable,
    readings,
    reminders,
    reserve,
    reserve_team,
    sessions,
    staff,
    workload,
)
from app.services.casework import NotAllowed
from app.services.queue import Filters
from tests.support.office import (
    House,
    assigned_case,
    case_of,
    file_case,
    open_house,
    words,
)
from tests.support.people import add_citizen

WHY = "Debo asignarlo a quien lo reemplaza."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def reported(house, citizen) -> str:
    """A denuncia that the official of the house has."""
    return assigned_case(house, citizen, kind=Kind.REPORT, body="Cobran por el cupo escolar.")


def visiting(account: Account) -> Account:
    """The person as a page knows them: with the session that they came with."""
    now = clock.now()
    secret = sessions.start(account, device="", now=now)
    found = sessions.find(secret, now)
    assert found is not None
    return found.account


def join(house: House, person: Account) -> None:
    reserve_team.add(person.id, author=house.administrator, now=clock.now())


def logged_for(house: House, reader: Account) -> list[mailroom.LetterLine]:
    return list(mailroom.log_page(house.facts, reader=reader).lines)


def found(reader: Account, q: str) -> list[str]:
    page = queue.page(reader, Filters(q=q), today=clock.now().date())
    db.session.rollback()
    return [row.radicado for row in page.rows]


def is_chained() -> bool:
    """Whether the chain of the history holds."""
    db.session.rollback()
    return list(heads.problems()) == []


def lines(radicado: str) -> list[tuple[Action, str | None]]:
    case = case_of(radicado)
    rows = db.session.scalars(select(Event).filter_by(requerimiento_id=case.id).order_by(Event.id))
    return [(row.action, row.ground) for row in rows]


@pytest.mark.parametrize(
    ("more", "ground"),
    [
        ({"kind": Kind.REPORT}, Ground.REPORT),
        ({"about_minor": True}, Ground.MINOR),
        ({"topic": True}, Ground.DATA),
        ({}, None),
    ],
)
def test_what_is_filed_may_be_sensitive_from_the_start(house, citizen, more, ground):
    more = dict(more)
    if more.pop("topic", False):
        with writing() as session:
            topic = Topic(entity_id=house.entity.id, name="Salud", is_sensitive=True)
            session.add(topic)
        more["topic_id"] = topic.id

    radicado = file_case(house, citizen, **more)

    case = case_of(radicado)
    assert (case.is_sensitive, case.sensitive_ground) == (ground is not None, ground)
    marked = [(Action.RESERVE, ground)] if ground else []
    assert lines(radicado) == [(Action.FILE, None), *marked]
    assert is_chained()


def test_marking_and_taking_the_mark_away_are_lines_of_the_history(house, citizen):
    radicado = assigned_case(house, citizen)
    now = clock.now()

    with pytest.raises(RuleBroken, match="no está marcado"):
        reserve.unmark(radicado, reason=WHY, author=house.coordinator, now=now)
    reserve.mark(radicado, ground=Ground.SAFETY, reason=WHY, author=house.coordinator, now=now)
    with pytest.raises(RuleBroken, match="ya está marcado"):
        reserve.mark(radicado, ground=Ground.SAFETY, reason=WHY, author=house.coordinator, now=now)
    with pytest.raises(NotAllowed):
        reserve.unmark(radicado, reason=WHY, author=house.official, now=now)
    with pytest.raises(RuleBroken, match="con 10 a 300 letras"):
        reserve.unmark(radicado, reason="no", author=house.coordinator, now=now)
    assert found(house.colleague, "cupo") == []
    reserve.unmark(radicado, reason=WHY, author=house.coordinator, now=now)

    assert lines(radicado)[2:] == [(Action.RESERVE, Ground.SAFETY), (Action.UNRESERVE, None)]
    case = case_of(radicado)
    assert (case.is_sensitive, case.sensitive_ground) == (False, Ground.SAFETY)
    assert found(house.colleague, "cupo") == [radicado]
    assert is_chained()


def test_lists_and_the_rule_never_disagree(house, citizen):
    """The rule is a function; lists ask the same in SQL. Both are tried on everybody."""
    topic = {}
    with writing() as session:
        for office in (house.hall, house.coverage):
            row = Topic(entity_id=house.entity.id, name=office.name, office_id=office.id)
            session.add(row)
            session.flush()
            topic[office.id] = row.id
    for kind, place in product((Kind.REPORT, Kind.CLAIM), (*topic.values(), None)):
        file_case(house, citizen, kind=kind, topic_id=place)
    assigned_case(house, citizen, kind=Kind.REPORT)
    set_apart = file_case(house, citizen, kind=Kind.REPORT)
    people = [*house.staff.values(), house.colleague]
    for team in ([], [house.colleague], [house.official, house.coordinator], [house.administrator]):
        with writing() as session:
            for person in people:
                session.get_one(Account, person.id).in_reserve_team = person in team
        for reader in people:
            if reader.role is Role.OBSERVER:
                continue
            asked = readable.values(reader)
            allowed = select(Requerimiento).where(readable.not_recused(), readable.readable())
            listed = {case.radicado for case in db.session.scalars(allowed, asked)}
            rows = queue.page(reader, Filters(), today=clock.now().date()).rows
            shown = {row.radicado for row in rows if row.excerpt != MASKED_WORDS}
            every = db.session.scalars(select(Requerimiento)).all()
            ruled = {one.radicado for one in every if one.is_visible_to(reader)}
            assert listed == ruled == shown, (reader.username, [one.username for one in team])
            db.session.rollback()
        if not team:
            reserve.recuse(
                set_apart,
                person_id=house.administrator.id,
                reason=WHY,
                author=house.coordinator,
                now=clock.now(),
            )


def test_others_find_a_masked_row_by_its_number_and_nothing_by_words_or_person(
    house, citizen, reported
):
    [row] = queue.page(house.colleague, Filters(), today=clock.now().date()).rows
    assert (row.excerpt, row.citizen, row.kind) == (MASKED_WORDS, MASKED_NAME, None)
    reports, today = Filters(kind=Kind.REPORT), clock.now().date()
    assert queue.page(house.colleague, reports, today=today).rows == []
    assert queue.counts(house.colleague, {"all": reports}, today=today) == {"all": 0}
    [row] = queue.page(house.official, reports, today=today).rows
    assert (row.radicado, row.kind) == (reported, Kind.REPORT)
    assert found(house.colleague, reported) == found(house.colleague, "1") == [reported]
    for q in ("cobran", "Rivera", "79123456"):
        assert found(house.colleague, q) == found(house.clerk, q) == []
    assert found(house.coordinator, "cobran") == []  # words are for the team
    assert found(house.coordinator, "79123456") == [reported]
    assert citizens.with_document("79123456", reader=house.colleague) == []
    with pytest.raises(NotFound):
        citizens.find(citizen.id, reader=house.colleague)
    assert citizens.find(citizen.id, reader=house.clerk).cases == []
    [line] = bulk.chosen(bulk.Verb.ASSIGN, [reported], house.administrator)
    assert (line.excerpt, line.refusal) == (MASKED_WORDS, bulk.MASKED)

    # Once the office has its own team, who distributes the work finds a masked row too.
    join(house, house.official)
    reader = db.session.get_one(Account, house.coordinator.id)
    assert found(reader, "79123456") == []
    assert found(db.session.get_one(Account, house.official.id), "cobran") == [reported]


def test_the_counter_finds_by_name_who_has_only_sensitive_cases(house, citizen, reported):
    [known] = citizens.known_as("francisco riv", reader=house.clerk)
    assert known.id == citizen.id
    assert citizens.known_as("cobran cupo", reader=house.clerk) == []
    assert citizens.known_as("francisco riv", reader=house.colleague) == []
    assert citizens.known_as("francisco riv", reader=open_house("VIL").clerk) == []


def test_a_reason_opens_it_to_that_session_for_half_an_hour(house, reported):
    reader = visiting(house.colleague)
    now = clock.now()
    with pytest.raises(Reserved) as closed:
        cases.find(reported, account=reader)
    assert closed.value.asks
    with pytest.raises(RuleBroken, match="Escriba para qué abre el caso"):
        reserve.open_with_reason(reported, reason="porque", reader=reader, now=now)

    reserve.open_with_reason(reported, reason=WHY, reader=reader, now=now)

    row = db.session.scalars(select(LoginSession)).one()
    reader.visit = row.visit(now + timedelta(minutes=29))
    assert cases.find(reported, account=reader).radicado == reported
    reader.visit = row.visit(now + timedelta(minutes=30))
    with pytest.raises(Reserved):
        cases.find(reported, account=reader)
    with pytest.raises(Reserved):  # another session of the same person
        cases.find(reported, account=visiting(house.colleague))
    logged = db.session.scalars(select(CaseReading).order_by(CaseReading.id)).all()
    assert [(one.account_id, one.reason) for one in logged] == [(reader.id, WHY)]


def test_a_reason_lets_somebody_read_and_note_but_never_have_it(house, citizen):
    radicado = file_case(house, citizen, kind=Kind.REPORT)  # no office has it yet
    reader, now = visiting(house.colleague), clock.now()
    reserve.open_with_reason(radicado, reason=WHY, reader=reader, now=now)
    reader.visit = db.session.scalars(select(LoginSession)).one().visit(now)

    assert casework.actions_for(case_of(radicado), reader) == {Action.NOTE}
    with pytest.raises(NotAllowed, match="pida que se lo asignen"):
        casework.start(radicado, author=reader, now=now)
    [line] = bulk.carry_out(bulk.Verb.TAKE, [radicado], bulk.Order(author=reader, now=now))
    assert "pida que se lo asignen" in line.refusal
    # Nor where their own office has it.
    place = {"office_id": house.coverage.id, "assignee_id": None}
    casework.assign(radicado, author=house.coordinator, now=now, **place)
    with pytest.raises(NotAllowed):
        casework.start(radicado, author=reader, now=now)
    assert case_of(radicado).assignee_id is None

    # Who is of the team takes it.
    join(house, house.colleague)
    casework.start(radicado, author=db.session.get_one(Account, reader.id), now=now)
    assert case_of(radicado).assignee_id == reader.id


def test_what_cannot_be_written_down_does_not_open(house, reported, monkeypatch):
    reader = visiting(house.colleague)

    def refuse(*_args, **_more):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(db.session, "add", refuse)
    with pytest.raises(OperationalError):
        reserve.open_with_reason(reported, reason=WHY, reader=reader, now=clock.now())
    monkeypatch.undo()

    assert db.session.scalars(select(LoginSession)).one().opened_cases == {}


def test_who_reads_by_right_is_written_once_an_hour_and_never_kept_from_reading(
    house, reported, monkeypatch
):
    reader = visiting(house.official)
    for _ in range(3):
        assert cases.open_file(reported, account=reader).requerimiento.body
    later = replace(reader.visit, now=clock.now() + timedelta(hours=1))
    reader.visit = later
    cases.find(reported, account=reader)

    case = case_of(reported)
    [openings] = readings.by_role(case)
    assert (openings.role, openings.office, openings.times) == (
        Role.OFFICIAL,
        "Atención al Ciudadano",
        2,
    )
    assert openings.last_at == later.now

    def busy(*_args, **_more):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    reader.visit = replace(later, now=later.now + timedelta(hours=1))
    monkeypatch.setattr(readings, "writing", busy)
    assert cases.find(reported, account=reader).radicado == reported


def test_who_is_set_apart_has_it_no_more_and_finds_nothing(house, citizen, reported):
    now = clock.now()
    casework.note(reported, words("Mire, @soa.lejos"), author=house.official, now=now)
    assert db.session.scalars(select(Mention)).all() == []  # who may not read it is told nothing

    reserve.recuse(
        reported, person_id=house.official.id, reason=WHY, author=house.coordinator, now=now
    )

    case = case_of(reported)
    assert (case.assignee_id, case.recused) == (None, {house.official.id})
    assert case.door_for(house.official) is Door.CLOSED
    assert lines(reported)[-1] == (Action.RECUSE, None)
    with pytest.raises(NotFound) as absent:
        cases.find(reported, account=house.official)
    assert not isinstance(absent.value, Reserved)
    with pytest.raises(NotFound):
        cases.masked(reported, account=house.official)
    assert queue.page(house.official, Filters(), today=now.date()).rows == []
    counted = queue.counts(house.official, {"all": Filters()}, today=now.date())
    assert counted == {"all": 0}
    assert bulk.chosen(bulk.Verb.ASSIGN, [reported], house.official) == []
    again = {"author": house.coordinator, "now": now}
    with pytest.raises(RuleBroken, match="ya está apartada"):
        reserve.recuse(reported, person_id=house.official.id, reason=WHY, **again)
    with pytest.raises(RuleBroken, match="apartada de este caso"):
        casework.assign(reported, office_id=house.hall.id, assignee_id=house.official.id, **again)
    assert case_of(reported).assignee_id is None
    assert house.official.id not in [
        person.id for person in workload.colleagues(house.entity.id, now.date(), but=case.recused)
    ]
    other = open_house("VIL").official
    with pytest.raises(RuleBroken, match="no es de la entidad"):
        reserve.recuse(reported, person_id=other.id, reason=WHY, **again)


@pytest.mark.parametrize(
    ("accused", "apart", "keeps_office"),
    [
        ("", [], True),
        ("Olga Nadie, de Cobertura", [], True),
        ("la señora OLGA prueba", ["Olga"], False),
        ("Lejos Prueba", ["Lejos"], True),
        ("alguien de Atención al Ciudadano", [], False),
        ("Coral Prueba, la coordinadora", ["Coral"], False),
    ],
)
def test_whom_a_citizen_names_is_set_apart_and_their_office_does_not_get_it(
    house, citizen, accused, apart, keeps_office
):
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Trato", office_id=house.hall.id)
        session.add(topic)

    radicado = file_case(
        house, citizen, kind=Kind.REPORT, topic_id=topic.id, accused=f"  {accused} "
    )

    case = case_of(radicado)
    assert case.accused == accused
    assert (case.office_id == house.hall.id) is keeps_office
    named = db.session.scalars(select(Account).join(Recusal, Recusal.account_id == Account.id))
    assert [person.first_names for person in named] == apart
    assert [action for action, _ in lines(radicado)] == [
        Action.FILE,
        Action.RESERVE,
        *[Action.RECUSE for _ in apart],
    ]
    assert is_chained()


def test_when_all_who_give_out_work_are_set_apart_somebody_else_is_told(house, citizen):
    founders = open_house("BOG")
    with writing() as session:
        session.get_one(Entity, founders.entity.id).is_default = True
        session.get_one(Entity, house.entity.id).is_default = False
    accused = "Coral Prueba y Ada Prueba"

    def told(radicado: str) -> list[int | None]:
        rows = db.session.scalars(select(OutboxMessage).filter_by(letter="unattended")).all()
        assert all(set(one.context) == {"name", "house", "case"} for one in rows)
        return [one.account_id for one in rows if one.context["case"] == radicado]

    assert told(file_case(house, citizen, accused="Coral Prueba")) == []  # one of them is left
    assert told(file_case(house, citizen, accused=accused)) == [founders.administrator.id]
    join(house, house.colleague)
    radicado = file_case(house, citizen, accused=accused)
    assert told(radicado) == [house.colleague.id]
    assert case_of(radicado).recused == {house.coordinator.id, house.administrator.id}

    # Nor does it pass in silence when they set themselves apart one after the other.
    radicado, now = file_case(house, citizen, accused="Ada Prueba"), clock.now()
    coral = house.coordinator
    reserve.recuse(radicado, person_id=coral.id, reason=WHY, author=coral, now=now)
    assert told(radicado) == [house.colleague.id]


def test_who_was_set_apart_by_mistake_comes_back_with_a_reason(house, citizen):
    radicado = file_case(house, citizen, kind=Kind.REPORT, accused="Olga Prueba, Coral Prueba")
    back = {"person_id": house.official.id, "now": clock.now()}

    with pytest.raises(NotFound):  # nobody lifts their own
        reserve.readmit(
            radicado,
            person_id=house.coordinator.id,
            reason=WHY,
            author=house.coordinator,
            now=clock.now(),
        )
    join(house, house.administrator)
    guard = db.session.get_one(Account, house.administrator.id)
    with pytest.raises(RuleBroken, match="Escriba por qué vuelve"):
        reserve.readmit(radicado, reason="no", author=guard, **back)
    reserve.readmit(radicado, reason=WHY, author=guard, **back)
    with pytest.raises(RuleBroken, match="no está apartada"):
        reserve.readmit(radicado, reason=WHY, author=guard, **back)

    case = case_of(radicado)
    assert case.recused == {house.coordinator.id}
    assert case.door_for(house.official) is Door.ASK_REASON
    assert case.events[-1].note == f"Se readmitió a Olga Prueba. {WHY}"
    assert is_chained()


def test_an_office_whose_only_member_is_accused_has_no_team(house, citizen):
    join(house, house.official)
    radicado = file_case(house, citizen, kind=Kind.REPORT, accused="Olga Prueba")
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=None,
        now=clock.now(),
    )

    assert case_of(radicado).is_visible_to(house.coordinator)


def test_letters_of_a_sensitive_case_say_only_its_number_and_its_day(house, citizen, reported):
    told = OutboxMessage.letter.in_(["filed", "status_changed"])
    letters = db.session.scalars(select(OutboxMessage).where(told)).all()
    assert [(one.context["kind"], one.context["office"]) for one in letters] == [
        ("Requerimiento", "")
    ] * 2
    terms = [one.context["term"] for one in letters if one.letter == "filed"]
    assert terms == ["Son 15 días hábiles."]  # and no law, which would tell the kind
    logged = [line for line in logged_for(house, house.administrator) if line.letter == "filed"]
    assert [(line.radicado, line.recipient) for line in logged] == [("", MASKED_NAME)]

    # In the digest it has no kind, and who was set apart is told nothing.
    due_on = case_of(reported).due_on
    morning = clock.now().replace(year=due_on.year, month=due_on.month, day=due_on.day, hour=9)
    reserve.recuse(
        reported,
        person_id=house.official.id,
        reason=WHY,
        author=house.coordinator,
        now=clock.now(),
    )
    reminders.send(morning)
    digests = db.session.scalars(select(OutboxMessage).filter_by(letter="digest")).all()
    assert [one.account_id for one in digests] == [house.coordinator.id]
    assert digests[0].context["rows"] == [[reported, "Caso reservado: vence hoy"]]


def test_only_an_administrator_changes_the_team_and_each_change_is_recorded(house):
    now = clock.now()
    join(house, house.colleague)

    with pytest.raises(NotAllowed):
        reserve_team.add(house.official.id, author=house.coordinator, now=now)
    for person in (house.colleague, house.observer):
        with pytest.raises(RuleBroken):
            reserve_team.add(person.id, author=house.administrator, now=now)
    other = open_house("VIL")
    with pytest.raises(NotFound):
        reserve_team.add(other.official.id, author=house.administrator, now=now)
    with pytest.raises(NotFound):
        reserve_team.remove(house.official.id, author=house.administrator, now=now)

    assert [one.id for one in reserve_team.of_entity(house.entity.id)] == [house.colleague.id]
    reserve_team.remove(house.colleague.id, author=house.administrator, now=now)
    assert reserve_team.of_entity(house.entity.id) == []
    changed = db.session.scalars(select(AdministrationChange).order_by(AdministrationChange.id))
    assert [(one.subject, one.title, one.after) for one in changed] == [
        ("reserva", "Lejos Prueba", {"in_reserve_team": True}),
        ("reserva", "Lejos Prueba", {"in_reserve_team": False}),
    ]


@pytest.mark.parametrize("way", ["assign", "hand over"])
def test_what_is_about_an_office_goes_there_only_by_a_decision_with_its_reason(house, citizen, way):
    radicado = file_case(house, citizen, accused="La oficina de Cobertura Educativa")
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        now=clock.now(),
    )

    def give(to: Account | None, **more: Any) -> None:
        act = casework.assign if way == "assign" else moving.hand_over
        given = {"office_id": house.coverage.id, "assignee_id": to and to.id, "now": clock.now()}
        act(radicado, author=house.coordinator, **given | more)

    for to in (None, house.colleague):
        with pytest.raises(FieldRefused, match="dice que es sobre Cobertura Educativa") as no:
            give(to, note="Es de su competencia.")
        assert no.value.field == "office"
    with pytest.raises(FieldRefused, match="Escriba por qué"):
        give(None, note="", despite=True)
    give(house.colleague, note="Es la única que lo sabe.", despite=True)

    case = case_of(radicado)
    assert case.assignee_id == house.colleague.id
    assert "aunque quien radicó dice que es sobre Cobertura Educativa" in case.events[-1].note
    assert "Es la única que lo sabe." in case.events[-1].note
    casework.assign(  # it is there by that decision: among its people nobody asks again
        radicado,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=None,
        now=clock.now(),
    )


def test_nobody_takes_what_is_about_their_own_office(house, citizen):
    radicado = file_case(house, citizen, accused="La oficina de Cobertura Educativa")

    with pytest.raises(RuleBroken, match="dice que es sobre Cobertura Educativa"):
        moving.take(radicado, author=house.colleague, now=clock.now())
    moving.take(radicado, author=house.official, now=clock.now())

    assert case_of(radicado).assignee_id == house.official.id


def test_who_retires_gives_nothing_to_whom_it_is_about(house, citizen):
    radicado = assigned_case(house, citizen, accused="La oficina de Cobertura Educativa")
    by = {"author": house.administrator, "now": clock.now()}

    with pytest.raises(RuleBroken, match=rf"es sobre Cobertura Educativa.*\({radicado}\)"):
        staff.retire(house.official.id, to_id=house.colleague.id, **by)
    with pytest.raises(RuleBroken, match="es sobre Cobertura Educativa"):
        offices.close(house.hall.id, to_id=house.coverage.id, **by)

    staff.retire(house.official.id, to_id=staff.TO_OFFICE, **by)
    assert case_of(radicado).office_id == house.hall.id

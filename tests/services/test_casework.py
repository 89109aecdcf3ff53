"""What the office and the citizen do with a case: each move, its trace, and who is refused."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken
from app.domain.requerimiento import MAX_BODY, TRANSITIONS, Action, Status
from app.extensions import db, writing
from app.models import (
    Account,
    Event,
    Message,
    MessageKind,
    OutboxMessage,
    Radicado,
    RadicadoCounter,
)
from app.services import casework, drafts, legal
from app.services.casework import NotAllowed
from app.services.storage import StoredFile
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    by,
    case_of,
    file_case,
    open_house,
    words,
)
from tests.support.people import add_citizen, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
LATER = datetime(2026, 3, 18, 15, 30, tzinfo=OFFICE)

TAKEN = (
    Action.ASSIGN,
    Action.START,
    Action.MESSAGE,
    Action.NOTE,
    Action.ANSWER,
    Action.CLOSE,
    Action.ANNUL,
)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen) -> str:
    """A case in the hands of the official."""
    return assigned_case(house, citizen, now=NOW)


def letters() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.letter).order_by(OutboxMessage.id)))


def messages(radicado: str) -> list[Message]:
    case = case_of(radicado)
    return list(
        db.session.scalars(select(Message).filter_by(requerimiento_id=case.id).order_by(Message.id))
    )


def last_event(radicado: str) -> Event:
    case = case_of(radicado)
    return db.session.scalars(
        select(Event).filter_by(requerimiento_id=case.id).order_by(Event.id.desc()).limit(1)
    ).one()


def put_in(radicado: str, status: Status) -> None:
    with writing():
        case = db.session.scalars(select(casework.Requerimiento).filter_by(radicado=radicado)).one()
        case.status, case.is_open = status, status.is_open


# Assigning


def test_assigning_gives_the_case_an_office_and_a_person_and_leaves_a_trace(house, citizen):
    radicado = file_case(house, citizen, now=NOW)

    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        note="Es urgente",
        now=LATER,
    )

    case, trace = case_of(radicado), last_event(radicado)
    assert (case.status, case.office_id, case.assignee_id) == (
        Status.ASSIGNED,
        house.hall.id,
        house.official.id,
    )
    assert (trace.action, trace.author_id, trace.happened_at, trace.note) == (
        Action.ASSIGN,
        house.coordinator.id,
        LATER,
        "Atención al Ciudadano: Olga Prueba. Es urgente",
    )


def test_a_case_can_be_given_to_an_office_and_nobody_yet(house, citizen):
    radicado = file_case(house, citizen)

    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=None,
        now=LATER,
    )

    assert case_of(radicado).assignee_id is None


@pytest.mark.parametrize("who", ["clerk", "observer"])
def test_a_case_is_not_given_to_who_cannot_work_on_it(house, citizen, who):
    radicado = file_case(house, citizen)

    with pytest.raises(RuleBroken, match="no puede recibir"):
        casework.assign(
            radicado,
            author=house.coordinator,
            office_id=house.hall.id,
            assignee_id=getattr(house, who).id,
            now=LATER,
        )
    assert case_of(radicado).status is Status.FILED


def test_a_case_is_not_given_to_another_entity(house, citizen):
    radicado, other = file_case(house, citizen), open_house("VIL")

    with pytest.raises(RuleBroken, match="dependencia no es de la entidad"):
        casework.assign(
            radicado,
            author=house.coordinator,
            office_id=other.hall.id,
            assignee_id=None,
            now=LATER,
        )
    with pytest.raises(RuleBroken, match="persona no puede recibir"):
        casework.assign(
            radicado,
            author=house.coordinator,
            office_id=house.hall.id,
            assignee_id=other.official.id,
            now=LATER,
        )


def test_the_people_who_can_be_given_a_case_are_those_who_work(house):
    open_house("VIL")

    names = [person.name for person in casework.people(house.entity.id)]

    assert names == ["Ada Prueba", "Coral Prueba", "Lejos Prueba", "Olga Prueba"]


# Working


def test_starting_without_a_person_takes_the_case(house, citizen):
    radicado = file_case(house, citizen)
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=None,
        now=NOW,
    )

    casework.start(radicado, author=house.official, now=LATER)

    case = case_of(radicado)
    assert (case.status, case.assignee_id) == (Status.IN_PROGRESS, house.official.id)


def test_a_message_reaches_the_citizen_and_leaves_the_case_where_it_stands(house, radicado):
    casework.write_to_citizen(
        radicado, words("¿En qué barrio vive?"), author=house.official, now=LATER
    )

    [message] = messages(radicado)
    assert (message.kind, message.body) == (MessageKind.MESSAGE, "¿En qué barrio vive?")
    assert case_of(radicado).status is Status.ASSIGNED
    assert letters()[-1] == "message"


def test_a_note_reaches_nobody_outside(house, radicado):
    before = letters()

    casework.note(radicado, words("Llamé y no contestó."), author=house.clerk, now=LATER)

    assert [message.kind for message in messages(radicado)] == [MessageKind.NOTE]
    assert letters() == before


def test_the_answer_takes_an_outgoing_radicado_and_stops_the_clock(house, radicado):
    code = casework.answer(radicado, words("Tiene cupo."), author=house.official, now=LATER)

    case, [message] = case_of(radicado), messages(radicado)
    assert code == "SOA2026EE000001"
    assert (message.kind, message.radicado) == (MessageKind.ANSWER, code)
    assert (case.status, case.is_open, case.answered_at) == (Status.ANSWERED, False, LATER)
    assert last_event(radicado).note == f"Radicado de salida {code}"
    assert letters()[-1] == "answered"
    assert db.session.get_one(Radicado, code).taken_at == LATER


def test_an_answer_that_fails_halfway_leaves_nothing_and_no_gap(house, radicado, monkeypatch):
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the outbox is broken")

    with monkeypatch.context() as broken:
        broken.setattr(casework, "tell_citizen", fail)
        with pytest.raises(RuntimeError):
            casework.answer(radicado, words("Tiene cupo."), author=house.official, now=LATER)

    assert (messages(radicado), case_of(radicado).status) == ([], Status.ASSIGNED)
    code = casework.answer(radicado, words("Tiene cupo."), author=house.official, now=LATER)
    assert code == "SOA2026EE000001"


def test_who_did_not_ask_for_letters_gets_none(house):
    quiet = add_citizen(house.entity.id, document_number="52000111", notify_by_email=False)

    answered_case(house, quiet)

    assert "answered" not in letters()


def test_closing_is_the_end(house, citizen):
    radicado = answered_case(house, citizen, now=NOW)

    casework.close(radicado, author=house.coordinator, now=LATER)

    assert (case_of(radicado).status, case_of(radicado).closed_at) == (Status.CLOSED, LATER)
    with pytest.raises(RuleBroken):
        casework.note(radicado, words("Tarde."), author=house.official, now=LATER)


def test_annulling_keeps_the_number_with_its_reason(house, citizen):
    radicado = file_case(house, citizen)

    legal.annul(radicado, reason="  Se radicó \n dos veces ", by=by(house.coordinator, LATER))

    row = db.session.get_one(Radicado, radicado)
    assert row.annulment_reason == "Se radicó dos veces"
    assert row.annulled_by_id == house.coordinator.id
    assert case_of(radicado).status is Status.ANNULLED
    assert letters()[-1] == "annulled"
    letter = case_of(radicado).messages[-1]
    assert (letter.action, letter.radicado) == (Action.ANNUL, "SOA2026EE000001")
    assert "Se radicó dos veces" in letter.body


@pytest.mark.parametrize("reason", ["", "error", "x" * 401])
def test_a_radicado_is_not_annulled_without_a_good_reason(house, citizen, reason):
    radicado = file_case(house, citizen)

    with pytest.raises(RuleBroken, match="motivo"):
        legal.annul(radicado, reason=reason, by=by(house.coordinator, LATER))

    assert db.session.get_one(Radicado, radicado).annulled_at is None


# Refusals


def calls(house: House) -> dict[Action, Callable[[str, Account], Any]]:
    """Each action of the office, as anybody might try it."""
    return {
        Action.ASSIGN: lambda code, who: casework.assign(
            code, author=who, office_id=house.hall.id, assignee_id=None, now=LATER
        ),
        Action.START: lambda code, who: casework.start(code, author=who, now=LATER),
        Action.MESSAGE: lambda code, who: casework.write_to_citizen(
            code, words("Hola."), author=who, now=LATER
        ),
        Action.NOTE: lambda code, who: casework.note(code, words("Hola."), author=who, now=LATER),
        Action.ANSWER: lambda code, who: casework.answer(
            code, words("Hola."), author=who, now=LATER
        ),
        Action.CLOSE: lambda code, who: casework.close(code, author=who, now=LATER),
        Action.ANNUL: lambda code, who: legal.annul(
            code, reason="Se radicó dos veces", by=by(who, LATER)
        ),
    }


def test_every_move_outside_the_table_is_refused_and_changes_nothing(house, radicado):
    refused = 0
    for status, action in product(Status, TAKEN):
        if (status, action) in TRANSITIONS:
            continue
        put_in(radicado, status)
        with pytest.raises(RuleBroken):
            calls(house)[action](radicado, house.administrator)
        assert (case_of(radicado).status, messages(radicado)) == (status, [])
        refused += 1
    assert refused == len(Status) * len(TAKEN) - sum(
        1 for status, action in TRANSITIONS if status and action in TAKEN
    )


@pytest.mark.parametrize("action", [Action.ANSWER, Action.MESSAGE, Action.START])
def test_an_official_of_another_office_cannot_take_the_case_over(house, radicado, action):
    with pytest.raises(NotAllowed, match="otra dependencia"):
        calls(house)[action](radicado, house.colleague)


@pytest.mark.parametrize("action", TAKEN)
def test_to_another_entity_the_case_does_not_exist(house, radicado, action):
    other = open_house("VIL")

    with pytest.raises(NotFound):
        calls(house)[action](radicado, other.administrator)


@pytest.mark.parametrize("action", TAKEN)
def test_a_citizen_takes_no_action_of_the_office(house, radicado, citizen, action):
    with pytest.raises(NotAllowed):
        calls(house)[action](radicado, citizen)


@pytest.mark.parametrize("action", TAKEN)
def test_somebody_disabled_takes_no_action(house, radicado, action):
    with writing() as session:
        session.get_one(Account, house.coordinator.id).is_active = False

    with pytest.raises(NotFound):
        calls(house)[action](radicado, house.coordinator)


def test_the_buttons_are_what_the_rules_allow(house, radicado):
    case = case_of(radicado)

    assert casework.actions_for(case, house.official) & set(TAKEN) == {
        Action.START,
        Action.MESSAGE,
        Action.NOTE,
        Action.ANSWER,
    }
    assert casework.actions_for(case, house.colleague) == {Action.NOTE}
    assert casework.actions_for(case, house.clerk) & set(TAKEN) == {Action.NOTE}
    assert casework.actions_for(case, house.observer) == set()


@pytest.mark.parametrize("body", ["", "  \n ", "\x00\x07", "x" * (MAX_BODY + 1)])
def test_an_empty_or_endless_answer_is_refused(house, radicado, body):
    with pytest.raises(RuleBroken):
        casework.answer(radicado, words(body), author=house.official, now=LATER)

    assert db.session.scalar(select(func.count(RadicadoCounter.last))) == 1  # incoming only


# The same form again


def test_a_form_sent_twice_counts_once(house, radicado):
    twice = words("¿En qué barrio vive?")

    for _ in range(2):
        casework.write_to_citizen(radicado, twice, author=house.official, now=LATER)

    assert len(messages(radicado)) == 1
    assert letters().count("message") == 1


def test_an_answer_sent_twice_gives_the_same_radicado(house, radicado):
    twice = words("Tiene cupo.")

    codes = {casework.answer(radicado, twice, author=house.official, now=LATER) for _ in range(2)}

    assert codes == {"SOA2026EE000001"}
    assert len(messages(radicado)) == 1


def test_other_words_typed_in_the_same_form_are_not_lost(house, radicado):
    """Somebody went back in the browser, where the form still has its old name."""
    for body in ("¿En qué barrio vive?", "¿Y a qué teléfono lo llamamos?"):
        casework.write_to_citizen(
            radicado, words(body, submission="one-form"), author=house.official, now=LATER
        )

    assert [message.body for message in messages(radicado)] == [
        "¿En qué barrio vive?",
        "¿Y a qué teléfono lo llamamos?",
    ]


def test_the_same_words_with_another_file_are_not_lost(house, radicado, citizen):
    photo = StoredFile("foto.png", 10, "a" * 64, "image/png", "b" * 32)

    for files in ((), (photo,)):
        casework.contribute(
            radicado, words("Adjunto.", "one-form", files), author=citizen, now=LATER
        )

    assert [len(message.attachments) for message in messages(radicado)] == [0, 1]


def test_two_officers_answer_at_once_and_one_wins(app, house, radicado):
    official, coordinator = house.official.id, house.coordinator.id

    def answer(author_id: int, body: str) -> str:
        author = db.session.get_one(Account, author_id)
        return casework.answer(radicado, words(body), author=author, now=LATER)

    results = at_once(
        app, [partial(answer, official, "Tiene cupo."), partial(answer, coordinator, "No hay.")]
    )

    assert sorted(type(result).__name__ for result in results) == ["TransitionNotAllowed", "str"]
    assert len(messages(radicado)) == 1
    assert db.session.get_one(RadicadoCounter, (house.entity.id, 2026, "EE")).last == 1


# The citizen


def test_a_citizen_sends_more_without_moving_the_case(house, radicado, citizen):
    casework.contribute(radicado, words("Vivo en La Hondonada."), author=citizen, now=LATER)

    assert case_of(radicado).status is Status.ASSIGNED
    assert last_event(radicado).action is Action.CONTRIBUTE


def test_nobody_sends_more_to_the_case_of_another(house, radicado):
    stranger = add_citizen(house.entity.id, document_number="52000111")

    with pytest.raises(NotFound):
        casework.contribute(radicado, words("Hola."), author=stranger, now=LATER)


# Drafts


def test_what_is_typed_is_kept_until_it_is_sent(house, radicado):
    answer = words("Tiene cupo.", submission="one-form")
    form = f"{MessageKind.ANSWER}:{radicado}"

    def keep(body: str) -> None:
        casework.keep_draft(
            radicado,
            MessageKind.ANSWER,
            body,
            submission="one-form",
            author=house.official,
            now=clock.now(),
        )

    keep("Tiene cu")
    assert drafts.load(house.official.id, form) == {"body": "Tiene cu"}

    casework.answer(radicado, answer, author=house.official, now=LATER)
    keep("Tiene cupo.")  # it was on its way while the form was sent
    assert drafts.load(house.official.id, form) is None


def test_a_draft_is_not_kept_in_a_case_of_another_entity(house, radicado):
    with pytest.raises(NotFound):
        casework.keep_draft(
            radicado,
            MessageKind.NOTE,
            "Hola.",
            submission="",
            author=open_house("VIL").official,
            now=LATER,
        )


# Taking what nobody was given


@pytest.mark.parametrize("office", ["hall", None])
def test_an_official_takes_what_their_office_received(house, citizen, office):
    radicado = file_case(house, citizen, now=NOW)
    with writing():
        case_of(radicado).office_id = getattr(house, office).id if office else None

    casework.start(radicado, author=house.official, now=LATER)

    case = case_of(radicado)
    assert (case.status, case.assignee_id, case.office_id) == (
        Status.IN_PROGRESS,
        house.official.id,
        house.hall.id,
    )
    assert last_event(radicado).note == "Atención al Ciudadano: Olga Prueba"
    assert letters().count("status_changed") == 1


def test_what_another_office_received_is_not_taken(house, citizen):
    radicado = file_case(house, citizen, now=NOW)
    with writing():
        case_of(radicado).office_id = house.coverage.id

    with pytest.raises(NotAllowed):
        casework.start(radicado, author=house.official, now=LATER)


def test_giving_a_case_to_another_leaves_its_state_and_tells_only_who_receives_it(house, radicado):
    casework.start(radicado, author=house.official, now=LATER)
    told = letters()

    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=house.colleague.id,
        now=LATER,
    )

    case = case_of(radicado)
    assert (case.status, case.assignee_id) == (Status.IN_PROGRESS, house.colleague.id)
    assert last_event(radicado).note == "Cobertura Educativa: Lejos Prueba"
    assert letters() == [*told, "handed_over"]

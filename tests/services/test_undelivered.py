"""Mail that comes back opens a task on its case, which somebody closes by notifying otherwise."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from app import clock
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Status
from app.extensions import db, writing
from app.models import Account, OutboxAttempt, OutboxMessage, OutboxStatus
from app.services import heads, undelivered
from app.services.casework import NotAllowed
from app.services.undelivered import Medium, Taken
from app.uploads import store
from app.worker import collect_returned, run_once
from tests.support.mail import report_of
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    words,
)
from tests.support.people import add_citizen

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen) -> str:
    return answered_case(house, citizen)


def letter_of(radicado: str, letter: str = "answered") -> OutboxMessage:
    case = case_of(radicado)
    return db.session.scalars(
        select(OutboxMessage).filter_by(requerimiento_id=case.id, letter=letter)
    ).one()


def give_back(radicado: str, letter: str = "answered") -> Taken:
    message_id = letter_of(radicado, letter).message_id
    db.session.rollback()
    return undelivered.take(report_of(f"<{message_id}@sac.example>"), now=clock.now())


def notify(radicado: str, author: Account, **changes: object) -> None:
    given = {"medium": Medium.POST, "on": clock.now().date(), "now": clock.now()} | changes
    undelivered.notify(
        radicado, words("Guía 123 de la empresa de correos."), author=author, **given
    )


def actions(radicado: str) -> list[Action]:
    return [event.action for event in case_of(radicado).events]


def test_a_letter_that_comes_back_opens_the_task_on_its_case(radicado):
    assert give_back(radicado) is Taken.NOTED

    case = case_of(radicado)
    line = case.events[-1]
    assert case.undelivered_at is not None
    assert case.status is Status.ANSWERED
    assert (line.action, line.author_id) == (Action.RETURN_MAIL, None)
    assert line.note == "A f•••@example.com. 5.1.1 550 5.1.1 User unknown"
    tries = db.session.scalars(select(OutboxAttempt)).all()
    assert [attempt.outcome for attempt in tries] == ["devuelto"]
    assert list(heads.problems()) == []


def test_the_same_report_read_again_changes_nothing(radicado):
    give_back(radicado)
    lines = len(actions(radicado))

    assert give_back(radicado) is Taken.KNOWN
    assert len(actions(radicado)) == lines


def test_a_second_letter_that_comes_back_adds_its_line_to_the_same_task(radicado):
    give_back(radicado)
    since = case_of(radicado).undelivered_at

    assert give_back(radicado, "filed") is Taken.NOTED
    assert case_of(radicado).undelivered_at == since
    assert actions(radicado)[-2:] == [Action.RETURN_MAIL] * 2


@pytest.mark.parametrize("own", ["0" * 32, "", "x@y@z", "' OR 1=1 --"])
def test_a_report_of_no_letter_of_ours_opens_nothing(radicado, own):
    found = undelivered.take(report_of(f"<{own}@sac.example>"), now=clock.now())

    assert found is Taken.FOREIGN
    assert case_of(radicado).undelivered_at is None


def test_a_letter_of_no_case_only_has_its_line_in_the_log(house, citizen):
    with writing() as session:
        session.add(
            OutboxMessage(
                letter="welcome",
                context={},
                recipient="francisco@example.com",
                message_id=uuid4().hex,
                status=OutboxStatus.SENT,
                created_at=clock.now(),
                waiting_since=clock.now(),
                next_try_at=clock.now(),
            )
        )
    own = db.session.scalars(select(OutboxMessage.message_id).filter_by(letter="welcome")).first()
    db.session.rollback()

    assert undelivered.take(report_of(f"<{own}@sac.example>"), now=clock.now()) is Taken.NOTED


def test_what_the_server_refuses_opens_the_task_too(smtp, app, house, citizen):
    radicado = file_case(house, citizen)
    smtp.refusal = "550 5.1.1 No such user"

    run_once(app)

    case = case_of(radicado)
    assert case.undelivered_at is not None
    assert case.events[-1].action is Action.RETURN_MAIL
    assert "550 5.1.1 No such user" in case.events[-1].note


def test_a_notice_that_its_person_stopped_opens_no_task(app, house, citizen):
    radicado = file_case(house, citizen)
    with writing() as session:
        session.get_one(Account, citizen.id).notify_by_email = False

    run_once(app)

    assert letter_of(radicado, "filed").status is OutboxStatus.FAILED
    assert case_of(radicado).undelivered_at is None


def test_notifying_by_other_means_closes_the_task(house, radicado):
    give_back(radicado)
    proof = store().add("guia.pdf", BytesIO(PDF))

    undelivered.notify(
        radicado,
        words("Guía 123.", files=[proof]),
        medium=Medium.POST,
        on=clock.now().date(),
        author=house.official,
        now=clock.now(),
    )

    case = case_of(radicado)
    line = case.events[-1]
    assert case.undelivered_at is None
    assert (line.action, line.author_id) == (Action.NOTIFY, house.official.id)
    assert line.note.startswith("Correo certificado a su dirección, el ")
    assert case.messages[-1].attachments[0].name == "guia.pdf"
    assert list(heads.problems()) == []


def test_it_is_written_down_once_for_one_form(house, radicado):
    same = words("Guía 123.", submission="f" * 36)
    for _ in range(2):
        undelivered.notify(
            radicado,
            same,
            medium=Medium.IN_PERSON,
            on=clock.now().date(),
            author=house.official,
            now=clock.now(),
        )

    assert actions(radicado).count(Action.NOTIFY) == 1


def test_there_must_be_something_to_notify(house, citizen):
    radicado = assigned_case(house, citizen)

    with pytest.raises(RuleBroken, match="no ha salido nada"):
        notify(radicado, house.official)


@pytest.mark.parametrize("away", [-400, 1])
def test_the_day_is_between_the_filing_and_today(house, radicado, away):
    day: date = clock.now().date() + timedelta(days=away)

    with pytest.raises(FieldRefused, match="hasta hoy"):
        notify(radicado, house.official, on=day)
    assert Action.NOTIFY not in actions(radicado)


def test_the_counter_tells_whoever_comes(house, radicado):
    notify(radicado, house.clerk, medium=Medium.IN_PERSON)

    assert actions(radicado)[-1] is Action.NOTIFY


@pytest.mark.parametrize("who", ["observer", "colleague"])
def test_whoever_does_not_work_on_it_does_not_notify(house, radicado, who):
    with pytest.raises((NotAllowed, NotFound)):
        notify(radicado, getattr(house, who))


def test_the_folder_of_the_mail_server_is_read_and_nothing_in_it_is_lost(app, radicado, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    own = letter_of(radicado).message_id
    db.session.rollback()
    (tmp_path / "new" / "1.report").write_bytes(report_of(f"<{own}@sac.example>"))
    (tmp_path / "new" / "2.again").write_bytes(report_of(f"<{own}@sac.example>"))
    (tmp_path / "new" / "3.words").write_bytes(b"Subject: Hola\r\n\r\nEstoy de vacaciones.")
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, returned_mail=str(tmp_path))

    assert collect_returned(app) == 1
    assert collect_returned(app) == 0

    kept = sorted(path.name for path in (tmp_path / "cur").iterdir())
    assert kept == ["1.report:2,S", "2.again:2,S", "3.words:2,"]
    assert list((tmp_path / "new").iterdir()) == []
    assert case_of(radicado).undelivered_at is not None

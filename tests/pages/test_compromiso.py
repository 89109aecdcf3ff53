"""What an entity promised to answer sooner than the law, and the term of the law, are told apart
wherever the term is read."""

from datetime import datetime
from email import message_from_bytes, policy

import pytest
import time_machine

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import Kind
from app.extensions import db
from app.models import Account
from app.services import casework, legal, receipts, topics
from app.services.legal import Sender
from app.services.topics import TopicPlan
from app.worker import run_once
from tests.support.client import PageClient, words
from tests.support.office import House, assigned_case, by, case_of, open_house, statements
from tests.support.office import words as written
from tests.support.papers import text_of
from tests.support.people import add_citizen

ACT = "Resolución 12 de 2026"
WHY = "Falta un concepto de Jurídica."
# Filed on Monday 16 March 2026: five days end on the 24th, fifteen on 9 April.
OWN, LAW = "martes 24 de marzo de 2026", "jueves 9 de abril de 2026"
BOTH = (
    f"Compromiso de la entidad: 5 días hábiles, hasta el {OWN} ({ACT}). Por ley son 15 días "
    f"hábiles, hasta el {LAW}."
)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def topic(house) -> int:
    plan = TopicPlan(name="Impresoras", kind=Kind.PETITION, term_days=5, term_source=ACT)
    number = topics.save(None, plan, author=house.administrator, now=clock.now())
    db.session.rollback()
    return number


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen, topic) -> str:
    return assigned_case(house, citizen, topic_id=topic, now=on(16))


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=OFFICE)


def seen(app, person: Account, moment: datetime, address: str) -> str:
    """What that person reads there at that moment."""
    client = app.test_client()
    with time_machine.travel(moment, tick=False):
        client.login(person)
        return words(client.get(address))


def entered(app, person: Account, moment: datetime) -> PageClient:
    client = app.test_client()
    with time_machine.travel(moment, tick=False):
        client.login(person)
    return client


def put_off(radicado: str, house: House, until: datetime, now: datetime) -> str:
    return legal.extend(
        radicado,
        until=until.date(),
        reason=WHY,
        by=Sender(author=house.official, now=now, submission=f"{until}"),
    )


def mails(app, now: datetime) -> dict[str, str]:
    """The text of each mail that goes out, by its subject."""
    with time_machine.travel(now, tick=False):
        run_once(app)
    paths = (app.extensions["settings"].instance / "outbox").glob("*.eml")
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    return {
        mail["Subject"]: " ".join(mail.get_body(["plain"]).get_content().split()) for mail in found
    }


@pytest.mark.on("sqlite")
def test_the_forms_say_which_topic_has_a_promise_and_what_the_law_gives(app, house, citizen, topic):
    told = seen(app, citizen, on(16), "/requerimientos/nuevo")
    guest = words(app.test_client().get("/radicar"))

    for said in (told, guest):
        assert "Impresoras (5 días hábiles, si es petición)" in said
        assert "son un compromiso de la entidad, más corto que el plazo de la ley" in said
    assert f"Por ley, 15 días hábiles: hasta el {LAW}." in told


def test_the_receipt_says_both_days_and_holds_as_it_was_signed(app, citizen, radicado, tmp_path):
    client = entered(app, citizen, on(16))
    with time_machine.travel(on(16), tick=False):
        page = words(client.get(f"/requerimientos/{radicado}/constancia"))
        paper = text_of(client.get(f"/requerimientos/{radicado}/constancia.pdf").data, tmp_path)

    promise = f"La entidad se comprometió a responder a más tardar el {OWN}."
    assert f"{promise} Por ley, la respuesta vence el {LAW}." in page
    assert "La respuesta vence" not in page
    for said in (page, " ".join(paper.split())):
        assert BOTH in said
        assert "Día hábil 5: termina el compromiso" in said
        assert "Día hábil 15: termina el plazo de la ley" in said
    assert f"Compromiso de la entidad Responder a más tardar el {OWN}" in " ".join(paper.split())
    case = case_of(radicado)
    issued = receipts.of(case, case.attachments)
    assert receipts.promised(issued) == case.due_on
    checked = receipts.check(issued.code)
    assert checked is not None
    assert checked.is_valid


@pytest.mark.on("sqlite")
def test_the_mail_of_the_filing_counts_to_the_law_and_names_both_days(app, radicado):
    sent = mails(app, on(16))

    [filed] = [text for subject, text in sent.items() if "recibimos" in subject]
    assert f"a más tardar el {OWN}. Es un compromiso de la entidad: por ley" in filed
    assert f"por ley la respuesta vence el {LAW}." in filed
    assert f"{BOTH} Norma del plazo de la ley: Ley 1437 de 2011, artículo 14" in filed
    assert "- mar 24 mar: día 5, termina el compromiso - mié 25 mar: día 6" in filed
    assert "- jue 9 abr: día 15, termina el plazo de la ley" in filed


@pytest.mark.parametrize(
    ("day", "light", "told"),
    [
        ((18, 3), "El compromiso vence en 3 días hábiles", f"; por ley vence el {LAW}."),
        ((26, 3), "Compromiso vencido hace 2 días hábiles", f"Por ley vence el {LAW}."),
        ((10, 4), "Vencido hace 1 día hábil", f"Venció por ley el {LAW}, hace 1 día hábil."),
    ],
)
def test_the_pages_of_the_case_call_late_only_what_is_late_by_law(
    app, house, citizen, radicado, day, light, told
):
    office = seen(app, house.coordinator, on(*day), f"/gestion/{radicado}")
    queue = seen(app, house.coordinator, on(*day), "/gestion?status=abiertos")
    theirs = seen(app, citizen, on(*day), f"/requerimientos/{radicado}")
    listed = seen(app, citizen, on(*day), "/requerimientos")

    for said in (office, queue, theirs, listed):
        assert light in said
    for said in (office, theirs):
        assert told in said
        assert BOTH in said
    if day != (10, 4):
        assert "Compromiso: 24 mar 2026. Por ley: 9 abr 2026" in queue
        assert "Venció" not in f"{office}{queue}{theirs}"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("day", "title", "text"),
    [
        (
            (26, 3),
            "La entidad no cumplió su compromiso",
            f"se comprometió a responder a más tardar el {OWN} y no he recibido la respuesta.",
        ),
        ((10, 4), "La respuesta está atrasada", f"La respuesta venció el {LAW} y no la he"),
    ],
)
def test_the_ready_text_claims_no_more_than_what_is_late(app, citizen, radicado, day, title, text):
    said = seen(app, citizen, on(*day), f"/requerimientos/{radicado}")

    assert title in said
    assert text in said


@pytest.mark.on("sqlite")
def test_an_answer_after_the_promise_and_within_the_law_is_not_late(app, house, citizen, radicado):
    casework.answer(radicado, written("Sí."), author=house.official, now=on(26))

    office = seen(app, house.coordinator, on(27), f"/gestion/{radicado}")
    queue = seen(app, house.coordinator, on(27), "/gestion?status=cerrados")

    assert "Respondido tras el compromiso" in office
    assert f"después del compromiso, que era para el {OWN}; por ley vencía el {LAW}." in office
    assert "fuera de término" not in office + queue


def test_another_date_within_the_law_is_a_letter_of_the_promise(
    app, house, citizen, radicado, tmp_path
):
    code = put_off(radicado, house, on(6, 4), on(26))

    theirs = seen(app, citizen, on(26), f"/requerimientos/{radicado}")
    office = seen(app, house.coordinator, on(26), f"/gestion/{radicado}")
    client = entered(app, citizen, on(26))
    with time_machine.travel(on(26), tick=False):
        paper = client.get(f"/requerimientos/{radicado}/oficios/{code}.pdf").data
    paper_text = " ".join(text_of(paper, tmp_path).split())
    act = next(text for subject, text in mails(app, on(26)).items() if "nueva fecha" in subject)

    [letter] = [message for message in case_of(radicado).messages if message.radicado == code]
    assert letter.body.startswith(
        f"Nos comprometimos a responder su requerimiento {radicado} a más tardar el {OWN}, antes"
    )
    assert f"El plazo de la ley no cambia: vence el {LAW}." in letter.body
    assert letter.body.endswith(f"Norma: {ACT}.")
    for said in (theirs, office):
        assert f"Nueva fecha del compromiso {code}" in said
        assert "La entidad puso otra fecha a su compromiso: 12 días hábiles en total." in said
        assert "prórroga" not in said.replace("Prorrogar", "")
    assert "Nueva fecha del compromiso" in paper_text
    assert "parágrafo" not in paper_text + letter.body + theirs
    assert "lunes 6 de abril de 2026; por ley vence" in act


def test_an_extension_beyond_the_law_says_what_it_puts_off(app, house, citizen, radicado):
    code = put_off(radicado, house, on(14, 4), on(26))

    said = seen(app, citizen, on(26), f"/requerimientos/{radicado}")
    sent = mails(app, on(26))

    [letter] = [message for message in case_of(radicado).messages if message.radicado == code]
    assert f"en el plazo de la ley, que vence el {LAW}, ni para el {OWN}" in letter.body
    assert "artículo 14, parágrafo" in letter.body
    was = f"que era de 5 días hábiles, hasta el {OWN}"
    mail = next(text for subject, text in sent.items() if "aviso de prórroga" in subject)
    assert f"Aviso de prórroga {code}" in said
    assert f"Antes: compromiso hasta el {OWN}, y por ley hasta el {LAW}." in said
    for text in (said, mail):
        assert f"La prórroga reemplaza el compromiso de la entidad, {was}" in text
        assert "Vence el martes 14 de abril de 2026." in text


@pytest.mark.on("sqlite")
def test_once_the_promise_is_over_the_office_may_still_ask_what_the_law_lets_it(
    app, house, radicado
):
    client = entered(app, house.official, on(26))
    with time_machine.travel(on(26), tick=False):
        notes = words(client.get(f"/gestion/{radicado}/prorrogar"))
        client.submit(f"/gestion/{radicado}/requerir", {"reason": "Falta el acta de grado."})
        after = words(client.get(f"/gestion/{radicado}"))

    assert (
        f"Una fecha hasta el {LAW}, que es el plazo de la ley, solo cambia el compromiso" in notes
    )
    assert "después, la entidad tiene 8 días hábiles más." in after


@pytest.mark.on("sqlite")
def test_a_promise_costs_the_queue_no_statement(app, house, citizen, radicado):
    client = entered(app, house.coordinator, on(26))

    def asked() -> int:
        client.get("/gestion?status=abiertos")
        with statements() as run:
            client.get("/gestion?status=abiertos")
        return len(run)

    with time_machine.travel(on(26), tick=False):
        with_promise = asked()
        legal.annul(radicado, reason="Se radicó dos veces.", by=by(house.coordinator))
        assigned_case(house, citizen, now=on(16))
        assert asked() == with_promise

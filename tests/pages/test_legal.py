"""The acts of the law in the browser: the staff's forms, and what their citizen sees and does."""

import io
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.requerimiento import Action, Kind, Status
from app.extensions import db
from app.models import Account, Mention, OutboxMessage
from app.services import cases, drafts, legal, undelivered
from app.services.legal import Sender
from app.services.sessions import FRESH
from tests.support.client import PageClient, words
from tests.support.html import parse
from tests.support.html import text_of as text_of_element
from tests.support.mail import report_of
from tests.support.office import House, assigned_case, case_of, open_house, statements
from tests.support.papers import text_of
from tests.support.people import add_citizen

WHY = "Falta el certificado del colegio."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen) -> str:
    return assigned_case(house, citizen, now=on(16))


@pytest.fixture
def staff(house, app) -> PageClient:
    """The coordinator, who may do everything."""
    return entered(app, house.coordinator, on(16))


def entered(app, person: Account, now: datetime) -> PageClient:
    client = app.test_client()
    with time_machine.travel(now, tick=False):
        client.login(person)
    return client


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=OFFICE)


def at(day: int, month: int = 3) -> time_machine.travel:
    return time_machine.travel(on(day, month), tick=False)


ACTS = {
    "requerir": ({"reason": WHY}, Status.WAITING),
    "aclarar": ({"reason": "No se entiende qué pide."}, Status.WAITING),
    "prorrogar": ({"reason": WHY, "until": "30/04/2026"}, Status.ASSIGNED),
    "trasladar": ({"reason": WHY, "to": "Alcaldía"}, Status.REFERRED),
    "rechazar": ({"reason": WHY, "ground": "irrespetuosa"}, Status.REJECTED),
    "priorizar": ({"reason": "", "ground": "peligro"}, Status.ASSIGNED),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_taken_from_its_page(staff, radicado, act):
    data, status = ACTS[act]
    with at(16):
        done = staff.submit(f"/gestion/{radicado}/{act}", data)
        page = staff.get(done.location)

    assert (done.status_code, case_of(radicado).status) == (303, status)
    assert "radicado de salida SOA2026EE000001" in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("act", "longest", "more"),
    [
        ("anular", "400", {}),
        ("priorizar", "300", {"ground": "peligro"}),
        ("desistimiento", "300", {"channel": "presencial"}),
        ("requerir", "2.000", {}),
    ],
)
def test_the_page_of_an_act_says_how_much_may_be_written_in_it(staff, radicado, act, longest, more):
    address, letters = f"/gestion/{radicado}/{act}", int(longest.replace(".", ""))
    with at(16):
        shown = words(staff.get(address))
        too_much = staff.submit(address, more | {"reason": "x" * (letters + 1)})
        enough = staff.submit(address, more | {"reason": "x" * letters})

    assert f"Puede escribir hasta {longest} caracteres." in shown
    assert (too_much.status_code, enough.status_code) == (422, 303)


@pytest.mark.parametrize("act", [name for name in ACTS if name != "priorizar"])
def test_a_form_without_words_comes_back_with_what_was_typed(staff, radicado, act):
    typed = ACTS[act][0] | {"reason": "Corto"}
    with at(16):
        page = staff.submit(f"/gestion/{radicado}/{act}", typed)

    assert page.status_code == 422
    assert "Escriba entre 10 y 2.000 letras." in words(page)
    assert "Corto" in page.text
    assert case_of(radicado).status is Status.ASSIGNED


@pytest.mark.parametrize(
    "asks", [{"preview": "1"}, {"letter": "Respondemos después.", "sure": "1"}]
)
def test_what_the_law_refuses_says_its_article_at_its_field_and_keeps_the_words(
    staff, radicado, asks
):
    with at(16):
        data = {"reason": WHY, "until": "2026-05-04"} | asks
        page = send(staff, radicado, data, "prorrogar")

    assert page.status_code == 422
    told = next(
        text_of_element(one) for one in parse(page.text)[0].iter() if one.get("id") == "until-error"
    )
    assert "no pasar del jueves 30 de abril de 2026" in told
    assert "Ley 1437 de 2011, artículo 14, parágrafo" in told
    assert "No se hizo" not in words(page)
    assert WHY in page.text
    assert case_of(radicado).due_on.isoformat() == "2026-04-09"


@pytest.mark.on("sqlite")
def test_what_the_law_does_not_admit_any_more_opens_no_form(app, house, radicado):
    later = entered(app, house.coordinator, on(6, month=4))
    with at(6, month=4):
        page = later.get(f"/gestion/{radicado}/requerir")

    assert page.status_code == 409
    assert "artículo 17" in words(page)
    assert "Ver el oficio" not in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("until", ["30 de abril", "", "31/02/2026"])
def test_a_day_that_is_none_is_told_beside_its_box(staff, radicado, until):
    with at(16):
        page = staff.submit(f"/gestion/{radicado}/prorrogar", {"reason": WHY, "until": until})

    assert page.status_code == 422
    assert "fecha" in words(page)


def test_an_act_typed_when_the_session_ended_is_found_again(app, house, staff, radicado):
    with at(16):
        form = staff.get(f"/gestion/{radicado}/trasladar").text
        token = form.split('name="submission" value="')[1].split('"')[0]
        visitor = app.test_client()
        data = {
            "csrf_token": visitor.csrf(),
            "submission": token,
            "reason": WHY,
            "to": "Alcaldía de Bosa",
        }
        visitor.post(f"/gestion/{radicado}/trasladar", data=data)
        page = staff.get(f"/gestion/{radicado}/trasladar")

    kept = drafts.load(house.coordinator.id, f"staff.refer:{radicado}")
    assert kept is not None
    assert kept["to"] == "Alcaldía de Bosa"
    assert WHY in page.text
    assert "Alcaldía de Bosa" in page.text


def links(page) -> set[str]:
    return {act for act in (*ACTS, "desistir", "archivar", "anular") if f'/{act}"' in page.text}


def test_the_case_page_offers_only_what_the_law_admits_now(staff, radicado):
    with at(16):
        fresh = links(staff.get(f"/gestion/{radicado}"))
        staff.submit(f"/gestion/{radicado}/requerir", {"reason": WHY})
        waiting = links(staff.get(f"/gestion/{radicado}"))
    with at(21, 4):
        staff = entered(staff.application, "soa.coordinador", on(21, 4))
        late = links(staff.get(f"/gestion/{radicado}"))

    assert fresh == {*ACTS, "anular"}
    assert waiting == {"priorizar"}
    assert late == {"priorizar", "desistir"}


def test_what_never_reached_its_citizen_opens_no_form_to_end_the_case(staff, radicado):
    with at(16):
        staff.submit(f"/gestion/{radicado}/requerir", {"reason": WHY})
    staff = entered(staff.application, "soa.coordinador", on(21, 4))
    message_id = db.session.scalars(select(OutboxMessage.message_id).filter_by(letter="act")).one()
    db.session.rollback()
    undelivered.take(report_of(f"<{message_id}@sac.example>"), now=on(16))
    with at(21, 4):
        page = staff.get(f"/gestion/{radicado}/desistir")
        case = staff.get(f"/gestion/{radicado}")
        letter = send(staff, radicado, {**ACTS["priorizar"][0], "preview": "1"}, "priorizar")

    assert page.status_code == 409
    assert f'href="/gestion/{radicado}">Volver al requerimiento' in page.text
    assert "use «Notificar por otro medio»" in words(page)
    assert "artículos 17 y 67" in words(page)
    for shown in (case, letter):
        assert "Los correos que se le envían vuelven sin llegarle" in words(shown)
    assert "recibe un aviso por correo" not in words(letter)


def test_the_case_page_shows_every_event_that_moved_the_term(staff, radicado):
    with at(16):
        staff.submit(f"/gestion/{radicado}/prorrogar", {"reason": WHY, "until": "2026-04-30"})
        said = words(staff.get(f"/gestion/{radicado}"))

    assert "Se prorrogó el plazo a 30 días hábiles en total." in said
    assert "Vence el jueves 30 de abril de 2026, antes el 9 abr 2026." in said
    assert "Aviso de prórroga SOA2026EE000001" in said


def test_the_law_costs_the_case_page_no_statement(staff, radicado):
    def asked() -> int:
        staff.get(f"/gestion/{radicado}")
        with statements() as seen:
            staff.get(f"/gestion/{radicado}")
        return len(seen)

    with at(16):
        bare = asked()
        staff.submit(f"/gestion/{radicado}/priorizar", {"ground": "peligro"})
        staff.submit(f"/gestion/{radicado}/prorrogar", {"reason": WHY, "until": "2026-04-30"})

        assert asked() == bare <= 7


# The citizen's side


def asked_to_complete(staff: PageClient, radicado: str) -> None:
    with at(16):
        staff.submit(f"/gestion/{radicado}/requerir", {"reason": WHY})


def test_the_citizen_reads_what_is_missing_and_sends_it(app, staff, citizen, radicado):
    asked_to_complete(staff, radicado)
    client = entered(app, citizen, on(17))
    with at(17):
        page = client.get(f"/requerimientos/{radicado}")
        client.submit(
            f"/requerimientos/{radicado}/aportar",
            {"body": "Aquí está."},
            page=f"/requerimientos/{radicado}",
        )

    said = words(page)
    assert "Le piden completar su requerimiento" in said
    assert WHY in said
    assert "El plazo está detenido" in said
    assert "jueves 16 de abril de 2026" in said
    assert case_of(radicado).status is Status.IN_PROGRESS


LONG = "Falta el acta. " * 60 + "Y el certificado del colegio."


def test_the_citizen_reads_the_whole_letter_however_long_it_is(app, staff, citizen, radicado):
    with at(16):
        page = send(staff, radicado, {"reason": LONG, "preview": "1"})
        letter = worded(page) + "\n\nTráigalo a la ventanilla 3."
        send(staff, radicado, {"reason": LONG, "letter": letter})
    client = entered(app, citizen, on(17))
    with at(17):
        page = client.get(f"/requerimientos/{radicado}")

    box = words(page).partition("Le piden completar su requerimiento")[2].partition("Enviar lo")[0]
    assert "Y el certificado del colegio." in box
    assert "Tráigalo a la ventanilla 3." in box
    asked = [e for e in case_of(radicado).events if e.action is Action.ASK_TO_COMPLETE]
    assert asked[0].note.endswith("…")


@pytest.mark.parametrize(
    ("act", "day", "said"),
    [
        ("requerir", (17, 4), "mientras la entidad no declare que desistió"),
        ("aclarar", (1, 4), "mientras la entidad no archive su requerimiento"),
    ],
)
def test_once_the_time_of_the_citizen_passed_the_box_says_that_it_may_still_be_sent(
    app, staff, citizen, radicado, act, day, said
):
    with at(16):
        staff.submit(f"/gestion/{radicado}/{act}", {"reason": WHY})
    client = entered(app, citizen, on(*day))
    with at(*day):
        page = words(client.get(f"/requerimientos/{radicado}"))

    assert said in page
    assert "El tiempo para enviarlo venció el" in page
    assert "Tiene hasta el" not in page


def test_the_citizen_asks_for_more_time_once(app, staff, citizen, radicado):
    asked_to_complete(staff, radicado)
    client = entered(app, citizen, on(17))
    with at(17):
        address = f"/requerimientos/{radicado}"
        done = client.submit(f"{address}/pedir-plazo", page=address)
        again = client.get(address)

    assert "Tiene hasta el martes 19 de mayo de 2026" in words(again)
    assert done.status_code == 303
    assert "Pedir un mes más" not in words(again)


def test_the_citizen_withdraws_after_being_asked_once(app, staff, citizen, radicado, tmp_path):
    client = entered(app, citizen, on(17))
    with at(17):
        done = client.submit(f"/requerimientos/{radicado}/desistir", {"reason": "Ya no."})
        again = client.get(f"/requerimientos/{radicado}/desistir")

    assert done.status_code == 303
    assert case_of(radicado).status is Status.WITHDRAWN
    [letter] = case_of(radicado).messages
    with at(17):
        shown = words(client.get(f"/requerimientos/{radicado}"))
        paper = client.get(f"/requerimientos/{radicado}/oficios/{letter.radicado}.pdf")
        inside = words(staff.get(f"/gestion/{radicado}"))
    signed = text_of(paper.data, tmp_path)
    assert f"Constancia de desistimiento {letter.radicado}" in shown
    assert "La emitió el sistema" in signed
    assert signed.index("Ya no.") < signed.index("artículo 18")
    assert "Atención al Ciudadano Constancia" not in inside
    assert again.status_code == 409
    assert "artículo 18" in words(again)


def test_withdrawing_asks_for_the_password_that_was_typed_long_ago(app, citizen, radicado):
    client = entered(app, citizen, on(17))
    with time_machine.travel(on(17) + FRESH + timedelta(minutes=1), tick=False):
        page = client.get(f"/requerimientos/{radicado}/desistir")

    assert page.location.startswith("/ingreso/confirmar")
    assert case_of(radicado).status is Status.ASSIGNED


# Silence


@pytest.mark.parametrize(
    ("kind", "day", "said"),
    [
        (Kind.DOCUMENTS, (1, 4), "La ley entiende que su solicitud fue aceptada"),
        (Kind.PETITION, (10, 4), "La entidad sigue obligada a responderle. Puede pedirle"),
        (Kind.PETITION, (17, 6), "como negada y presentar los recursos de ley"),
        (Kind.REPORT, (17, 6), "La respuesta está atrasada"),
    ],
)
def test_the_citizen_of_a_late_answer_sees_what_the_law_allows(
    app, house, citizen, kind, day, said
):
    radicado = assigned_case(house, citizen, kind=kind, now=on(16))
    client = entered(app, citizen, on(*day))
    with at(*day):
        address = f"/requerimientos/{radicado}"
        page = client.get(address)
        client.submit(f"{address}/aportar", page=address)

    assert said in words(page)
    [message] = case_of(radicado).messages
    assert f"Radiqué el requerimiento {radicado} el lunes 16 de marzo de 2026." in message.body
    assert "Norma: Ley " in message.body
    assert "))" not in message.body
    assert ("negada" in words(page)) == (kind is Kind.PETITION and day == (17, 6))


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("day", "told", "asked", "alarm"),
    [
        (
            1,
            "debe entregárselo a más tardar el martes 7 de abril",
            "les pido que me entreguen lo que pedí, a más tardar el martes 7 de abril",
            "aceptada: entregue lo pedido a más tardar el martes 7 de abril",
        ),
        (
            8,
            "debía entregárselo a más tardar el martes 7 de abril",
            "debían entregarme lo que pedí a más tardar el martes 7 de abril",
            "aceptada: lo pedido debía entregarse a más tardar el martes 7 de abril",
        ),
    ],
)
def test_what_silence_accepted_is_owed_by_a_day_and_then_overdue(
    app, house, citizen, day, told, asked, alarm
):
    radicado = assigned_case(house, citizen, kind=Kind.DOCUMENTS, now=on(16))
    with at(day, 4):
        theirs = words(entered(app, citizen, on(day, 4)).get(f"/requerimientos/{radicado}"))
        office = words(entered(app, house.coordinator, on(day, 4)).get(f"/gestion/{radicado}"))

    assert told in theirs
    assert asked in theirs
    assert alarm in office


@pytest.mark.parametrize(
    ("day", "alarm", "mark"),
    [
        ((16, 3), "", ""),
        ((27, 3), "Si no se responde a más tardar el martes 31 de marzo", "Silencio positivo"),
        ((1, 4), "La ley ya la entiende aceptada", "Se entiende aceptada"),
    ],
)
def test_the_staff_are_warned_of_a_silence_that_accepts(app, house, citizen, day, alarm, mark):
    radicado = assigned_case(house, citizen, kind=Kind.INFORMATION, now=on(16))
    client = entered(app, house.coordinator, on(*day))
    with at(*day):
        case = words(client.get(f"/gestion/{radicado}"))
        queue = words(client.get("/gestion?status=abiertos"))

    assert alarm in case
    assert ("aceptada" in case) == bool(alarm)
    assert mark in queue
    assert ("aceptada" in queue or "Silencio" in queue) == bool(mark)


# The letter, read and changed before it goes

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def send(staff: PageClient, radicado: str, data: dict[str, object], act: str = "requerir"):
    """Post what a page of the act posts, from the form that came."""
    path = f"/gestion/{radicado}/{act}"
    return staff.post(path, data={"csrf_token": staff.csrf(path), **data})


def field(text: str, name: str) -> str:
    return text.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def worded(page) -> str:
    document, _ = parse(page.text)
    [area] = [area for area in document.iter("textarea") if area.get("name") == "letter"]
    return (area.text or "").strip()


@pytest.mark.parametrize("act", ACTS)
def test_the_letter_is_seen_before_it_goes(staff, radicado, act):
    with at(16):
        page = send(staff, radicado, {**ACTS[act][0], "preview": "1"}, act)

    assert page.status_code == 200
    said = (WHY, "No se entiende", "porque hay peligro para la vida")
    assert any(words_of in worded(page) for words_of in said)
    assert "Norma: Ley 1437 de 2011" in worded(page)
    assert case_of(radicado).status is Status.ASSIGNED
    assert case_of(radicado).messages == []


def test_what_is_changed_in_the_letter_is_what_goes_with_its_files(staff, radicado, tmp_path):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"})
        text = worded(page).replace("necesitamos", "en la oficina necesitamos")
        sent = send(
            staff,
            radicado,
            {
                "submission": field(page.text, "submission"),
                "reason": field(page.text, "reason"),
                "letter": text,
                "attachments": (io.BytesIO(PDF), "formato.pdf"),
            },
        )
        case = case_of(radicado)
        paper = staff.get(f"/gestion/{radicado}/oficios/{case.messages[0].radicado}.pdf")

    assert sent.status_code == 303
    assert case.status is Status.WAITING
    assert case.messages[0].body == text
    assert [file.name for file in case.messages[0].attachments] == ["formato.pdf"]
    assert case.events[-1].note == WHY
    assert "en la oficina necesitamos" in " ".join(text_of(paper.data, tmp_path).split())
    assert "formato.pdf" in text_of(paper.data, tmp_path)


def test_a_letter_sent_twice_goes_once(staff, radicado):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"})
        data = {
            "submission": field(page.text, "submission"),
            "reason": WHY,
            "letter": worded(page),
        }
        token = staff.csrf(f"/gestion/{radicado}")
        for _ in range(2):
            path = f"/gestion/{radicado}/requerir"
            assert staff.post(path, data={**data, "csrf_token": token}).status_code == 303

    assert len(case_of(radicado).messages) == 1


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("letter", "said"), [(" ", "Escriba el contenido."), ("x" * 20_001, "el máximo es 20.000")]
)
def test_a_letter_that_cannot_go_comes_back(staff, radicado, letter, said):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "letter": letter})

    assert page.status_code == 422
    assert said in words(page)
    assert field(page.text, "reason") == WHY
    assert case_of(radicado).status is Status.ASSIGNED


def test_going_back_to_the_data_keeps_what_was_changed_in_the_letter(staff, radicado):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"})
        changed = worded(page) + "\n\nTráigalo a la ventanilla 3."
        back = send(staff, radicado, {"reason": WHY, "letter": changed, "change": "1"})
        again = send(
            staff,
            radicado,
            {"reason": "Falta el registro civil.", "letter": changed, "preview": "1"},
        )

    assert back.status_code == 200
    assert "Tráigalo a la ventanilla 3." in back.text
    assert "Falta el registro civil." in worded(again)
    assert "Tráigalo a la ventanilla 3." in words(again)
    assert "Tráigalo" not in worded(again)


def test_a_letter_that_came_too_late_comes_back_whole(staff, house, radicado):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"})
        legal.refer(
            radicado,
            to="Alcaldía",
            words=WHY,
            why_late="",
            by=Sender(author=house.official, now=on(16), submission="a" * 36),
        )
        late = send(staff, radicado, {"reason": WHY, "letter": worded(page) + " Fin."})

    assert late.status_code == 409
    assert worded(late).endswith("Fin.")
    assert "Nada se perdió" in words(late)


@pytest.mark.parametrize(
    ("act", "data", "gone", "said"),
    [
        ("requerir", {"reason": WHY}, "jueves 16 de abril de 2026", "el último día (jueves 16 de"),
        ("requerir", {"reason": WHY}, "artículo 17", "la norma (Ley 1437 de 2011, artículo 17)"),
        (
            "prorrogar",
            {"reason": WHY, "until": "30/04/2026"},
            "jueves 30 de abril de 2026",
            "el último día (jueves 30 de abril",
        ),
        ("trasladar", {"reason": WHY, "to": "Alcaldía"}, "Alcaldía", "a quién va dirigido"),
        (
            "rechazar",
            {"reason": WHY, "ground": "reserva", "rule": "Ley 1712 de 2014, artículo 18"},
            "insistir",
            "que puede insistir en su solicitud",
        ),
    ],
)
def test_a_letter_that_lost_what_the_law_asks_for_is_asked_about_once(
    staff, radicado, act, data, gone, said
):
    with at(16):
        page = send(staff, radicado, {**data, "preview": "1"}, act)
        assert gone in worded(page)
        letter = worded(page).replace(gone, "…")
        asked = send(staff, radicado, {**data, "letter": letter}, act)
        assert case_of(radicado).messages == []
        sent = send(staff, radicado, {**data, "letter": letter, "sure": "1"}, act)

    assert asked.status_code == 422
    assert "¿Enviarlo así?" in words(asked)
    assert said in words(asked)
    assert "Enviar así" in words(asked)
    assert worded(asked) == letter
    assert sent.status_code == 303
    assert case_of(radicado).messages[0].body == letter


def test_other_words_for_the_same_day_and_norm_are_not_asked_about(staff, radicado):
    with at(16):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"})
        letter = worded(page).replace("jueves 16 de abril de 2026", "16/04/2026")
        letter = letter.replace("Norma: Ley 1437 de 2011, artículo 17", "Art. 17, Ley 1437")
        sent = send(staff, radicado, {"reason": WHY, "letter": letter})

    assert sent.status_code == 303


def test_who_is_refused_what_is_reserved_reads_that_they_may_insist(staff, radicado):
    data = {"reason": WHY, "ground": "reserva", "rule": "Ley 1712 de 2014, artículo 18"}
    with at(16):
        page = send(staff, radicado, {**data, "preview": "1"}, "rechazar")

    assert "dentro de los 10 días hábiles siguientes a la notificación" in worded(page)
    assert "Ley 1437 de 2011, artículo 26" in worded(page)


def test_the_page_of_a_referral_says_who_reads_it_and_what_goes_with_it(staff, radicado):
    data = {"reason": WHY, "to": "Alcaldía de Bosa"}
    with at(16):
        page = words(send(staff, radicado, {**data, "preview": "1"}, "trasladar"))

    assert "Es para Alcaldía de Bosa, con copia a Francisco Rivera" in page
    assert "la lista de sus anexos con su huella" in page


@pytest.mark.parametrize("tells", [True, False])
def test_the_citizen_is_sent_to_the_letter_only_for_what_it_says(
    app, staff, citizen, radicado, tells
):
    with at(16):
        staff.submit(f"/gestion/{radicado}/aclarar", {"reason": WHY})
        case = case_of(radicado)
        cases.mark_opened(case.id, [message.id for message in case.messages], on(16))
    staff, client = entered(app, "soa.coordinador", on(6, 4)), entered(app, citizen, on(6, 4))
    with at(6, 4):
        page = send(staff, radicado, {"reason": WHY, "preview": "1"}, "archivar")
        letter = worded(page) if tells else f"Archivamos {radicado}. Ley 1437, artículo 19."
        send(staff, radicado, {"reason": WHY, "letter": letter}, "archivar")
        theirs = words(client.get(f"/requerimientos/{radicado}"))

    assert case_of(radicado).status is Status.CLOSED
    assert "Insistir o recurrir" in theirs
    assert ("El oficio dice qué puede hacer y en cuántos días." in theirs) is tells
    assert "no recibe más información" not in theirs


# What has ended


@pytest.mark.parametrize(
    ("act", "said", "row"),
    [
        (
            "trasladar",
            "Trasladado por competencia a Alcaldía el lunes 16 de marzo de 2026. Allá el plazo",
            "Trasladado por competencia a Alcaldía.",
        ),
        ("rechazar", "Rechazado el lunes 16 de marzo de 2026", "Rechazado."),
    ],
)
def test_what_ended_keeps_its_explained_deadline_until_the_act_that_ended_it(
    app, staff, citizen, radicado, act, said, row
):
    with at(16):
        staff.submit(f"/gestion/{radicado}/{act}", ACTS[act][0])
    staff, client = entered(app, "soa.coordinador", on(30)), entered(app, citizen, on(30))
    with at(30):
        ours = words(staff.get(f"/gestion/{radicado}"))
        theirs = words(client.get(f"/requerimientos/{radicado}"))

    for page in (ours, theirs):
        assert said in page
        assert row in page
        assert "Cómo se cuenta el plazo" in page
        assert "Día hábil 1" not in page  # no day to come, as if the term ran here


# What the counter takes for whoever comes


@pytest.fixture
def clerk(house, app) -> PageClient:
    return entered(app, house.clerk, on(16))


def test_the_counter_takes_what_was_missing(clerk, staff, app, citizen, radicado):
    asked_to_complete(staff, radicado)
    with at(16):
        page = clerk.get(f"/gestion/{radicado}/recibir")
        done = clerk.submit(
            f"/gestion/{radicado}/recibir", {"channel": "presencial", "body": "El certificado."}
        )
    client = entered(app, citizen, on(16))
    with at(16):
        theirs = words(client.get(f"/requerimientos/{radicado}"))
        ours = words(staff.get(f"/gestion/{radicado}"))

    assert "el plazo vuelve a correr" in words(page)
    assert done.status_code == 303
    case = case_of(radicado)
    assert case.status is Status.IN_PROGRESS
    [delivered] = [line for line in case.events if line.action is Action.COMPLETE]
    assert delivered.note == "En persona, recibido en ventanilla"
    assert "Usted entregó lo que faltaba, en la ventanilla" in theirs
    assert "Usted, en la ventanilla" in theirs
    assert "Francisco Rivera, lo recibió Vera Prueba" in ours


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("data", [{"body": "Algo."}, {"channel": "presencial", "body": ""}])
def test_what_the_counter_leaves_out_is_asked_for(clerk, radicado, data):
    with at(16):
        page = clerk.submit(f"/gestion/{radicado}/recibir", data)

    assert page.status_code == 422
    assert case_of(radicado).messages == []


def test_the_counter_gives_more_time_to_who_asks_for_it(clerk, staff, radicado):
    asked_to_complete(staff, radicado)
    with at(16):
        done = clerk.submit(f"/gestion/{radicado}/plazo", {"channel": "telefono"})
        said = words(clerk.get(done.location))
        again = clerk.get(f"/gestion/{radicado}/plazo")

    assert "La persona tiene hasta el" in said
    assert again.status_code == 409
    assert "ya se amplió una vez" in words(again)


def test_the_counter_takes_a_withdrawal(clerk, radicado):
    with at(16):
        done = clerk.submit(
            f"/gestion/{radicado}/desistimiento",
            {"channel": "presencial", "reason": "Ya lo resolví."},
        )

    case = case_of(radicado)
    assert done.status_code == 303
    assert case.status is Status.WITHDRAWN
    assert case.messages[-1].author.username == "soa.ventanilla"
    assert case.events[-1].note == "En persona, recibido en ventanilla. Ya lo resolví."


# Notified by other means


def test_the_task_is_seen_done_and_told(app, staff, house, citizen, radicado):
    with at(16):
        staff.submit(f"/gestion/{radicado}/requerir", {"reason": WHY})
        message_id = db.session.scalars(
            select(OutboxMessage.message_id).filter_by(letter="act")
        ).one()
        db.session.rollback()
        undelivered.take(report_of(f"<{message_id}@sac.example>"), now=on(16))
        case = words(staff.get(f"/gestion/{radicado}"))
        queue = words(staff.get("/gestion?status=sin_notificar"))
        form = {"medium": "correo_certificado", "on": "16/03/2026", "body": "Guía 123."}
        wrong = staff.submit(f"/gestion/{radicado}/notificar", {**form, "on": "17/03/2026"})
        odd = staff.submit(f"/gestion/{radicado}/notificar", {**form, "on": "mañana"})
        done = staff.submit(f"/gestion/{radicado}/notificar", form)
        after = words(staff.get(f"/gestion/{radicado}"))
    client = entered(app, citizen, on(16))
    with at(16):
        theirs = words(client.get(f"/requerimientos/{radicado}"))

    assert "Un correo no le llegó a la persona" in case
    assert radicado in queue
    assert "Correo devuelto 1" in queue
    assert (wrong.status_code, odd.status_code, done.status_code) == (422, 422, 303)
    assert "Guía 123." in wrong.text
    assert "no le llegó" not in after
    assert "Notificado por otro medio" in after
    assert "La Secretaría lo notificó por otro medio" in theirs
    assert "Guía 123." not in theirs


def test_what_has_nothing_to_notify_does_not_offer_it(staff, radicado):
    with at(16):
        assert f"/gestion/{radicado}/notificar" not in staff.get(f"/gestion/{radicado}").text
        assert "Correo devuelto" not in words(staff.get("/gestion")).split("Todos los abiertos")[0]


# A word on the way


def test_a_question_is_not_yet_what_the_office_waits_for(app, staff, citizen, radicado):
    asked_to_complete(staff, radicado)
    client = entered(app, citizen, on(17))
    case, send = f"/requerimientos/{radicado}", f"/requerimientos/{radicado}/aportar"
    with at(17):
        client.submit(send, {"body": "¿Cuál certificado piden?", "only_asks": "y"}, page=case)
        asked = case_of(radicado).status
        client.submit(send, {"body": "Aquí está."}, page=case)

    assert asked is Status.WAITING
    assert case_of(radicado).status is Status.IN_PROGRESS


def test_the_counter_takes_a_question_too(clerk, staff, radicado):
    asked_to_complete(staff, radicado)
    with at(16):
        clerk.submit(
            f"/gestion/{radicado}/recibir",
            {"channel": "telefono", "body": "¿Sirve una foto?", "only_asks": "y"},
        )

    assert case_of(radicado).status is Status.WAITING


# Insisting where the office refused


def test_who_was_refused_may_insist_where_they_read_it(app, house, staff, citizen, radicado):
    with at(16):
        page = send(staff, radicado, ACTS["rechazar"][0] | {"preview": "1"}, "rechazar")
        send(staff, radicado, ACTS["rechazar"][0] | {"letter": worded(page)}, "rechazar")
    client = entered(app, citizen, on(17))
    case = f"/requerimientos/{radicado}"
    with at(17):
        page = client.get(case)
        seen = words(page)
        client.submit(f"{case}/aportar", {"body": "Insisto: no es reservado."}, page=case)
        waits = words(client.get(case))

    with at(18):
        staff = entered(staff.application, "soa.coordinador", on(18))
        ours, queue = staff.get(f"/gestion/{radicado}"), staff.get("/gestion?status=con_recurso")
        data = {"reason": "La información no es reservada: aquí va.", "ruling": "repone"}
        form = words(staff.get(f"/gestion/{radicado}/recurso"))
        nowhere = send(staff, radicado, data | {"ruling": "remite", "preview": "1"}, "recurso")
        letter = send(staff, radicado, data | {"preview": "1"}, "recurso")
        done = send(staff, radicado, data | {"letter": worded(letter)}, "recurso")
        after, again = staff.get(done.location), staff.get(f"/gestion/{radicado}/recurso")
    client = entered(app, citizen, on(18))
    with at(18):
        theirs = words(client.get(case))

    assert "sac-message--answer" not in page.text  # a refusal is not framed as an answer
    assert "Insistir o recurrir" in seen
    assert "le llega a quien tiene el caso" in seen
    assert "falta que la entidad lo decida" in waits
    assert "falta que la entidad lo decida" not in seen + theirs
    assert "Falta decidir un recurso o una insistencia" in words(ours)
    assert "Decidir el recurso o la insistencia" in words(ours)
    assert "Con recurso o insistencia 1" in words(queue)
    assert radicado in words(queue)
    assert "Insisto: no es reservado." in form
    assert "los marcados" not in words(queue)
    assert nowhere.status_code == 422
    assert "Escriba a qué juez o tribunal se envía." in words(nowhere)
    assert "Revocamos la decisión" in worded(letter)
    assert done.status_code == 303
    assert "Falta decidir" not in words(after)
    assert "Se revocó la decisión y se respondió de fondo." in words(after)
    assert again.status_code == 409
    assert "Se decidió el recurso o la insistencia" in theirs
    assert "Insistir o recurrir" not in theirs
    assert case_of(radicado).status is Status.REJECTED
    assert [m.body for m in case_of(radicado).messages][-2] == "Insisto: no es reservado."
    holder = case_of(radicado).assignee_id
    assert db.session.scalars(select(Mention.account_id)).all() == [holder]

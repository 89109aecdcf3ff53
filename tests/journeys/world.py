"""A Secretaría with something of everything, to look at every page: it is built once and served
to many tests, which read it and do not count on what another test left there."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from socket import create_server
from uuid import uuid4

from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select, update

from app import clock, create_app
from app.domain.events import PriorityGround, RejectionGround
from app.domain.portal_texts import PortalText
from app.domain.requerimiento import Kind
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import (
    Account,
    CaseReading,
    Entity,
    Invitation,
    OutboxAttempt,
    OutboxMessage,
    OutboxStatus,
    Receipt,
    Recovery,
    Requerimiento,
    Topic,
)
from app.services import (
    accounts,
    answer_templates,
    answering,
    cases,
    casework,
    entities,
    invitations,
    legal,
    offices,
    portal_texts,
    procedures,
    related,
    reserve_team,
    sessions,
    staff,
    topics,
    undelivered,
)
from app.services.legal import Sender
from app.services.procedures import ProcedurePlan
from app.services.storage import StoredFile
from app.services.tokens import RECOVERY, STOP_NOTICES
from app.services.topics import TopicPlan
from app.uploads import store
from tests.journeys import steps
from tests.support.browser import AXE, browser_context, faults_of
from tests.support.client import PageClient
from tests.support.office import (
    House,
    absence_of,
    annulled_case,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    rule_of,
    suspend,
    words,
)
from tests.support.people import FRANCISCO, add_citizen, add_entity, file_at_counter
from tests.support.product import build_settings, close_connections
from tests.support.server import serving

WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=320, height=800)
VISITOR, CITIZEN, NEWCOMER, REMEMBERED = "visitante", "ciudadano", "recién llegado", "recordado"
# Long names and long words are what breaks a narrow page.
LONG_WORD = "Otorrinolaringológicamenteimpronunciable" * 2
LONG_TEXT = (
    "Solicito que se revise la liquidación.\n\nHay un sitio con la norma:\n"
    f"https://normas.example/{LONG_WORD.lower()}\n\nGracias."
)
LONG_NAME = "Acta de la reunión del consejo directivo con los anexos y las firmas (copia 2).pdf"


@dataclass(frozen=True)
class Seat:
    """The page of somebody, kept from test to test with its cache, and what went wrong on it."""

    page: Page
    faults: list[str]


@dataclass(frozen=True)
class World:
    """Where it is served, the cookies of each role, and what the addresses of its pages need."""

    address: str
    cookies: dict[str, dict[str, str]]
    names: dict[str, str | int]
    seats: dict[tuple[str, bool], Seat] = field(default_factory=dict)

    @contextmanager
    def page_of(self, chromium: Browser, role: str, *, java_script: bool = True) -> Iterator[Page]:
        """Lend the page of somebody with that role, who has just entered: in a wide window, or
        without JavaScript on the narrowest telephone."""
        chosen = (role, java_script)
        seat = self.seats.get(chosen) or self.seats.setdefault(
            chosen, self._seat(chromium, java_script=java_script)
        )
        page, context = seat.page, seat.page.context
        context.clear_cookies()
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.address}
                for name, value in self.cookies[role].items()
            ]
        )
        page.set_viewport_size(WIDE if java_script else NARROW)
        page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
        seat.faults.clear()
        try:
            yield page
        finally:
            page.goto("about:blank")  # its scripts end here
        assert not seat.faults, "the browser complained:\n- " + "\n- ".join(seat.faults)

    def _seat(self, chromium: Browser, *, java_script: bool) -> Seat:
        context = browser_context(chromium, self.address, java_script=java_script)
        if java_script:
            context.add_init_script(path=AXE)
        page = context.new_page()
        return Seat(page, faults_of(page))


@contextmanager
def built(database_url: str, folder: Path) -> Iterator[World]:
    """Build the world on an empty, migrated database, and serve it."""
    with create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()[:2]
        app = create_app(
            build_settings(folder, database_url, base_url=f"http://{host}:{port}", port=port)
        )
        app.testing = True
        app.test_client_class = PageClient
        with app.app_context():
            house = open_house()
            _furnish(house)
            names, people = _fill(house)
            cookies = {role: _cookies(app, person) for role, person in people.items()}
            cookies |= {VISITOR: {}, REMEMBERED: _remembered(people[CITIZEN])}
            names |= _tokens(app, people[NEWCOMER])
            db.session.rollback()
            with serving(app, listener) as address:
                yield World(address, cookies, names)
            close_connections()


def _furnish(house: House) -> None:
    """All that an entity can show of itself, and a second one to choose from."""
    with writing() as session:
        house_row = session.get_one(Entity, house.entity.id)
        house_row.portal_url = "https://sed.example"
        house_row.men_url = "https://men.example"
        house_row.helpdesk_email = "mesadeayuda.de.la.secretaria@soacha-cundinamarca.example"
        house_row.helpdesk_hours = "Lunes a viernes de 8 a. m. a 5 p. m."
        house_row.helpdesk_address = "Calle de ejemplo 13 # 7-30, piso 2"
        topic = Topic(entity_id=house_row.id, name="Soporte TI", office_id=house.hall.id)
        session.add(topic)
        session.flush()
        session.add(Topic(entity_id=house_row.id, name="Contraseñas", parent_id=topic.id))
    add_entity("CUN")


def _administration(house: House, now: datetime) -> dict[str, str | int]:
    """What administrators did: an office renamed and a person changed, and somebody invited."""
    author = house.administrator
    offices.rename(house.coverage.id, f"Cobertura {LONG_WORD}"[:60], author=author, now=now)
    present = staff.facts_of(db.session.get_one(Account, house.official.id))
    staff.change(house.official.id, present | {"surnames": "Yarumo"}, author=author, now=now)
    someone = {"first_names": "Nueva", "surnames": LONG_WORD[:60], "email": "nueva@example.com"}
    invitations.invite(someone | {"role": "funcionario"}, author=author, now=now)
    return {
        "dependencia": house.hall.id,
        "funcionaria": house.official.id,
        "otra entidad": db.session.scalars(select(Entity.id).filter_by(prefix="CUN")).one(),
    }


def _fill(house: House) -> tuple[dict[str, str | int], dict[str, Account]]:
    """Cases in every state, and who opens their pages."""
    now = clock.now()
    old, older = now - timedelta(days=20), now - timedelta(days=60)
    citizen = add_citizen(house.entity.id, notify_by_email=True)
    newcomer = add_citizen(
        house.entity.id,
        document_number="1000000001",
        first_names="Nueva",
        surnames=LONG_WORD[:60],
        email="nueva@example.com",
    )
    names: dict[str, str | int] = {
        "vencido": assigned_case(house, citizen, now=older, body=LONG_TEXT, files=_papers()),
        "respondido tarde": answered_case(house, citizen, now=older),
        "por vencer": file_case(house, citizen, now=old, kind=Kind.SUGGESTION),
        "radicado": file_case(house, citizen, files=_papers(), body=LONG_TEXT),
        "asignado": assigned_case(house, citizen),
        "en trámite": _in_progress(house, citizen, now),
        "respondido": _answered(house, citizen, now),
        "cerrado": answered_case(house, citizen),
        "anulado": annulled_case(house, citizen),
    }
    casework.close(str(names["cerrado"]), author=house.coordinator, now=now)
    names |= _under_the_law(house, citizen, now)
    names |= _on_their_way(house, citizen, now)
    names |= _sensitive(house, citizen, now)
    names |= _linked(house, citizen, newcomer, now)
    names["suspensión"] = suspend(house).id
    names["regla"] = rule_of(house, kind=Kind.REPORT, assignee_id=house.colleague.id)
    absence_of(house, house.colleague, house.official)
    names |= _administration(house, now)
    answer_templates.save(
        None,
        name=f"Acuse {LONG_WORD}"[:60],
        body="Hola, {nombre}.",
        office_id=house.hall.id,
        author=house.administrator,
        now=now,
    )
    names["plantilla"] = answer_templates.of_entity(house.entity.id)[0].id
    names |= _catalogue(house, citizen, now)
    names["nombre largo"] = file_case(house, newcomer, body=LONG_WORD)
    names["sin correo"] = answered_case(house, newcomer)  # whom no mail reaches
    for _ in range(20):  # a second page of the citizen's list
        file_case(house, citizen, now=now)
    names |= _counter(house)
    accounts.update_profile(
        citizen.id, FRANCISCO | {"phone": "300 555 0100"}, author_id=citizen.id, now=now
    )
    with writing() as session:
        refused = session.scalars(select(OutboxMessage).limit(1)).one()
        session.add(
            OutboxAttempt(
                message_id=refused.id,
                happened_at=now,
                outcome="rechazado",
                detail="550 5.1.1 <francisco@example.com>: Recipient address rejected",
            )
        )
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == refused.id)
            .values(status=OutboxStatus.FAILED, attempts=1)
        )
    names |= {"ciudadano": citizen.id, "larga": newcomer.id}
    names |= {"constancia": _code_of(names["radicado"]), "alterada": _code_of(names["cerrado"])}
    with writing() as session:
        session.execute(
            update(Requerimiento)
            .filter_by(radicado=names["cerrado"])
            .values(body="No es lo que se radicó.")
        )
    people = {CITIZEN: citizen, NEWCOMER: newcomer}
    return names, people | {str(role): person for role, person in house.staff.items()}


def _under_the_law(house: House, citizen: Account, now: datetime) -> dict[str, str]:
    """A case that waits for its citizen, one that was extended, and one that went elsewhere."""

    def by() -> Sender:
        return Sender(author=house.official, now=now, submission=uuid4().hex)

    waiting, extended, referred = (assigned_case(house, citizen, now=now) for _ in range(3))
    long_ago = now - timedelta(days=70)
    unmet, unclear = (assigned_case(house, citizen, now=long_ago) for _ in range(2))
    asked = Sender(author=house.official, now=long_ago, submission=uuid4().hex)
    legal.ask_to_complete(unmet, missing="Falta el certificado del colegio.", by=asked)
    legal.ask_to_clarify(
        unclear,
        doubt="No se entiende para qué año lo pide.",
        by=replace(asked, submission=uuid4().hex),
    )
    for radicado in (unmet, unclear):  # they read it, and sent nothing
        case = case_of(radicado)
        cases.mark_opened(case.id, [message.id for message in case.messages], long_ago)
    legal.ask_to_complete(waiting, missing="Falta el certificado del colegio.", by=by())
    until = house.facts.calendar.add(now.date(), 25)
    legal.extend(extended, until=until, reason="Falta un concepto de otra oficina.", by=by())
    legal.prioritise(extended, ground=PriorityGround.DANGER, by=by())
    appealed = assigned_case(house, citizen, now=now)
    rejected = Sender(author=house.coordinator, now=now, submission=uuid4().hex)
    why, rule = "Son datos de salud de otra persona.", "Ley 1437 de 2011, artículo 24"
    ground = RejectionGround.RESERVED
    legal.reject(appealed, ground=ground, reasons=why, rule=rule, by=rejected)
    casework.contribute(appealed, words("Insisto."), author=citizen, now=now)
    returned = answered_case(house, citizen, now=now)
    undelivered.refused(_letter_of(returned), "550 5.1.1 User unknown", now)
    db.session.rollback()
    reasons = "El asunto es de su competencia."
    legal.refer(referred, to="Alcaldía de ejemplo", words=reasons, why_late="", by=by())
    return {
        "en espera": waiting,
        "sin completar": unmet,
        "sin aclarar": unclear,
        "prorrogado": extended,
        "trasladado": referred,
        "con recurso": appealed,
        "devuelto": returned,
    }


def _on_their_way(house: House, citizen: Account, now: datetime) -> dict[str, str]:
    """An answer that leaves, one that waits for a second person, and one that came back."""
    leaving, waiting, returned = (assigned_case(house, citizen, now=now) for _ in range(3))
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Con aprobación", needs_approval=True)
        session.add(topic)
        session.flush()
        named = Requerimiento.radicado.in_([waiting, returned])
        session.execute(update(Requerimiento).where(named).values(topic_id=topic.id))
    for radicado in (leaving, waiting, returned):
        answering.send(
            radicado, words(LONG_TEXT), author=house.official, undo=timedelta(days=1), now=now
        )
    remark = "Falta decir en qué colegio queda el cupo."
    answering.give_back(returned, remark=remark, author=house.coordinator, now=now)
    return {"saliendo": leaving, "por aprobar": waiting, "respuesta devuelta": returned}


def _catalogue(house: House, citizen: Account, now: datetime) -> dict[str, str | int]:
    """A tree of three levels, a trámite with a term of its own, and words of the entity's own."""
    topic = entities.topics(house.entity.id, public_only=True)[-1]
    act = f"Resolución 12 de 2026 {LONG_WORD}"[:120]
    leaf = TopicPlan(
        name=f"SIMAT {LONG_WORD}"[:120],
        parent_id=topic.id,
        kind=Kind.PETITION,
        term_days=5,
        term_source=act,
        needs_approval=True,
    )
    unused = topics.save(None, leaf, author=house.administrator, now=now)
    plan = ProcedurePlan(
        name=f"Certificado laboral {LONG_WORD}"[:120],
        summary=LONG_TEXT[:600],
        who="Quien trabajó.",
        requirements=f"Copia del documento\n{LONG_WORD}",
        steps="Radique.\nEspere la respuesta.",
        topic_id=unused,
        term_days=5,
        term_source=act,
        legal_basis=LONG_TEXT,
    )
    number = procedures.save(None, plan, author=house.administrator, now=now)
    procedures.save(
        None,
        replace(plan, name="Ya no se ofrece", is_active=False),
        author=house.administrator,
        now=now,
    )
    file_case(house, citizen, kind=Kind.PROCEDURE, procedure_id=number)
    portal_texts.write(PortalText.WELCOME, LONG_TEXT, author=house.administrator, now=now)
    return {
        "tema": topic.id,
        "tema sin uso": topics.save(
            None, replace(leaf, name="Sin uso"), author=house.administrator, now=now
        ),
        "trámite": number,
        "dirección del trámite": procedures.find(number, house.entity.id).slug,
        "texto": PortalText.GENERAL.value,
        "texto propio": PortalText.WELCOME.value,
    }


def _sensitive(house: House, citizen: Account, now: datetime) -> dict[str, str]:
    """A case that who guards it opens, and one that everybody must give a reason for."""
    reserve_team.add(house.colleague.id, author=house.administrator, now=now)
    minor, report = (
        file_case(house, citizen, now=now, about_minor=True),
        file_case(house, citizen, now=now, kind=Kind.REPORT, accused="Vera Prueba, de ventanilla"),
    )
    for radicado, office, person in (
        (minor, house.coverage, house.colleague),
        (report, house.hall, house.administrator),
    ):
        casework.assign(
            radicado, author=house.coordinator, office_id=office.id, assignee_id=person.id, now=now
        )
    with writing() as session:
        case = session.scalars(select(Requerimiento).filter_by(radicado=report)).one()
        for reason in ("", LONG_TEXT[:200]):
            session.add(
                CaseReading(
                    requerimiento_id=case.id,
                    account_id=house.official.id,
                    role=Role.OFFICIAL,
                    office_id=house.hall.id,
                    opened_at=now,
                    hour=0,
                    reason=reason,
                )
            )
    return {"reservado": minor, "denuncia": report}


def _linked(house: House, citizen: Account, other: Account, now: datetime) -> dict[str, str]:
    """A leader with those linked under it, one of which is elsewhere, and one whose answer leaves
    with theirs."""

    def group() -> list[str]:
        leader, *followers = (
            assigned_case(house, person, now=now, body=LONG_TEXT)
            for person in (citizen, other, other)
        )
        for follower in followers:
            related.link(follower, leader, other_leads=True, author=house.official, now=now)
        return [leader, *followers]

    still, leaving = group(), group()
    casework.assign(
        still[2], author=house.coordinator, office_id=house.coverage.id, assignee_id=None, now=now
    )
    answering.send(
        leaving[0],
        words(LONG_TEXT),
        author=house.official,
        undo=timedelta(days=1),
        now=now,
        along=leaving[1:],
    )
    names = ("principal", "vinculado", "principal saliendo", "vinculado saliendo")
    return dict(zip(names, (*still[:2], *leaving[:2]), strict=True))


def _letter_of(radicado: str) -> int:
    """The mail that told of an answer."""
    return db.session.scalars(
        select(OutboxMessage.id)
        .join(Requerimiento, Requerimiento.id == OutboxMessage.requerimiento_id)
        .where(Requerimiento.radicado == radicado, OutboxMessage.letter == "answered")
    ).one()


def _code_of(radicado: str | int) -> str:
    """The code of a receipt."""
    return db.session.scalars(
        select(Receipt.code).join(Receipt.requerimiento).where(Requerimiento.radicado == radicado)
    ).one()


def _papers() -> list[StoredFile]:
    return [
        store().add(LONG_NAME, io.BytesIO(steps.PDF)),
        store().add("recibo.png", io.BytesIO(steps.PNG)),
    ]


def _in_progress(house: House, citizen: Account, now: datetime) -> str:
    radicado = assigned_case(house, citizen)
    casework.start(radicado, author=house.official, now=now)
    say = partial(casework.write_to_citizen, radicado, author=house.official, now=now)
    say(words("¿En qué colegio está su hija?"))
    casework.contribute(
        radicado, words("En el colegio de ejemplo.", files=_papers()), author=citizen, now=now
    )
    casework.note(
        radicado, words("Llamé al colegio.", files=_papers()), author=house.official, now=now
    )
    return radicado


def _answered(house: House, citizen: Account, now: datetime) -> str:
    radicado = assigned_case(house, citizen)
    casework.answer(radicado, words(LONG_TEXT, files=_papers()), author=house.official, now=now)
    return radicado


def _counter(house: House) -> dict[str, str | int]:
    """What was filed at the counter: with a code, and with the document as first password."""
    by_code = file_at_counter(house.clerk, document_number="1000000002", first_names="Amparo")
    by_document = file_at_counter(
        house.clerk, by="documento", document_number="1000000003", first_names="Berta"
    )
    return {
        "ventanilla": by_code.radicado,
        "código": by_code.claim_code or "",
        "por cédula": by_document.radicado,
        "persona": by_code.citizen_id,
    }


def _cookies(app: Flask, person: Account) -> dict[str, str]:
    client = app.test_client()
    client.login(person)
    cookie = client.get_cookie("sac")
    assert cookie is not None
    return {"sac": cookie.value}


def _remembered(person: Account) -> dict[str, str]:
    cookie, _ = sessions.remember(person.id, device="Chrome en Android", now=clock.now())
    return {"sac_usuario": person.username, "sac_clave": cookie}


def _tokens(app: Flask, person: Account) -> dict[str, str | int]:
    """What the links of letters carry."""
    now = clock.now()
    with writing() as session:
        recovery = Recovery(
            account_id=person.id, created_at=now, expires_at=now + timedelta(days=1)
        )
        session.add(recovery)
        session.flush()
    signer = app.extensions["signer"]
    return {
        "enlace": signer.sign(RECOVERY, recovery.id),
        "invitación": invitations.token_of(
            db.session.scalars(select(Invitation).limit(1)).one(), signer
        ),
        "parar avisos": signer.sign(STOP_NOTICES, person.id),
    }


STAFF = tuple(str(role) for role in Role)

"""A requerimiento in the words of its citizen, made from its rows: nothing here asks the database.

What only concerns the office stays out: internal notes, and the names of its people except for
whoever signs an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from app import clock
from app.domain.calendar import Calendar
from app.domain.deadline import Light, Tone, light_for
from app.domain.requerimiento import Action, Channel, Status
from app.models import Attachment, Event, Message, MessageKind, Requerimiento
from app.services.cases import CaseFile
from app.web import day, directory, entity, short_day

# The way of most requerimientos; the rest end in a step of their own.
WAY = (Status.FILED, Status.ASSIGNED, Status.IN_PROGRESS, Status.ANSWERED)
AT_THE_COUNTER = {
    Channel.IN_PERSON: "en persona",
    Channel.PHONE: "por teléfono",
    Channel.LETTER: "por carta",
}


@dataclass(frozen=True)
class Term:
    """By when the answer is due and how that is counted. `counted` is 0 before the first day."""

    due_on: date
    counted: int
    total: int
    light: Light | None
    ended: str
    explained: str
    source: str


@dataclass(frozen=True)
class Step:
    """A step of the track; `state` is done, current or todo."""

    label: str
    state: str
    when: str = ""


@dataclass(frozen=True)
class FileLink:
    """A file that can be downloaded."""

    url: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Turn:
    """A turn of the conversation."""

    side: str
    author: str
    when: datetime
    title: str
    body: str
    attachments: Sequence[FileLink]
    is_answer: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the history."""

    when: datetime
    title: str
    author: str = ""
    note: str = ""


def calendar_of(case: Requerimiento) -> Calendar:
    """The business days of the entity that answers."""
    house = directory().get(case.entity_id, clock.now()) or entity()
    return house.calendar


def light_of(case: Requerimiento, today: date) -> Light | None:
    """How near the answer is, or that it came; None for what ended without one."""
    if case.answered_at is not None:
        return Light(Tone.DONE, f"Respondido el {short_day(case.answered_at)}")
    return light_for(case.due_on, today, calendar_of(case)) if case.status.is_open else None


def ended(case: Requerimiento) -> str:
    """How a case that nobody will answer ended: «Anulado el 9 abr 2026»."""
    on = f" el {short_day(case.closed_at)}" if case.closed_at else ""
    return f"{case.status.label}{on}"


def term_of(case: Requerimiento) -> Term:
    """The term of a case as it stands today."""
    calendar, today = calendar_of(case), clock.now().date()
    end = case.answered_at or case.closed_at
    return Term(
        due_on=case.due_on,
        counted=calendar.count(case.received_on, end.date() if end else today),
        total=case.term_days,
        light=light_of(case, today),
        ended=ended(case),
        explained=_explained(case, calendar),
        source=case.term_source,
    )


def _explained(case: Requerimiento, calendar: Calendar) -> str:
    first = calendar.add(case.received_on, 1)
    late = ""
    if case.received_on != case.received_at.date():
        late = (
            "Llegó fuera del horario de atención y se entiende recibido el "
            f"{day(case.received_on)}. "
        )
    weekend = "domingos" if calendar.saturday_counts else "sábados, domingos"
    return (
        f"{late}Son {case.term_days} días hábiles desde el día siguiente: el primero es el "
        f"{day(first)} y el último, el {day(case.due_on)}. No cuentan {weekend}, festivos ni los "
        "días en que la Secretaría suspende los términos."
    )


def headline(case: Requerimiento, term: Term) -> str:
    """The sentence that answers «¿en qué va?»."""
    where = _where_it_is(case)
    if not case.status.is_open:
        return where
    if case.due_on < clock.now().date():
        late = term.light.words.removeprefix("Vencido hace ") if term.light else ""
        return (
            f"{where} La respuesta debía llegar a más tardar el {day(case.due_on)}. "
            f"Lleva {late} de retraso."
        )
    count = f"día hábil {term.counted} de {term.total}"
    if term.counted == 0:
        count = f"{term.total} días hábiles, que se cuentan desde el día siguiente"
    today = "hoy, " if case.due_on == clock.now().date() else "el "
    return f"{where} La respuesta vence {today}{day(case.due_on)}: {count}."


def _where_it_is(case: Requerimiento) -> str:
    office = case.office.name if case.office else ""
    end = case.closed_at or case.answered_at
    on = f" el {day(end)}" if end else ""
    words = {
        Status.FILED: f"Radicado: lo recibe {office}."
        if office
        else "Radicado: falta que la Secretaría lo asigne a una dependencia.",
        Status.ASSIGNED: f"Asignado a {office}.",
        Status.IN_PROGRESS: f"En trámite en {office}.",
        Status.WAITING: "La Secretaría espera información suya.",
        Status.ANSWERED: f"Respondido{on}{f' por {office}' if office else ''}.",
        Status.ANNULLED: f"El radicado se anuló{on}. Vea el motivo en la historia.",
    }
    return words.get(case.status, f"{case.status.label}{on}.")


def steps_of(file: CaseFile) -> list[Step]:
    """The track, from the filing to where it will end."""
    case = file.requerimiento
    reached: dict[Status, str] = {}
    for event in file.events:
        reached.setdefault(event.status, short_day(event.happened_at))
    way = [*WAY]
    if case.status not in (*WAY, Status.WAITING):
        passed = [status for status in WAY if status in reached]
        way = [*passed, case.status]
    here = Status.IN_PROGRESS if case.status is Status.WAITING else case.status
    place = way.index(here)
    return [
        Step(
            label=status.label,
            state=_state(number, place, is_over=not case.status.is_open),
            when=reached.get(status, "") if number <= place else "",
        )
        for number, status in enumerate(way)
    ]


def _state(number: int, place: int, *, is_over: bool) -> str:
    if number < place or (number == place and is_over):
        return "done"
    return "current" if number == place else "todo"


def conversation(file: CaseFile) -> list[Turn]:
    """What was said, from the filing on."""
    case = file.requerimiento
    channel = AT_THE_COUNTER.get(case.channel)
    filing = Turn(
        side="citizen",
        author=f"Usted, {channel}" if channel else "Usted",
        when=case.received_at,
        title="",
        body=case.body,
        attachments=links(file.attachments),
    )
    return [filing, *(_turn(message, file) for message in file.messages)]


def _turn(message: Message, file: CaseFile) -> Turn:
    is_theirs = message.kind is MessageKind.CONTRIBUTION
    is_answer = message.kind is MessageKind.ANSWER
    return Turn(
        side="citizen" if is_theirs else "office",
        author="Usted" if is_theirs else _signature(message, file.requerimiento),
        when=message.written_at,
        title=f"Respuesta {message.radicado}" if is_answer else "",
        body=message.body,
        attachments=links(file.files_of.get(message.id, [])),
        is_answer=is_answer,
    )


def _signature(message: Message, case: Requerimiento) -> str:
    """The office; and who signs, if it is the answer."""
    office = message.author.office.name if message.author.office else case.entity.name
    if message.kind is MessageKind.ANSWER:
        return f"{message.author.display_name}, {office}"
    return office


def links(files: Sequence[Attachment]) -> list[FileLink]:
    """Files with the address that serves them."""
    return [
        FileLink(
            url_for("files.download", public_id=file.public_id), file.name, file.size, file.sha256
        )
        for file in files
    ]


def history(file: CaseFile) -> list[Line]:
    """What happened, the latest first. Of the notes of the office only two are the citizen's:
    the radicado of the answer, and why a radicado was annulled."""
    case = file.requerimiento
    assigned = [event for event in file.events if event.action is Action.ASSIGN]
    lines = [
        Line(
            when=event.happened_at,
            title=_told(event, case, is_latest=event in assigned[-1:]),
            note=event.note if event.action in (Action.ANSWER, Action.ANNUL) else "",
        )
        for event in file.events
        if event.action is not Action.NOTE
    ]
    return lines[::-1]


def _told(event: Event, case: Requerimiento, *, is_latest: bool) -> str:
    channel = AT_THE_COUNTER.get(case.channel, "en línea")
    office = case.office.name if case.office and is_latest else "una dependencia"
    return {
        Action.FILE: f"Usted lo radicó {channel}",
        Action.ASSIGN: f"La Secretaría lo asignó a {office}",
        Action.START: "La dependencia empezó a trabajar en él",
        Action.MESSAGE: "La Secretaría le escribió",
        Action.CONTRIBUTE: "Usted envió más información",
        Action.ANSWER: "La Secretaría respondió",
        Action.CLOSE: "La Secretaría lo cerró",
    }.get(event.action, event.action.done)


def next_steps(case: Requerimiento) -> list[str]:
    """What happens after the filing, and by when."""
    citizen = case.citizen
    if citizen.notify_by_email and citizen.email:
        told = "Le avisamos por correo de cada cambio."
    else:
        told = (
            "Entre cuando quiera a ver en qué va. Si prefiere que le avisemos por correo, pídalo "
            "en Mis datos."
        )
    return [
        "La Secretaría lo asigna a la dependencia que lo atiende.",
        told,
        f"A más tardar el {day(case.due_on)} recibe la respuesta, aquí mismo.",
    ]

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
from app.domain import acts, lateness
from app.domain.course import Course
from app.domain.deadline import Light, Tone
from app.domain.events import AskedToComplete
from app.domain.explanation import Explanation
from app.domain.requerimiento import Action, Channel, Status
from app.domain.silence import Effect, Silence
from app.explained import clock_of, light_of_row, silence_now, waiting_light
from app.models import Account, Attachment, Event, Message, MessageKind, Requerimiento
from app.services.cases import CaseFile
from app.services.legal_letters import (
    REPROMISED,
    TITLES,
    opened_letters,
    repromised,
    titles_of,
)
from app.services.readings import Openings
from app.web import day, short_day

# The way of most requerimientos; the rest end in a step of their own.
WAY = (Status.FILED, Status.ASSIGNED, Status.IN_PROGRESS, Status.ANSWERED)
AT_THE_COUNTER = {
    Channel.IN_PERSON: "en persona",
    Channel.PHONE: "por teléfono",
    Channel.LETTER: "por carta",
}
# The lines of the history whose note the citizen reads too.
TOLD = frozenset({Action.ANSWER, Action.MOVE, Action.NOTIFY, *TITLES})
# What the office does among itself, which is not told.
INSIDE = frozenset(
    {
        *(Action.NOTE, Action.RELEASE, Action.SUBMIT, Action.APPROVE, Action.RETURN, Action.UNDO),
        *(Action.LINK, Action.UNLINK, Action.RESERVE, Action.UNRESERVE, Action.RECUSE),
    }
)
# What the citizen does, on line or through a clerk.
THEIRS = {
    Action.CONTRIBUTE: "Usted envió más información",
    Action.ASK_MORE_TIME: "Usted pidió más plazo para completar",
    Action.COMPLETE: "Usted entregó lo que faltaba",
    Action.CLARIFY: "Usted lo aclaró",
    Action.WITHDRAW: "Usted desistió",
    Action.ACCEPT_NOTICES: "Usted aceptó la notificación electrónica",
    Action.REFUSE_NOTICES: "Usted ya no acepta la notificación electrónica",
}


@dataclass(frozen=True)
class Term:
    """By when the answer is due, and how; `due_on` is None while the clock stands."""

    due_on: date | None
    explanation: Explanation
    light: Light | None
    ended: str
    course: Course


@dataclass(frozen=True)
class Asked:
    """What the office waits for from the citizen, in the words of its letter, and until when.
    `may_still` is what is true once that time has passed: "" while it runs."""

    title: str
    words: str
    paper: str
    until: date
    may_still: str
    can_ask_more_time: bool


@dataclass(frozen=True)
class Late:
    """What the citizen of an overdue case may do, and a text that says it for them."""

    title: str
    meaning: str
    source: str
    text: str


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
    paper: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the history."""

    when: datetime
    title: str
    author: str = ""
    note: str = ""


def light_of(case: Requerimiento, today: date) -> Light | None:
    """How near the answer is, or that it came; None for what ended without one."""
    if case.answered_at is not None:
        return Light(Tone.DONE, f"Respondido el {short_day(case.answered_at)}")
    if case.status is Status.WAITING:
        return waiting_light(case.due_on, today)
    return light_of_row(case, today) if case.status.is_open else None


def ended(case: Requerimiento) -> str:
    """How a case that nobody will answer ended: «Anulado el 9 abr 2026»."""
    on = f" el {short_day(case.closed_at)}" if case.closed_at else ""
    return f"{case.status.label}{on}"


def term_of(case: Requerimiento, lines: Sequence[Event]) -> Term:
    """The term of a case as it stands today."""
    today = clock.now().date()
    ticking = clock_of(case, lines, today)
    return Term(
        due_on=ticking.explanation.due_on,
        explanation=ticking.explanation,
        light=_light_of(case, ticking.course, today),
        ended=ended(case),
        course=ticking.course,
    )


def _light_of(case: Requerimiento, course: Course, today: date) -> Light | None:
    """The same by all that happened to it, which a list does not know."""
    if not case.status.is_open or course.due_on is None:
        return light_of(case, today)
    return lateness.light_of(course, course.due_on, today)


def headline(case: Requerimiento, term: Term) -> str:
    """The sentence that answers «¿en qué va?»."""
    where = _where_it_is(case)
    if case.status is Status.REFERRED:
        return term.explanation.sentence
    if not case.status.is_open:
        return where
    if term.due_on is None or term.course.is_promise:
        return f"{where} {term.explanation.sentence}"
    today = clock.now().date()
    if term.due_on < today:
        late = term.light.words.removeprefix("Vencido hace ") if term.light else ""
        return (
            f"{where} La respuesta debía llegar a más tardar el {day(term.due_on)}. "
            f"Lleva {late} de retraso."
        )
    total = term.explanation.days
    count = f"día hábil {term.explanation.counted} de {total}"
    if term.explanation.counted == 0:
        count = f"{total} días hábiles, que se cuentan desde el día siguiente"
    when = "hoy, " if term.due_on == today else "el "
    return f"{where} La respuesta vence {when}{day(term.due_on)}: {count}."


def asked_of(file: CaseFile, term: Term, now: datetime) -> Asked | None:
    """What the office waits for, if it does, as its letter went."""
    stop = term.course.waiting
    if stop is None:
        return None
    completes = isinstance(stop.asked, AskedToComplete)
    action = Action.ASK_TO_COMPLETE if completes else Action.ASK_TO_CLARIFY
    letter = next((m for m in reversed(file.messages) if m.action is action), None)
    end = "declare que desistió" if completes else "archive su requerimiento"
    may_still = f"Todavía puede enviarlo, mientras la entidad no {end}."
    more_time = acts.refusal(term.course, Action.ASK_MORE_TIME, now) is None
    return Asked(
        title=f"Le piden {'completar' if completes else 'aclarar'} su requerimiento",
        words=letter.body if letter else "",
        paper=_paper_of(letter, file.requerimiento) if letter else "",
        until=stop.citizen_until,
        may_still=may_still if now.date() > stop.citizen_until else "",
        can_ask_more_time=more_time,
    )


def late_of(case: Requerimiento, term: Term, today: date) -> Late | None:
    """What the citizen may do once the answer is late, by the law and no more."""
    if not case.status.is_open or term.due_on is None or today <= term.due_on:
        return None
    silence = silence_now(case, term.course, today)
    filed = f"Radiqué el requerimiento {case.radicado} el {day(case.received_at)}."
    law = term.course.ends_on or term.due_on
    if today <= law:
        return _late_by_promise(term.course.term.source, term.due_on, law, filed)
    due = f"La respuesta venció el {day(law)} y no la he recibido."
    if silence is None:
        return Late(
            title="La respuesta está atrasada",
            meaning=(
                "La entidad sigue obligada a responderle. Puede pedirle aquí mismo que lo haga. No "
                "responder a tiempo es una falta disciplinaria (Ley 1437 de 2011, artículo 31)."
            ),
            source=term.explanation.source,
            text=f"{filed} {due} Les pido que respondan. Norma: {term.explanation.source}.",
        )
    asks = "Les recuerdo que siguen obligados a responder: les pido que lo hagan"
    if silence.effect is Effect.POSITIVE:
        asks = _asks_for_what_was_accepted(silence, today)
    return Late(
        title="La respuesta no llegó a tiempo",
        meaning=silence.meaning,
        source=silence.source,
        text=f"{filed} {due} {asks}. Norma: {silence.source}.",
    )


def _asks_for_what_was_accepted(silence: Silence, today: date) -> str:
    by = silence.hand_over_by or silence.since
    owed = f"les pido que me entreguen lo que pedí, a más tardar el {day(by)}"
    if today > by:
        owed = f"debían entregarme lo que pedí a más tardar el {day(by)}, y les pido que lo hagan"
    return f"La ley la entiende aceptada: {owed}"


def can_be_reached(citizen: Account) -> bool:
    """Whether the office has some way to tell them of what it wrote."""
    return bool(citizen.email or citizen.phone or citizen.address)


def _late_by_promise(source: str, promised: date, law: date, filed: str) -> Late:
    """The entity undertook to answer sooner than the law commands, and did not."""
    return Late(
        title="La entidad no cumplió su compromiso",
        meaning=(
            f"Se comprometió a responder a más tardar el {day(promised)}, antes de lo que manda la "
            f"ley, y no lo ha hecho. Por ley tiene hasta el {day(law)}. Puede pedirle aquí mismo "
            "que cumpla."
        ),
        source=source,
        text=(
            f"{filed} La entidad se comprometió a responder a más tardar el {day(promised)} y no "
            f"he recibido la respuesta. Les pido que cumplan su compromiso ({source})."
        ),
    )


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
    titles = titles_of(case, file.events, file.messages)
    turns = (_turn(one, file, titles.get(one.id, "")) for one in file.messages)
    return [filing, *turns]


def _turn(message: Message, file: CaseFile, title: str) -> Turn:
    is_theirs = message.kind is MessageKind.CONTRIBUTION
    is_answer = message.kind is MessageKind.ANSWER
    is_own = message.author_id == file.requerimiento.citizen_id
    theirs = "Usted" if is_own else "Usted, en la ventanilla"
    return Turn(
        side="citizen" if is_theirs else "office",
        author=theirs if is_theirs else _signature(message, file.requerimiento),
        when=message.written_at,
        title=title,
        body=message.body,
        attachments=links(file.files_of.get(message.id, [])),
        is_answer=is_answer,
        paper=_paper_of(message, file.requerimiento),
    )


def _paper_of(message: Message, case: Requerimiento) -> str:
    """Where the letter is downloaded; "" for what has no radicado."""
    if not message.radicado:
        return ""
    return url_for("citizen.letter", radicado=case.radicado, code=message.radicado)


def _signature(message: Message, case: Requerimiento) -> str:
    """The office; and who signs, if it is the answer or a letter of the law."""
    office = message.author.office.name if message.author.office else case.entity.name
    if message.radicado and message.author_id != case.citizen_id:
        return f"{message.author.display_name}, {office}"
    return office


def opened_by(openings: Sequence[Openings]) -> list[str]:
    """Who of the office opened a sensitive case, by what they are and never by name."""
    return [
        f"{one.role.label}{f' de {one.office}' if one.office else ''}, "
        f"{'1 vez' if one.times == 1 else f'{one.times} veces'}, la última el {day(one.last_at)}."
        for one in openings
    ]


def links(files: Sequence[Attachment]) -> list[FileLink]:
    """Files with the address that serves them."""
    return [
        FileLink(
            url_for("files.download", public_id=file.public_id), file.name, file.size, file.sha256
        )
        for file in files
    ]


def history(file: CaseFile) -> list[Line]:
    """What happened, the latest first. The notes of the office are not the citizen's, but for the
    radicado of the answer, why a radicado was annulled and what the law has the office tell."""
    case = file.requerimiento
    assigned = [event for event in file.events if event.action is Action.ASSIGN]
    opened = opened_letters(file.events, file.messages)
    said = {event.id: REPROMISED for event in repromised(case, file.events)}
    said |= {number: f"Usted abrió {what}" for number, what in opened.items()}
    lines = [
        Line(
            when=event.happened_at,
            title=said.get(event.id) or _told(event, case, is_latest=event in assigned[-1:]),
            note=event.note if event.action in TOLD else "",
        )
        for event in file.events
        if event.action not in INSIDE and (event.action is not Action.OPEN or event.id in opened)
    ]
    return lines[::-1]


def _told(event: Event, case: Requerimiento, *, is_latest: bool) -> str:
    channel = AT_THE_COUNTER.get(case.channel, "en línea")
    office = case.office.name if case.office and is_latest else "una dependencia"
    if event.action in THEIRS:
        where = "" if event.author_id == case.citizen_id else ", en la ventanilla"
        return THEIRS[event.action] + where
    return {
        Action.FILE: f"Usted lo radicó {channel}",
        Action.ASSIGN: f"La Secretaría lo asignó a {office}",
        Action.START: "La dependencia empezó a trabajar en él",
        Action.MESSAGE: "La Secretaría le escribió",
        Action.HAND_OVER: "La Secretaría lo pasó a otra dependencia",
        Action.ANSWER: "La Secretaría respondió",
        Action.CLOSE: "La Secretaría lo cerró",
        Action.ASK_TO_COMPLETE: "La Secretaría le pidió completarlo",
        Action.ASK_TO_CLARIFY: "La Secretaría le pidió aclararlo",
        Action.MOVE: "Cambió la fecha de vencimiento",
        Action.RETURN_MAIL: "Un correo que le enviamos no llegó",
        Action.NOTIFY: "La Secretaría lo notificó por otro medio",
    }.get(event.action, event.action.done)


def next_steps(case: Requerimiento, due_on: date) -> list[str]:
    """What happens after the filing, and by when."""
    citizen = case.citizen
    if citizen.notify_by_email and citizen.email:
        told = "Le avisamos por correo de cada cambio."
    elif citizen.is_guest:
        told = "Entre cuando quiera a Seguimiento, con el radicado y la clave, a ver en qué va."
    else:
        told = (
            "Entre cuando quiera a ver en qué va. Si prefiere que le avisemos por correo, pídalo "
            "en Mis datos."
        )
    return [
        "La Secretaría lo asigna a la dependencia que lo atiende.",
        told,
        f"A más tardar el {day(due_on)} recibe la respuesta, aquí mismo.",
    ]

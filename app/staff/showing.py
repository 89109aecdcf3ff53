"""What the templates of a case show, made from its rows: clock, conversation, actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from app.domain.deadline import Light, Tone, light_for
from app.domain.requerimiento import Action, Channel
from app.models import Attachment, Message, MessageKind, Requerimiento
from app.services.cases import CaseFile
from app.web import entity, short_day

ENDPOINTS = {
    Action.ANSWER: "staff.answer",
    Action.ASSIGN: "staff.assign",
    Action.START: "staff.start",
    Action.MESSAGE: "staff.write",
    Action.NOTE: "staff.note",
    Action.CLOSE: "staff.close",
    Action.ANNUL: "staff.annul",
}
# The next step of the work comes first.
ORDER = (
    Action.ANSWER,
    Action.CLOSE,
    Action.ASSIGN,
    Action.START,
    Action.MESSAGE,
    Action.NOTE,
    Action.ANNUL,
)


@dataclass(frozen=True)
class Clock:
    """Where the term stands. `counted` is 0 until its first business day."""

    light: Light
    counted: int
    total: int
    due_on: date
    source: str


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
    opened_at: datetime | None = None
    reaches_citizen: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the history."""

    when: datetime
    title: str
    author: str
    note: str


@dataclass(frozen=True)
class Button:
    """An action that the state and the role allow now."""

    action: Action
    label: str
    url: str


def clock_of(case: Requerimiento, today: date) -> Clock:
    """The term of a case: how near it is, or how it ended."""
    calendar = entity().calendar
    ended = case.answered_at or case.closed_at
    until = ended.date() if ended else today
    return Clock(
        light=_light(case, today),
        counted=calendar.count(case.received_on, until),
        total=case.term_days,
        due_on=case.due_on,
        source=case.term_source,
    )


def _light(case: Requerimiento, today: date) -> Light:
    if case.answered_at is not None:
        answered_on = case.answered_at.date()
        if answered_on > case.due_on:
            return Light(Tone.RED, f"Respondido fuera de término, el {short_day(answered_on)}")
        return Light(Tone.DONE, f"Respondido a tiempo, el {short_day(answered_on)}")
    if not case.status.is_open:
        return Light(Tone.DONE, case.status.label)
    return light_for(case.due_on, today, entity().calendar)


def conversation(file: CaseFile) -> list[Turn]:
    """What was said, from the filing on."""
    case = file.requerimiento
    filing = Turn(
        side="citizen",
        author=case.citizen.display_name,
        when=case.received_at,
        title="",
        body=case.body,
        attachments=links(file.attachments),
    )
    return [filing, *(_turn(message, file) for message in file.messages)]


def _turn(message: Message, file: CaseFile) -> Turn:
    side = {MessageKind.CONTRIBUTION: "citizen", MessageKind.NOTE: "note"}.get(
        message.kind, "office"
    )
    return Turn(
        side=side,
        author=message.author.display_name,
        when=message.written_at,
        title=f"Respuesta {message.radicado}" if message.radicado else "",
        body=message.body,
        attachments=links(file.files_of.get(message.id, [])),
        opened_at=message.opened_at,
        reaches_citizen=side == "office",
    )


def history(file: CaseFile) -> list[Line]:
    """What was done, the latest first."""
    return [
        Line(event.happened_at, event.action.done, event.author.display_name, event.note)
        for event in reversed(file.events)
    ]


def links(files: Sequence[Attachment]) -> list[FileLink]:
    """Files with the address that serves them."""
    return [
        FileLink(
            url_for("files.download", public_id=file.public_id), file.name, file.size, file.sha256
        )
        for file in files
    ]


def buttons(case: Requerimiento, actions: set[Action]) -> list[Button]:
    """The actions that are allowed now, the next step of the work first."""
    return [
        Button(action, action.label, url_for(ENDPOINTS[action], radicado=case.radicado))
        for action in ORDER
        if action in actions
    ]


def how_it_came(case: Requerimiento) -> str:
    """The channel and, at the counter, who received it."""
    if case.clerk is None or case.channel is Channel.WEB:
        return case.channel.label
    return f"{case.channel.label}. Lo recibió {case.clerk.display_name}"


def how_to_tell(case: Requerimiento) -> str:
    """How the citizen learns of what the office writes; "" when the system tells them."""
    citizen = case.citizen
    if citizen.email and citizen.notify_by_email:
        return ""
    if not citizen.email:
        return "No tiene correo registrado: comuníquele por teléfono o a su dirección."
    return "No pidió avisos por correo: solo se entera si entra al sistema."

"""What the templates of a case show, made from its rows: clock, conversation, actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from app.domain import acts, lateness
from app.domain.course import Course
from app.domain.deadline import Light, Tone
from app.domain.requerimiento import Action, Channel
from app.explained import waiting_light
from app.models import Account, Attachment, Message, MessageKind, Requerimiento
from app.services import casework
from app.services.cases import CaseFile
from app.services.legal_letters import REPROMISED, opened_letters, repromised, titles_of
from app.services.related import Relatives
from app.web import short_day

ENDPOINTS = {
    Action.ANSWER: "staff.answer",
    Action.ASSIGN: "staff.assign",
    Action.START: "staff.start",
    Action.MESSAGE: "staff.write",
    Action.NOTE: "staff.note",
    Action.CLOSE: "staff.close",
    Action.ANNUL: "staff.annul",
    Action.ASK_TO_COMPLETE: "staff.require",
    Action.ASK_TO_CLARIFY: "staff.clarify",
    Action.EXTEND: "staff.extend",
    Action.REFER: "staff.refer",
    Action.REJECT: "staff.reject",
    Action.DECLARE_WITHDRAWN: "staff.withdraw",
    Action.SHELVE: "staff.shelve",
    Action.PRIORITISE: "staff.prioritise",
    Action.NOTIFY: "staff.notify",
    Action.CONTRIBUTE: "staff.receive",
    Action.ASK_MORE_TIME: "staff.more_time",
    Action.WITHDRAW: "staff.take_withdrawal",
    Action.HAND_OVER: "staff.hand_over",
    Action.RELEASE: "staff.release",
    Action.RESERVE: "staff.reserve_case",
    Action.UNRESERVE: "staff.unreserve_case",
    Action.RECUSE: "staff.recuse",
    Action.RULE: "staff.rule_on_appeal",
}
# The next step of the work comes first.
ORDER = (
    Action.RULE,
    Action.ANSWER,
    Action.CLOSE,
    Action.ASSIGN,
    Action.START,
    Action.MESSAGE,
    Action.NOTE,
)
# What happens, or the law admits, now and then: links below the buttons, those of one purpose
# together, and the annulment last of all.
GROUPS = {
    "Moverlo": (Action.HAND_OVER, Action.RELEASE),
    "Lo que trae o pide la persona": (
        Action.CONTRIBUTE,
        Action.ASK_MORE_TIME,
        Action.WITHDRAW,
        Action.NOTIFY,
    ),
    "Quién puede verlo": (Action.RESERVE, Action.UNRESERVE, Action.RECUSE),
    "Lo que permite la ley": (
        Action.ASK_TO_COMPLETE,
        Action.ASK_TO_CLARIFY,
        Action.EXTEND,
        Action.REFER,
        Action.PRIORITISE,
        Action.REJECT,
        Action.DECLARE_WITHDRAWN,
        Action.SHELVE,
        Action.ANNUL,
    ),
}
# The words for what a citizen does on line and the counter takes down for whoever comes.
FOR_THE_PERSON = {
    Action.CONTRIBUTE: "Recibir lo que trae la persona",
    Action.ASK_MORE_TIME: "Dar más plazo a la persona",
    Action.WITHDRAW: "Recibir el desistimiento de la persona",
}


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
    paper: str = ""
    is_unsent: bool = False
    is_answer: bool = False


@dataclass(frozen=True)
class News:
    """What happened in a case while somebody wrote in it."""

    when: datetime
    title: str
    author: str
    note: str
    body: str


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


def light_of(case: Requerimiento, course: Course, today: date) -> Light:
    """How near the answer is, or how the case ended."""
    if case.answered_at is not None:
        answered_on = case.answered_at.date()
        if course.ends_on is not None and answered_on > course.ends_on:
            return Light(Tone.RED, f"Respondido fuera de término, el {short_day(answered_on)}")
        if course.due_on is not None and answered_on > course.due_on:
            return Light(Tone.DONE, f"Respondido tras el compromiso, el {short_day(answered_on)}")
        return Light(Tone.DONE, f"Respondido a tiempo, el {short_day(answered_on)}")
    if not case.status.is_open:
        return Light(Tone.DONE, case.status.label)
    if course.due_on is None:
        return waiting_light(case.due_on, today)
    return lateness.light_of(course, course.due_on, today)


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
    titles = titles_of(case, file.events, file.messages)
    turns = (_turn(one, file, titles.get(one.id, "")) for one in file.messages)
    return [filing, *turns]


def _turn(message: Message, file: CaseFile, title: str) -> Turn:
    side = {MessageKind.CONTRIBUTION: "citizen", MessageKind.NOTE: "note"}.get(
        message.kind, "office"
    )
    case = file.requerimiento
    is_theirs = message.author_id == case.citizen_id
    author = message.author.display_name
    if side == "citizen" and not is_theirs:
        author = f"{case.citizen.display_name}, lo recibió {author}"
    if side == "office" and is_theirs:  # the citizen acted, and the system said that it was taken
        author = case.entity.name
    return Turn(
        side=side,
        author=author,
        when=message.written_at,
        title="Respuesta sin enviar" if message.prepared is not None else title,
        body=message.body,
        attachments=links(file.files_of.get(message.id, [])),
        opened_at=message.opened_at,
        reaches_citizen=side == "office",
        is_unsent=message.prepared is not None,
        is_answer=message.kind is MessageKind.ANSWER,
        paper=_paper_of(message, file.requerimiento),
    )


def _paper_of(message: Message, case: Requerimiento) -> str:
    """Where the letter is downloaded; "" for what has no radicado."""
    if not message.radicado:
        return ""
    return url_for("staff.letter", radicado=case.radicado, code=message.radicado)


def history(file: CaseFile) -> list[Line]:
    """What was done, the latest first."""
    opened = opened_letters(file.events, file.messages)
    said = {event.id: REPROMISED for event in repromised(file.requerimiento, file.events)}
    said |= {number: f"El ciudadano abrió {what}" for number, what in opened.items()}
    return [
        Line(
            event.happened_at,
            said.get(event.id, event.action.done),
            event.author.display_name if event.author else "",
            event.note,
        )
        for event in reversed(file.events)
        if event.action is not Action.OPEN or event.id in opened
    ]


def news(file: CaseFile, seen: int | None, reader: Account) -> list[News]:
    """What others did in the case since the reader had it before them, with what they wrote."""
    if seen is None:
        return []
    said = {message.id: message.body for message in file.messages}
    return [
        News(
            event.happened_at,
            event.action.done,
            event.author.display_name if event.author else "",
            event.note,
            said.get(event.message_id or 0, ""),
        )
        for event in file.events
        if event.id > seen and event.author_id != reader.id and event.action is not Action.OPEN
    ]


def links(files: Sequence[Attachment]) -> list[FileLink]:
    """Files with the address that serves them."""
    return [
        FileLink(
            url_for("files.download", public_id=file.public_id), file.name, file.size, file.sha256
        )
        for file in files
    ]


def buttons(
    case: Requerimiento, actions: set[Action], order: Sequence[Action] = ORDER
) -> list[Button]:
    """The actions that are allowed now, in that order."""
    return [
        Button(
            action,
            FOR_THE_PERSON.get(action, action.label),
            url_for(ENDPOINTS[action], radicado=case.radicado),
        )
        for action in order
        if action in actions
    ]


def groups(case: Requerimiento, actions: set[Action]) -> dict[str, list[Button]]:
    """The seldom actions that are allowed now, under the name of what they are for."""
    found = {label: buttons(case, actions, order) for label, order in GROUPS.items()}
    return {label: some for label, some in found.items() if some}


def admitted(
    case: Requerimiento,
    actions: set[Action],
    course: Course,
    now: datetime,
    *,
    notifiable: bool,
) -> set[Action]:
    """Of those actions, the ones that the law admits at this moment. `notifiable` says whether
    something went out that can be notified."""
    return {
        action
        for action in actions
        if acts.refusal(course, action, now) is None
        and not (action is Action.PRIORITISE and case.is_priority)
        and not (action is Action.NOTIFY and not notifiable)
        and not (action is Action.RULE and case.appealed_at is None)
        and not (action is Action.RELEASE and case.assignee_id is None)
        and not (action is Action.RESERVE and case.is_sensitive)
        and not (action is Action.UNRESERVE and not case.is_sensitive)
    }


def unlinkable(case: Requerimiento, kin: Relatives, reader: Account) -> set[str]:
    """The radicados of those linked, on the page of a case, that this person may take from under
    their leader."""
    followers = [case] if case.leader_id else [follower.case for follower in kin.followers]
    return {
        one.radicado for one in followers if casework.refusal(one, Action.UNLINK, reader) is None
    }


def how_it_came(case: Requerimiento) -> str:
    """The channel and, at the counter, who received it."""
    if case.clerk is None or case.channel is Channel.WEB:
        return case.channel.label
    return f"{case.channel.label}. Lo recibió {case.clerk.display_name}"


def how_to_tell(case: Requerimiento) -> str:
    """How the citizen learns of what the office writes; "" when the system tells them."""
    citizen = case.citizen
    if case.undelivered_at is not None:
        return "Los correos que se le envían vuelven sin llegarle: notifíquele por otro medio."
    if citizen.is_guest and not (citizen.email and citizen.notify_by_email):
        return "Radicó sin cuenta: lee la respuesta con el radicado y la clave."
    if citizen.email and citizen.notify_by_email:
        return ""
    if not citizen.email:
        return "No tiene correo registrado: comuníquele por teléfono o a su dirección."
    return "No pidió avisos por correo: solo se entera si entra al sistema."

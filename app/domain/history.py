"""What the rows of a case say, held against its history: all that follows from the lines, which
are chained (`register`), must be as they tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.domain.appeal import AGAINST_THEIR_WILL
from app.domain.consent import Decision, accepted
from app.domain.register import ERASED
from app.domain.requerimiento import Action, Kind, Status
from app.domain.reserve import Ground
from app.domain.telling import Untold, left_untold, still_untold, why_untold

CLOSING = frozenset(
    {
        *(Action.CLOSE, Action.REFER, Action.WITHDRAW, Action.DECLARE_WITHDRAWN),
        *(Action.SHELVE, Action.REJECT, Action.ANNUL),
    }
)
# How what came of a line is kept; of any other action it is a message to the citizen.
KINDS = {
    Action.ANSWER: "respuesta",
    Action.CONTRIBUTE: "aporte",
    Action.COMPLETE: "aporte",
    Action.CLARIFY: "aporte",
    Action.NOTE: "nota",
    Action.NOTIFY: "nota",
}
# The letters that have said of which act they are ever since there are any.
LETTERS = frozenset(
    {
        *(Action.ASK_TO_COMPLETE, Action.ASK_TO_CLARIFY, Action.EXTEND, Action.REFER),
        *(Action.DECLARE_WITHDRAWN, Action.SHELVE, Action.REJECT, Action.RULE),
    }
)
CONSENTS = {Action.ACCEPT_NOTICES: True, Action.REFUSE_NOTICES: False}


class Line(NamedTuple):
    """A line of the history."""

    action: Action
    status: Status
    author_id: int | None
    happened_at: datetime
    due_on: date | None = None
    message_id: int | None = None
    note: str = ""
    ground: str | None = None


class Standing(NamedTuple):
    """Where a case stands, as its row and that of its radicado say."""

    status: Status
    is_open: bool
    is_priority: bool
    received_at: datetime
    due_on: date
    answered_at: datetime | None
    closed_at: datetime | None
    undelivered_at: datetime | None
    annulled_at: datetime | None


class Said(NamedTuple):
    """A message of the case; what is `prepared` has not been sent."""

    id: int
    kind: str
    radicado: str | None
    author_id: int
    written_at: datetime
    opened_at: datetime | None
    prepared: bool = False
    action: Action | None = None
    taken_at: datetime | None = None


class Taken(NamedTuple):
    """What the radicado of a case says: when it was taken and, if it was annulled, by whom and
    why."""

    taken_at: datetime
    annulled_by_id: int | None
    annulment_reason: str


class Reserve(NamedTuple):
    """Whether a case is sensitive, and why it is or was."""

    is_sensitive: bool
    sensitive_ground: str | None


class Task(NamedTuple):
    """Whether what went out has still to be told otherwise, and since when (`telling`)."""

    untold: Untold | None
    untold_at: datetime | None


class Consent(NamedTuple):
    """A decision on being notified of the case."""

    account_id: int
    accepts: bool
    decided_at: datetime


_Row = Standing | Taken | Reserve


def standing_faults(case: Standing, lines: Sequence[Line]) -> Iterator[str]:
    """Where the row of a case is not what its history says."""
    if not lines or lines[0].action is not Action.FILE:
        yield "its history does not begin with its filing"
        return
    if any(line.action is Action.FILE for line in lines[1:]):
        yield "its history says twice that it was filed"
    yield from _differing(case, _as_told(lines, case.due_on))


def radicado_faults(radicado: Taken, lines: Sequence[Line]) -> Iterator[str]:
    """Where the radicado of a case is not what its history says."""
    if not lines:
        return
    author, why = None, ""
    for line in lines:
        if line.action is Action.ANNUL:
            author = line.author_id
            why = radicado.annulment_reason if line.note == ERASED else line.note
    yield from _differing(radicado, Taken(lines[0].happened_at, author, why))


def reserve_faults(case: Reserve, kind: Kind, lines: Iterable[Line]) -> Iterator[str]:
    """Where the mark of a sensitive case is not what its history says. A denuncia has it from its
    filing; what was filed before there was one has no line of it."""
    is_report = kind is Kind.REPORT
    told = Reserve(is_report, Ground.REPORT if is_report else None)
    for line in lines:
        if line.action is Action.RESERVE:
            told = Reserve(True, line.ground)
        elif line.action is Action.UNRESERVE:
            told = told._replace(is_sensitive=False)
    yield from _differing(case, told)


def _differing(row: _Row, told: _Row) -> Iterator[str]:
    for name, is_so, ought in zip(row._fields, row, told, strict=True):
        if is_so != ought:
            yield f"its {name} is {_shown(is_so)}, and its history says {_shown(ought)}"


def _as_told(lines: Sequence[Line], due_on: date) -> Standing:
    """Where the case stands by its lines; `due_on` where they are too old to say it."""
    status, answered, closed, annulled, returned = lines[-1].status, None, None, None, None
    is_priority = False
    for line in lines:
        action = line.action
        due_on = line.due_on or due_on
        if action is Action.ANSWER:
            answered = line.happened_at
        elif action in CLOSING:
            closed = line.happened_at
            annulled = line.happened_at if action is Action.ANNUL else annulled
        elif action is Action.PRIORITISE:
            is_priority = True
        elif action is Action.RETURN_MAIL:
            returned = returned or line.happened_at
        elif action is Action.NOTIFY:
            returned = None
    received = lines[0].happened_at
    return Standing(
        *(status, status.is_open, is_priority, received, due_on),
        *(answered, closed, returned, annulled),
    )


def message_faults(messages: Iterable[Said], lines: Iterable[Line]) -> Iterator[str]:
    """Where a message is not what the lines of its writing and of its opening say."""
    written: dict[int, Line] = {}
    opened: dict[int, Line] = {}
    for line in lines:
        if line.message_id is not None:
            told = opened if line.action is Action.OPEN else written
            told.setdefault(line.message_id, line)
    for message in messages:
        name = message.radicado or f"message {message.id}"
        origin, opening = written.get(message.id), opened.get(message.id)
        yield from (f"{name}: {fault}" for fault in _origin_faults(message, origin))
        at = opening.happened_at if opening else None
        if message.opened_at != at:
            is_so, ought = _shown(message.opened_at), _shown(at)
            yield f"{name}: its opened_at is {is_so}, and its history says {ought}"


def _origin_faults(message: Said, origin: Line | None) -> Iterator[str]:
    if origin is None:
        if not message.prepared:
            yield "no line of its history tells of it"
        return
    if not _is_from(message, origin):
        yield "its kind, author or moment is not the one that its history says"
    if not _is_letter_of(message, origin):
        yield "it is not the letter of the act that its history says"
    if message.radicado and message.taken_at != origin.happened_at:
        yield "its radicado was taken at another moment"


def _is_from(message: Said, line: Line) -> bool:
    return (message.kind, message.author_id, message.written_at) == (
        KINDS.get(line.action, "mensaje"),
        line.author_id,
        line.happened_at,
    )


def _is_letter_of(message: Said, line: Line) -> bool:
    if line.action in LETTERS:
        return message.action == line.action
    return message.action in (None, line.action)


def appeal_faults(appealed_at: datetime | None, lines: Iterable[Line]) -> Iterator[str]:
    """Whether since when something presented against the end of a case waits to be decided is not
    what its history says."""
    end, told = None, None
    for line in lines:
        if line.action in CLOSING:
            end = line.action
        elif line.action is Action.CONTRIBUTE and end in AGAINST_THEIR_WILL:
            told = told or line.happened_at
        elif line.action is Action.RULE:
            told = None
    if appealed_at != told:
        yield f"its appealed_at is {_shown(appealed_at)}, and its history says {_shown(told)}"


def consent_faults(consents: Iterable[Consent], lines: Iterable[Line]) -> Iterator[str]:
    """Whether the decisions on being notified of a case are those of its history."""
    told = [
        (line.author_id, CONSENTS[line.action], line.happened_at)
        for line in lines
        if line.action in CONSENTS
    ]
    if sorted(told, key=str) != sorted(map(tuple, consents), key=str):
        yield "what was decided on being notified of it is not what its history says"


def untold_faults(
    case: Task,
    citizen_id: int,
    lines: Iterable[Line],
    messages: Iterable[Said],
    elsewhere: Iterable[Decision],
) -> Iterator[str]:
    """Whether the task to tell the citizen otherwise is one that follows from what went out, what
    they opened, how they were notified, and what they had decided for this case or, `elsewhere`,
    for all of theirs."""
    ought = _tasks(citizen_id, list(lines), list(messages), list(elsewhere))
    if case not in ought:
        told = " or ".join(sorted(f"{_shown(one.untold)} since {_shown(one[1])}" for one in ought))
        is_so = f"{_shown(case.untold)} since {_shown(case.untold_at)}"
        yield f"its untold is {is_so}, and by its history it is {told}"


def _tasks(
    citizen_id: int, lines: Sequence[Line], messages: Sequence[Said], decisions: list[Decision]
) -> set[Task]:
    """Every task that a case may have. More than one, since no line says whether the citizen got
    mail when something went out, and what they opened may not have been noted."""
    letters = {message.id: message for message in messages if message.radicado}
    decisions += [
        Decision(CONSENTS[line.action], line.happened_at, about_case=True)
        for line in lines
        if line.action in CONSENTS
    ]
    tasks = {_NOTHING}
    for line in lines:
        answers = {accepted(decisions, line.happened_at - late) for late in (_AT_ONCE, _LATE)}
        if line.action is Action.NOTIFY:
            tasks = {_NOTHING}
        elif line.action is Action.OPEN:
            tasks |= {_opened(one, line, has, letters) for one in tasks for has in answers}
        elif line.message_id in letters and line.author_id != citizen_id:
            whys = {why_untold(gets_mail=mail, accepted=has) for mail in _EITHER for has in answers}
            went = {_after(one, why, line.happened_at) for one in tasks for why in whys}
            # The lines that do not say the due date may be of before the task was kept.
            tasks = went if line.due_on else went | tasks
    return tasks


_NOTHING = Task(None, None)
_EITHER = (True, False)
# What was decided so shortly before may have come after: who writes waits for who writes.
_AT_ONCE, _LATE = timedelta(0), timedelta(minutes=1)


def _after(task: Task, why: Untold | None, at: datetime) -> Task:
    left = still_untold(task.untold, why)
    return Task(left, (task.untold_at or at) if left else None)


def _opened(task: Task, line: Line, accepts: bool, letters: Mapping[int, Said]) -> Task:
    """The task once the citizen has opened something, if nothing that went out is left unread."""
    since = task.untold_at
    if since is None or any(
        since <= letter.written_at <= line.happened_at
        and (letter.opened_at is None or letter.opened_at > line.happened_at)
        for letter in letters.values()
    ):
        return task
    left = left_untold(accepted=accepts)
    return Task(left, since if left else None)


def _shown(value: object) -> str:
    return "none" if value is None else str(value)

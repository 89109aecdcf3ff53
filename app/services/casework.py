"""What the office and the citizen do with a requerimiento. Status and history change together,
in `move` (`services.history`), and nowhere else."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, undefer_group

from app.domain import acts
from app.domain.appeal import AGAINST_THEIR_WILL
from app.domain.errors import NotFound, RuleBroken
from app.domain.history import CLOSING
from app.domain.person import display_name
from app.domain.radicado import Direction, normalise_radicado
from app.domain.requerimiento import (
    Action,
    Channel,
    Status,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)
from app.domain.roles import NEEDED, Permission, Role, may, may_act
from app.extensions import db, writing
from app.models import Account, Draft, Event, Message, MessageKind, Office, Requerimiento
from app.models.requerimiento import RESERVE
from app.services import (
    cases,
    conflicts,
    courses,
    drafts,
    held,
    mentions,
    radicados,
    search,
    substitutes,
    untold,
)
from app.services.filing import checked_body, digests, name_of, rows_for
from app.services.history import move as move  # noqa: PLC0414 others ask for it here
from app.services.notices import tell_citizen, tell_colleague, tell_moved
from app.services.storage import StoredFile


class NotAllowed(RuleBroken):
    """The role, or the office, of the person does not admit the action."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Words with their files. `submission` names the form: the same words sent twice by it count
    once; other words, typed after going back to it, are new."""

    body: str
    submission: str
    files: Sequence[StoredFile] = ()


class Colleague(NamedTuple):
    """Somebody of the staff who can be given a requerimiento; where it was asked for, with how
    many they have open and, while they are away, until when and who stands in."""

    id: int
    name: str
    office_id: int | None
    open_cases: int | None = None
    away_until: date | None = None
    substitute: str = ""

    @property
    def described(self) -> str:
        """The name with what helps to choose: «Olga Prueba: 12 abiertos, ausente»."""
        words = self.name
        if self.open_cases is not None:
            words += f": {self.open_cases} abierto{'' if self.open_cases == 1 else 's'}"
        return f"{words}, ausente" if self.away_until is not None else words


def assign(
    radicado: str,
    *,
    author: Account,
    office_id: int,
    assignee_id: int | None,
    note: str = "",
    seen: str = "",
    despite: bool = False,
    in_bulk: bool = False,
    now: datetime,
) -> None:
    """Give the requerimiento to an office and, if named, to a person of the entity or, while that
    one is away, to who stands in. Who receives it is told by mail, unless it is one of hundreds
    `in_bulk`; the citizen, when that changes its state. `seen` is whose it was when the author
    decided it, as `held_by` says; `despite`, that it may go to whom its citizen writes about.

    Raises:
        FieldRefused: it is about that office or person, and nobody decided it or said why.
        RuleBroken: its answer is on its way, or the state, the role, the office or the person does
            not admit it, or it changed hands meanwhile.
    """
    with writing():
        case = case_for(radicado, Action.ASSIGN, author)
        on_its_way = held.obstacle(case.id)
        if on_its_way is not None:
            raise on_its_way
        check_unmoved(case, seen)
        before, had = case.status, case.assignee_id
        said = give(case, office_id, assignee_id, now.date(), note=note, despite=despite)
        move(case, Action.ASSIGN, author=author, note=joined(said, note), now=now)
        if case.assignee_id != had and not in_bulk:
            tell_receiver(case, author, now)
        if case.status is not before:
            tell_citizen(case, "status_changed", key=f"v{case.version}", now=now)


def start(radicado: str, *, author: Account, now: datetime) -> None:
    """Say that the office is working on it. Who starts what nobody had takes it."""
    with writing():
        case = case_for(radicado, Action.START, author)
        taken = case.assignee_id is None
        if taken:
            conflicts.check_taken(case, author)
            case.assignee = db.session.get_one(Account, author.id)
            case.office = case.office or case.assignee.office
        move(case, Action.START, author=author, note=_whose(case) if taken else "", now=now)
        tell_citizen(case, "status_changed", key=f"v{case.version}", now=now)


def write_to_citizen(radicado: str, words: Writing, *, author: Account, now: datetime) -> None:
    """Send the citizen a message that is not yet the answer."""
    with writing():
        case, words = _case_unless_written(radicado, Action.MESSAGE, author, words)
        if case is not None:
            message = add_message(case, MessageKind.MESSAGE, words, author=author, now=now)
            move(case, Action.MESSAGE, author=author, now=now, message=message)
            tell_citizen(case, "message", key=f"m{message.id}", now=now)


def note(radicado: str, words: Writing, *, author: Account, now: datetime) -> list[str]:
    """Leave an internal note, which the citizen never sees; return those whom it names and who
    could not be told."""
    with writing():
        case, words = _case_unless_written(radicado, Action.NOTE, author, words)
        if case is None:
            return []
        message = add_message(case, MessageKind.NOTE, words, author=author, now=now)
        move(case, Action.NOTE, author=author, now=now, message=message)
        return mentions.record(case, message, author=author, now=now)


def contribute(
    radicado: str,
    words: Writing,
    *,
    author: Account,
    channel: Channel = Channel.WEB,
    only_asks: bool = False,
    now: datetime,
) -> None:
    """Add what the citizen sends, or brings to the clerk who takes it. To a case that ended against
    their will it is an insistence or an appeal, to be decided. Where the office waits for
    it, the clock goes on (Ley 1437 of 2011, articles 17 and 19), unless it is `only_asks`: a
    question or a word on the way, and not yet what the office waits for.

    Raises:
        RuleBroken: the state or, at the counter, the role does not admit it.
    """
    with writing():
        case = load(radicado, author)
        unsent = unsent_words(case, words)
        if unsent is None:
            return
        check_own(case, Action.CONTRIBUTE, author)
        action, course = Action.CONTRIBUTE, None
        if case.status is Status.WAITING and not only_asks:
            action, course = acts.deliver(courses.load(case), at=now)
            case.due_on = courses.listed_on(course)
        message = add_message(case, MessageKind.CONTRIBUTION, unsent, author=author, now=now)
        move(case, action, author=author, note=taken(channel), now=now, message=message)
        if not case.status.is_open:
            is_appeal = _ended_by(case) in AGAINST_THEIR_WILL
            if is_appeal and case.appealed_at is None:
                case.appealed_at = now
            mentions.call(case, message, now=now, mailed=is_appeal)
        if course is not None:
            tell_moved(case, "status_changed", course, now=now)


def answer(radicado: str, words: Writing, *, author: Account, now: datetime) -> str:
    """Answer the citizen; return the outgoing radicado, taken in the same transaction.

    Raises:
        RuleBroken: the state or the role does not admit it, or the text is empty or too long.
    """
    with writing():
        case = load(radicado, author)
        earlier = written_by_form(case, words.submission)
        if earlier is not None and earlier.radicado and says_the_same(earlier, words):
            return earlier.radicado
        check(case, Action.ANSWER, author)
        message = add_message(case, MessageKind.ANSWER, words, author=author, now=now)
        return give_answer(case, message, author=author, now=now)


def give_answer(case: Requerimiento, message: Message, *, author: Account, now: datetime) -> str:
    """Make a message the answer of its case, within the transaction of the caller; return the
    outgoing radicado.

    Raises:
        LawRefuses: the case has ended.
    """
    acts.answer(courses.load(case), at=now)
    code = radicados.take(case.entity, Direction.OUTGOING, now)
    db.session.flush()
    message.radicado = code
    case.answered_at = now
    if case.status is Status.WAITING:  # the clock stood: no answer is late
        case.due_on = max(case.due_on, now.date())
    said = f"Radicado de salida {code}"
    move(case, Action.ANSWER, author=author, note=said, now=now, message=message)
    untold.went_out(case, now)
    tell_citizen(case, "answered", key=f"m{message.id}", now=now, answer_radicado=code)
    return code


def close(radicado: str, *, author: Account, now: datetime) -> None:
    """File away a requerimiento that was answered."""
    with writing():
        case = case_for(radicado, Action.CLOSE, author)
        case.closed_at = now
        move(case, Action.CLOSE, author=author, now=now)
        tell_citizen(case, "closed", key=f"v{case.version}", now=now)


def actions_for(case: Requerimiento, account: Account) -> set[Action]:
    """What this person may do now: the buttons of the page, read from the same tables."""
    return {action for action in Action if refusal(case, action, account) is None}


def refusal(case: Requerimiento, action: Action, account: Account) -> RuleBroken | None:
    """Why this person cannot take the action now, in words, or None."""
    if not may_act(account.role, action):
        return NotAllowed(f"Su rol no permite la acción «{action.label}».")
    needs_office = NEEDED[action] in (Permission.WORK, Permission.NOTIFY)
    is_near = case.assignee_id in {account.id, *account.stands_in_for} or (
        case.office_id is not None and case.office_id == account.office_id
    )
    if action is Action.START and case.office_id is None:
        is_near = True  # it waits for whoever takes it
    is_anywhere = account.may(Permission.ASSIGN) or (
        # Whoever comes to the counter is told there, wherever the case is.
        action is Action.NOTIFY and account.may(Permission.COUNTER)
    )
    if needs_office and not is_near and not is_anywhere:
        return NotAllowed(
            "Este requerimiento está a cargo de otra dependencia. Pida que se lo asignen."
        )
    if case.is_sensitive and NEEDED[action] is Permission.WORK and not _is_trusted(case, account):
        return NotAllowed(
            "Un caso sensible lo trabaja su equipo o quien lo tiene a cargo. Con un motivo puede "
            "leerlo y dejar notas: para trabajarlo, pida que se lo asignen."
        )
    try:
        _check_state(case, action)
    except RuleBroken as reason:
        return reason
    return None


def takes_more(case: Requerimiento) -> bool:
    """Whether the state admits more from the citizen: of what is closed, what was shelved."""
    is_over = case.status is Status.CLOSED and case.answered_at is not None
    return not is_over and Action.CONTRIBUTE in allowed_actions(case.status)


def _check_state(case: Requerimiento, action: Action) -> None:
    if action is Action.CONTRIBUTE and not takes_more(case):
        raise TransitionNotAllowed(case.status, action)
    next_status(case.status, action)


def _ended_by(case: Requerimiento) -> Action | None:
    """The last act that ended the case."""
    return db.session.scalar(
        select(Event.action)
        .filter_by(requerimiento_id=case.id)
        .where(Event.action.in_([*CLOSING, Action.ANSWER]))
        .order_by(Event.id.desc())
        .limit(1)
    )


def _is_trusted(case: Requerimiento, account: Account) -> bool:
    """Whether somebody who reads a sensitive case may work on it too, and so come to have it: a
    reason opens it to read, and makes nobody its holder."""
    return (
        account.in_reserve_team
        or account.may(Permission.ASSIGN)
        or case.assignee_id in {account.id, *account.stands_in_for}
    )


def events_since(case_id: int, seen: int | None, reader: Account) -> bool:
    """Whether somebody else did something in the case after the event that the reader saw last.
    Who only reads it stops nobody."""
    if seen is None:
        return False
    later = (
        select(Event.id)
        .filter_by(requerimiento_id=case_id)
        .where(Event.id > seen, Event.action != Action.OPEN)
    )
    others = Event.author_id.is_distinct_from(reader.id)
    return db.session.scalar(later.where(others).limit(1)) is not None


def last_events(case_ids: Collection[int], *, but: Account | None = None) -> dict[int, int]:
    """The last event of each of those cases; `but` what that person did, and who only read it."""
    query = (
        select(Event.requerimiento_id, func.max(Event.id))
        .where(Event.requerimiento_id.in_(case_ids))
        .group_by(Event.requerimiento_id)
    )
    if but is not None:
        others = Event.author_id.is_distinct_from(but.id)
        query = query.where(others, Event.action != Action.OPEN)
    return {row[0]: row[1] for row in db.session.execute(query)}


def keep_draft(
    radicado: str,
    name: str,
    body: str,
    *,
    submission: str,
    author: Account,
    now: datetime,
) -> None:
    """Keep what is being written, unless that very form was sent meanwhile.

    Raises:
        NotFound: the case is not this person's to see.
    """
    with writing():
        case = load(radicado, author)
        if written_by_form(case, submission) is None:
            form = f"{name}:{case.radicado}"
            fields = drafts.load(author.id, form) or {}
            drafts.save(author.id, form, {**fields, "body": body}, now)


_PEOPLE = (
    select(
        Account.id,
        Account.office_id,
        Account.person_kind,
        Account.first_names,
        Account.surnames,
        Account.legal_name,
        Account.username,
    )
    .where(Account.entity_id == bindparam("entity_id"), Account.is_active)
    .where(Account.role.in_([role for role in Role if may(role, Permission.WORK)]))
    .order_by(Account.first_names, Account.surnames, Account.id)
)


def people(entity_id: int) -> list[Colleague]:
    """Who can be given a requerimiento of the entity, by name."""
    rows = db.session.execute(_PEOPLE, {"entity_id": entity_id})
    return [
        Colleague(number, display_name(*name), office)
        for number, office, *name in cast(Iterable[Any], rows)
    ]


def case_for(radicado: str, action: Action, author: Account) -> Requerimiento:
    """Load a case for an action that this person may take now."""
    case = load(radicado, author)
    check(case, action, author)
    return case


def check_own(case: Requerimiento, action: Action, author: Account) -> None:
    """Refuse what is the citizen's to do if the state does not admit it or, when a clerk takes it
    for whoever comes, the role does not."""
    if author.is_staff or NEEDED[action] is not Permission.COUNTER:
        check(case, action, author)
    else:
        _check_state(case, action)


def taken(channel: Channel) -> str:
    """How a clerk took what is the citizen's; "" for what they did on line."""
    return "" if channel is Channel.WEB else f"{channel.label}, recibido en ventanilla"


def _case_unless_written(
    radicado: str, action: Action, author: Account, words: Writing
) -> tuple[Requerimiento | None, Writing]:
    """As `case_for`, or None if that very form brought those very words before."""
    case = load(radicado, author)
    unsent = unsent_words(case, words)
    if unsent is None:
        return None, words
    check(case, action, author)
    return case, unsent


def load(radicado: str, account: Account) -> Requerimiento:
    """The case, locked until the transaction ends.

    Raises:
        NotFound: there is none, or this person may not see it; `Reserved`, that it is masked.
    """
    query = (
        select(Requerimiento)
        .filter_by(radicado=normalise_radicado(radicado))
        .options(undefer_group(RESERVE), joinedload(Requerimiento.found_by))
        .with_for_update(of=Requerimiento)
        .execution_options(populate_existing=True)
    )
    try:
        case = db.session.scalars(query).one()
    except NoResultFound:
        raise NotFound(radicado) from None
    return cases.admitted(case, account)


def lock(radicados: Sequence[str]) -> dict[str, Requerimiento]:
    """Cases by their radicado, locked until the transaction ends: in the order of their numbers, so
    that two who take the same ones never wait for each other. Whose they are is not asked here."""
    query = (
        select(Requerimiento)
        .where(Requerimiento.radicado.in_(radicados))
        .order_by(Requerimiento.id)
        .with_for_update(of=Requerimiento)
        .execution_options(populate_existing=True)
    )
    return {case.radicado: case for case in db.session.scalars(query).all()}


def load_all(radicados: Sequence[str], account: Account) -> list[Requerimiento]:
    """Cases in the order in which they are named, locked until the transaction ends.

    Raises:
        NotFound: one of them is not this person's to see; `Reserved`, that it is masked.
    """
    codes = [normalise_radicado(radicado) for radicado in radicados]
    found = lock(codes)
    for code in codes:
        if code not in found:
            raise NotFound(code)
        cases.admitted(found[code], account)
    return [found[code] for code in codes]


def check(case: Requerimiento, action: Action, author: Account) -> None:
    """Refuse what this person cannot do in the case now, and say why."""
    reason = refusal(case, action, author)
    if reason is not None:
        raise reason


def written_by_form(case: Requerimiento, submission: str) -> Message | None:
    """What a form with that name has left in the case already."""
    return db.session.scalar(
        select(Message).filter_by(requerimiento_id=case.id, submission=submission)
    )


def unsent_words(case: Requerimiento, words: Writing) -> Writing | None:
    """The words under the name to keep them by; None if that form left them here before.

    The first words of a form go under its own name, and any others under one made of them.
    """
    other = name_of(words.submission, checked_body(words.body), *digests(words.files))
    for name in (words.submission, other):
        earlier = written_by_form(case, name)
        if earlier is None:
            return replace(words, submission=name)
        if says_the_same(earlier, words):
            break
    return None


def says_the_same(message: Message, words: Writing) -> bool:
    """Whether a message has these very words and files."""
    said = (message.body, digests(message.attachments))
    return said == (checked_body(words.body), digests(words.files))


def add_message(
    case: Requerimiento,
    kind: MessageKind,
    words: Writing,
    *,
    author: Account,
    now: datetime,
    draft: str = "",
) -> Message:
    """Put words in the conversation, where the case is found by them, and throw away their draft,
    which has the name of the kind unless it has one of its own."""
    message = Message(
        requerimiento_id=case.id,
        kind=kind,
        author_id=author.id,
        body=checked_body(words.body),
        written_at=now,
        submission=words.submission,
        attachments=rows_for(words.files, case.id),
    )
    db.session.add(message)
    search.extend(case, message.body)
    for kept in db.session.scalars(
        select(Draft).filter_by(account_id=author.id, form=f"{draft or kind}:{case.radicado}")
    ):
        db.session.delete(kept)
    db.session.flush()
    return message


def give(
    case: Requerimiento,
    office_id: int,
    assignee_id: int | None,
    day: date,
    *,
    note: str = "",
    despite: bool = False,
) -> str:
    """Put a case in an office and, if named, in the hands of a person or of who stands in for
    them on that day, if that one may have it; say whose it is now, in words.

    Raises:
        FieldRefused: it is about them, and that was not decided `despite` it with a note.
        RuleBroken: the office or the person cannot receive it.
    """
    office = db.session.get(Office, office_id)
    if office is None or office.entity_id != case.entity_id or not office.is_active:
        raise RuleBroken("Esa dependencia no es de la entidad. Elija otra.")
    named = _person_to_assign(assignee_id, case.entity_id)
    cover = covering(case, named, day) if named else None
    receiver = cover.receiver if cover else named
    about = conflicts.check_given(case, office, receiver, note=note, despite=despite)
    case.office, case.assignee = office, receiver
    return ", ".join(filter(None, (_whose(case), cover.said if cover else "", about)))


def tell_receiver(case: Requerimiento, author: Account, now: datetime) -> None:
    """Tell who has the case now that it was given to them, but for who did it."""
    person = case.assignee
    if person is None or person.id == author.id:
        return
    key = f"{case.radicado}:handed:v{case.version}"
    tell_colleague(person, "handed_over", case, key=key, now=now, author=author.display_name)


def covering(case: Requerimiento, person: Account, day: date) -> substitutes.Cover | None:
    """Who receives the case in place of that person; None if they are there themselves."""
    return substitutes.cover(person, day, is_sensitive=case.is_sensitive, recused=case.recused)


def held_by(case: Requerimiento) -> str:
    """Whose a case is, for a form to say what its reader had in sight."""
    return f"{case.office_id or ''}.{case.assignee_id or ''}"


def check_unmoved(case: Requerimiento, seen: str) -> None:
    """Refuse to decide whose a case is for who did not see whose it has become; "" saw nothing."""
    if not seen or seen == held_by(case):
        return
    if case.assignee is not None:
        raise RuleBroken(f"Mientras tanto lo tomó {case.assignee.display_name}.")
    where = case.office.name if case.office else "la entidad"
    raise RuleBroken(f"Mientras tanto quedó en {where}, sin persona a cargo.")


def _person_to_assign(assignee_id: int | None, entity_id: int) -> Account | None:
    if assignee_id is None:
        return None
    person = db.session.get(Account, assignee_id)
    works_here = person is not None and person.is_active and person.entity_id == entity_id
    if person is None or not works_here or not person.may(Permission.WORK):
        raise RuleBroken("Esa persona no puede recibir requerimientos de la entidad. Elija otra.")
    return person


def _whose(case: Requerimiento) -> str:
    """«Cobertura Educativa: Olga Prueba», as far as it is known."""
    office = [case.office.name] if case.office else []
    return ": ".join(office + ([case.assignee.display_name] if case.assignee else []))


def joined(first: str, second: str) -> str:
    """Two sentences of a line of the history, of which the second may be empty."""
    return f"{first}. {second.strip()}" if second.strip() else first

"""The acts of the law on a case: the clock, the state, the history, the letter with its outgoing
radicado and the notice to the citizen change together, or nothing does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from app.domain import acts, appeal
from app.domain.acts import LawRefuses
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.errors import RuleBroken
from app.domain.events import PriorityGround, RejectionGround, Ruling
from app.domain.radicado import Direction
from app.domain.reach import check_asked
from app.domain.requerimiento import Action, Channel
from app.extensions import db, writing
from app.models import Account, Message, MessageKind, Requerimiento
from app.services import cases, courses, radicados, reaching, untold
from app.services.casework import (
    Writing,
    add_message,
    check_own,
    load,
    move,
    taken,
    written_by_form,
)
from app.services.legal_letters import (
    ANONYMOUS,
    MOVES_THE_CLOCK,
    Letter,
    Petition,
    happened,
    is_of_promise,
    missing,
    title_of,
    written,
)
from app.services.notices import tell_citizen, tell_moved
from app.services.storage import StoredFile

LONGEST_ANNULMENT = 400  # letters

# Refuses by what only the rows of a case know.
Gate = Callable[[Requerimiento, Course], None]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An act of the law with its letter. `note` is what the history says of it instead of the words
    of the letter; `inside`, what only the office reads; `also`, what else changes in the case;
    `gate` refuses by what only the rows of the case know."""

    letter: Letter
    act: Callable[[Course], Course]
    note: str = ""
    inside: str = ""
    ground: str | None = None
    also: Callable[[Requerimiento], None] = lambda _case: None
    gate: Gate = lambda _case, _course: None


class Hand(Protocol):
    """Who takes an act in hand: to carry it out, or to read its letter first."""

    @property
    def author(self) -> Account:
        """Who acts."""

    @property
    def now(self) -> datetime:
        """The moment of the act."""

    def take(self, deed: Deed) -> str:
        """What came of it."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads the letter of an act before sending it: nothing changes."""

    author: Account
    now: datetime

    def take(self, deed: Deed) -> str:
        """The text of the letter.

        Raises:
            RuleBroken: the state, the role or the law does not admit the act.
        """
        case = cases.find(deed.letter.radicado, account=self.author)
        return written(deed.letter, _course_after(deed, case, self.author), _petition(deed, case))


@dataclass(frozen=True, kw_only=True)
class Proofreader:
    """Who looks, before a letter goes, whether it still says what the law has it say: nothing
    changes. `text` is the letter as its author left it."""

    author: Account
    now: datetime
    text: str

    def take(self, deed: Deed) -> str:
        """What the letter does not say any more, in words; "" if it says all.

        Raises:
            RuleBroken: the state, the role or the law does not admit the act.
        """
        case = cases.find(deed.letter.radicado, account=self.author)
        lacks = missing(deed.letter, _course_after(deed, case, self.author), self.text)
        return "; ".join(lacks)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who acts, when, and the form that did it: sent twice, it acts once. `text` is the letter as
    its author left it, or "" for the words of the act; `files` go with it."""

    author: Account
    now: datetime
    submission: str
    text: str = ""
    files: Sequence[StoredFile] = ()

    def take(self, deed: Deed) -> str:
        """Act, leave the letter in the case, and return its outgoing radicado.

        Raises:
            RuleBroken: the state, the role or the law does not admit the act.
        """
        with writing():
            case = load(deed.letter.radicado, self.author)
            earlier = written_by_form(case, self.submission)
            if earlier is not None and earlier.action is deed.letter.action and earlier.radicado:
                return earlier.radicado
            return _carry_out(deed, case, self)


def ask_to_complete(radicado: str, *, missing: str, by: Hand) -> str:
    """Ask the citizen for what is missing. The clock stops.

    Raises:
        RuleBroken: the state, the role or the law (article 17) does not admit it.
    """

    def act(course: Course) -> Course:
        return acts.ask_to_complete(course, at=by.now, missing=missing)

    return by.take(Deed(letter=Letter(Action.ASK_TO_COMPLETE, radicado, missing), act=act))


def ask_to_clarify(radicado: str, *, doubt: str, by: Hand) -> str:
    """Ask the citizen what the petition means. The clock stops.

    Raises:
        RuleBroken: the state, the role or the law (article 19) does not admit it.
    """

    def act(course: Course) -> Course:
        return acts.ask_to_clarify(course, at=by.now, doubt=doubt)

    return by.take(Deed(letter=Letter(Action.ASK_TO_CLARIFY, radicado, doubt), act=act))


def extend(radicado: str, *, until: date, reason: str, by: Hand) -> str:
    """Tell the citizen until when the answer will take longer, and why.

    Raises:
        RuleBroken: the state, the role or the law (article 14, paragraph) does not admit it.
    """

    def act(course: Course) -> Course:
        return acts.extend(course, at=by.now, until=until, reason=reason)

    return by.take(Deed(letter=Letter(Action.EXTEND, radicado, reason, until=until), act=act))


def refer(radicado: str, *, to: str, words: str, why_late: str, by: Hand) -> str:
    """Send it to the authority that is competent, with a copy to the citizen.

    Raises:
        RuleBroken: the state, the role or the law (article 21) does not admit it.
    """

    def act(course: Course) -> Course:
        return acts.refer(course, at=by.now, to=to, why_late=why_late)

    letter = Letter(Action.REFER, radicado, words, to=to.strip())
    return by.take(Deed(letter=letter, act=act, note=to.strip(), inside=why_late.strip()))


def declare_withdrawn(radicado: str, *, reasons: str, by: Hand) -> str:
    """Declare the tacit withdrawal, with reasons, once the citizen's time has passed.

    Raises:
        RuleBroken: the state, the role or the law (article 17) does not admit it, or the citizen
            never received what was asked for.
    """

    def act(course: Course) -> Course:
        return acts.declare_withdrawn(course, at=by.now, reasons=reasons)

    letter = Letter(Action.DECLARE_WITHDRAWN, radicado, reasons)
    return by.take(Deed(letter=letter, act=act, gate=_received(by.now)))


def shelve(radicado: str, *, reasons: str, by: Hand) -> str:
    """Shelve what the citizen did not clarify in time, with reasons.

    Raises:
        RuleBroken: the state, the role or the law (article 19) does not admit it, or the citizen
            never received what was asked for.
    """

    def act(course: Course) -> Course:
        return acts.shelve(course, at=by.now, reasons=reasons)

    letter = Letter(Action.SHELVE, radicado, reasons)
    return by.take(Deed(letter=letter, act=act, gate=_received(by.now)))


def reject(
    radicado: str, *, ground: RejectionGround, reasons: str, rule: str = "", by: Hand
) -> str:
    """Reject it on one of the two grounds of the law, with reasons.

    Raises:
        RuleBroken: the state, the role or the law (articles 19 and 25) does not admit it.
    """

    def act(course: Course) -> Course:
        return acts.reject(course, at=by.now, ground=ground, reasons=reasons, rule=rule)

    letter = Letter(Action.REJECT, radicado, reasons, source=ground.source, rule=rule.strip())
    return by.take(Deed(letter=letter, act=act, ground=ground))


def prioritise(radicado: str, *, ground: PriorityGround, note: str = "", by: Hand) -> str:
    """Put it before others (articles 5 and 20). The term stays as it is.

    Raises:
        RuleBroken: the state or the role does not admit it, or it has priority already.
    """

    def act(course: Course) -> Course:
        return acts.prioritise(course, at=by.now, ground=ground)

    def put_first(case: Requerimiento) -> None:
        case.is_priority = True

    letter = Letter(Action.PRIORITISE, radicado, note, source=ground.source, ground=ground.reason)
    said = f"{ground.label}. {note.strip()}".strip()
    return by.take(Deed(letter=letter, act=act, note=said, ground=ground, also=put_first))


def annul(radicado: str, *, reason: str, by: Hand) -> str:
    """Annul a radicado taken by mistake. The number stays, with its reason and author.

    Raises:
        RuleBroken: the state or the role does not admit it, or there is no reason.
    """
    words = " ".join(reason.split())

    def act(course: Course) -> Course:
        if len(words) > LONGEST_ANNULMENT:
            raise RuleBroken(
                f"Escriba el motivo de la anulación en {LONGEST_ANNULMENT} letras o menos."
            )
        return acts.annul(course, at=by.now, reason=words)

    def strike(case: Requerimiento) -> None:
        radicados.annul(case.radicado, author=by.author, reason=words, now=by.now)

    return by.take(Deed(letter=Letter(Action.ANNUL, radicado, words), act=act, also=strike))


def rule(radicado: str, *, ruling: Ruling, reasons: str, to: str = "", by: Hand) -> str:
    """Decide the appeal or the insistence against the end of the case, which stays ended: confirm,
    revoke with the answer in the letter, or send an insistence to the judge.

    Raises:
        RuleBroken: the state, the role or the law (articles 26 and 76) does not admit it, or there
            is nothing to decide.
    """

    def act(course: Course) -> Course:
        return appeal.rule(course, at=by.now, ruling=ruling, reasons=reasons, to=to)

    def decide(case: Requerimiento) -> None:
        case.appealed_at = None

    there = to.strip() if ruling is Ruling.REMIT else ""
    letter = Letter(Action.RULE, radicado, reasons, to=there, ruling=ruling)
    said = ". ".join(filter(None, (ruling.done, there, " ".join(reasons.split()))))
    deed = Deed(letter=letter, act=act, note=said, ground=ruling, also=decide)
    return by.take(replace(deed, gate=_pending(ruling)))


def ask_more_time(
    radicado: str, *, author: Account, channel: Channel = Channel.WEB, now: datetime
) -> date:
    """Give the citizen, who asks on line or at the counter, as much time again to complete;
    return the new last day.

    Raises:
        RuleBroken: the state or the law (article 17) does not admit it.
    """
    with writing():
        case = load(radicado, author)
        check_own(case, Action.ASK_MORE_TIME, author)
        course = acts.ask_more_time(courses.load(case), at=now)
        case.due_on = courses.listed_on(course)
        until = case.due_on
        move(case, Action.ASK_MORE_TIME, author=author, note=taken(channel), now=now)
        tell_moved(
            case,
            "act",
            course,
            now=now,
            title="más plazo para completar",
            sentence=f"Tiene hasta el {long_date(until)} para completar {case.radicado}.",
        )
        return until


def withdraw(radicado: str, *, channel: Channel = Channel.WEB, reason: str = "", by: Hand) -> str:
    """Take the citizen's express withdrawal, on line or at the counter, and say in a letter that
    it was taken. On line nobody of the office acts: the letter is the system's own.

    Raises:
        RuleBroken: the state or the law (article 18) does not admit it.
    """
    words = " ".join(reason.split())

    def act(course: Course) -> Course:
        return acts.withdraw(course, at=by.now)

    said = ". ".join(filter(None, (taken(channel), words)))
    return by.take(Deed(letter=Letter(Action.WITHDRAW, radicado, words), act=act, note=said))


def refusal(case: Requerimiento, action: Action, now: datetime) -> LawRefuses | None:
    """Why the law would refuse the act on the case now, whatever is written in it, or None."""
    course = courses.load(case)
    refused = acts.refusal(course, action, now)
    if refused is None and action in GATES:
        try:
            GATES[action](now)(case, course)
        except LawRefuses as reason:
            return reason
    return refused


def _received(now: datetime) -> Gate:
    """That the citizen received what they did not deliver."""

    def gate(case: Requerimiento, course: Course) -> None:
        check_asked(course, reaching.of_request(case), now.date())

    return gate


def _pending(ruling: Ruling | None) -> Gate:
    """That there is something to decide, and in that way."""

    def gate(case: Requerimiento, course: Course) -> None:
        presented = case.appealed_at.date() if case.appealed_at else None
        appeal.check_pending(course, presented, ruling)

    return gate


GATES: dict[Action, Callable[[datetime], Gate]] = {
    Action.DECLARE_WITHDRAWN: _received,
    Action.SHELVE: _received,
    Action.RULE: lambda _now: _pending(None),
}


def _course_after(deed: Deed, case: Requerimiento, author: Account) -> Course:
    check_own(case, deed.letter.action, author)
    before = courses.load(case)
    course = deed.act(before)
    deed.gate(case, before)
    return course


def _petition(deed: Deed, case: Requerimiento) -> Petition | None:
    """What the authority that a case is referred to is told of it; None for any other act."""
    if deed.letter.action is not Action.REFER:
        return None
    citizen = case.citizen
    facts = (
        citizen.display_document,
        f"Dirección: {citizen.address}" if citizen.address else "",
        citizen.municipality_label,
        f"Correo: {citizen.email}" if citizen.email else "",
        f"Teléfono: {citizen.phone}" if citizen.phone else "",
    )
    told = ". ".join(filter(None, facts))
    return Petition(
        kind=case.kind.label,
        received_at=case.received_at,
        person=citizen.display_name,
        contact=f"{told}." if told else ANONYMOUS,
        files=len(cases.of_petitioner(case).files),
        is_reachable=bool(citizen.email or citizen.phone or citizen.address),
    )


def _carry_out(deed: Deed, case: Requerimiento, by: Sender) -> str:
    letter, course = deed.letter, _course_after(deed, case, by.author)
    case.due_on = courses.listed_on(course)
    deed.also(case)
    text = by.text or written(letter, course, _petition(deed, case))
    message = _add_letter(case, text, letter.action, by)
    code = message.radicado or ""
    move(
        case,
        letter.action,
        author=by.author,
        now=by.now,
        note=deed.note or " ".join(letter.words.split()),
        days=course.days if letter.action is Action.EXTEND else None,
        ground=deed.ground,
        message=message,
    )
    if deed.inside:
        late = f"Traslado tarde: {deed.inside}"
        move(case, Action.NOTE, author=by.author, now=by.now, note=late)
    if course.ended is not None and case.closed_at is None:
        case.closed_at = by.now
    if by.author.is_staff:  # who withdraws on line reads there that it was taken
        untold.went_out(case, by.now)
    if letter.action is Action.ANNUL:
        tell_citizen(case, "annulled", key=f"v{case.version}", now=by.now)
        return code
    title = title_of(letter.action, is_promise=is_of_promise(letter.action, course)).lower()
    said = happened(letter, is_sensitive=case.is_sensitive)
    sentence = f"{said} El oficio es el {code}."
    if letter.action in MOVES_THE_CLOCK:
        tell_moved(case, "act", course, now=by.now, title=title, sentence=sentence)
    else:
        key = f"v{case.version}"
        tell_citizen(case, "act", key=key, now=by.now, title=title, sentence=sentence)
    return code


def _add_letter(case: Requerimiento, body: str, action: Action, by: Sender) -> Message:
    words = Writing(body=body, submission=by.submission, files=by.files)
    message = add_message(case, MessageKind.MESSAGE, words, author=by.author, now=by.now)
    code = radicados.take(case.entity, Direction.OUTGOING, by.now)
    db.session.flush()
    message.radicado, message.action = code, action
    return message

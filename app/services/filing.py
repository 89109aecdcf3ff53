"""Filing a requerimiento: on line by its citizen, or at the counter by a clerk."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import RuleBroken
from app.domain.radicado import Direction
from app.domain.requerimiento import MAX_BODY, Action, Channel, Kind, Status, excerpt, next_status
from app.domain.terms import Requester
from app.extensions import db, writing
from app.models import (
    Account,
    Attachment,
    Draft,
    Entity,
    Event,
    Procedure,
    Requerimiento,
    SpokenFiling,
    Topic,
)
from app.services import (
    accounts,
    claims,
    courses,
    drafts,
    radicados,
    receipts,
    register,
    routing,
    search,
    shielding,
)
from app.services.entities import EntityFacts
from app.services.history import move
from app.services.notices import tell_filed
from app.services.promises import promise_for
from app.services.storage import StoredFile
from app.services.tokens import Signer

# Why somebody who files at the counter again gets another code.
AGAIN = "Radicó otra vez en ventanilla y mostró su documento."
LONGEST_LANGUAGE = 120  # letters, of the language in which something was said


class TopicNotOffered(RuleBroken):
    """The topic is another entity's, not in use, or not one that citizens choose."""


class ProcedureNotOffered(RuleBroken):
    """The trámite is another entity's, or is offered no more."""

    def __init__(self) -> None:
        super().__init__(
            "Ese trámite ya no se ofrece. Puede radicarlo igual: diga en el contenido cuál es."
        )


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What is filed. `submission` names the form: the same words sent twice by it file once;
    other words, typed after going back to it, are another requerimiento."""

    kind: Kind
    body: str
    submission: str
    topic_id: int | None = None
    procedure_id: int | None = None
    files: Sequence[StoredFile] = ()
    requester: Requester = Requester.PERSON
    # Whether the citizen says that it is about a minor, and whom they write about.
    about_minor: bool = False
    accused: str = ""


@dataclass(frozen=True)
class Dictation:
    """How a clerk took down what somebody said: whether they read it back and it was accepted, and
    in what language or with whose help, if not in Spanish."""

    is_confirmed: bool = False
    language: str = ""


@dataclass(frozen=True)
class CounterFiling:
    """What the counter gives back; `claim_code` is there if the person got one now."""

    radicado: str
    citizen_id: int
    claim_code: str | None


def file(filing: Filing, *, citizen: Account, entity: EntityFacts, now: datetime) -> str:
    """File on line and return the radicado. All of it is kept, or none.

    Raises:
        RuleBroken: the text is empty or too long, or the entity receives no more.
        TopicNotOffered, ProcedureNotOffered: it is not one that the entity offers.
    """
    with writing():
        return _file(filing, citizen, entity, Channel.WEB, author=citizen, clerk=None, now=now)


def file_at_counter(
    filing: Filing,
    *,
    clerk: Account,
    entity: EntityFacts,
    channel: Channel,
    citizen_id: int | None,
    person: dict[str, Any] | None,
    claim_by: str,
    signer: Signer,
    document_seen: bool = False,
    dictation: Dictation | None = None,
    now: datetime,
) -> CounterFiling:
    """File for someone in person, by phone or by letter, opening the account if there is none.

    `person` are the values of the new account when `citizen_id` is None; `claim_by` is
    `codigo` or `documento`, how its owner will complete it (S5, S6). `document_seen` is the word
    of the clerk that who stands there showed the original. Only then does an account that nobody
    has completed get a new code, in the place of the earlier: by phone it would be anybody's.
    `dictation` is how what they said was taken down; it says nothing of a letter.

    Raises:
        RuleBroken: as `file`, or the new account cannot be opened.
    """
    with writing() as session:
        _take_turn(clerk)
        earlier, _ = _filed_by_form(filing, clerk_id=clerk.id)
        if earlier is not None:
            return CounterFiling(earlier.radicado, earlier.citizen_id, None)
        code, is_identified = None, document_seen and channel is Channel.IN_PERSON
        if citizen_id is None:
            citizen, code = claims.open_account(
                person or {}, clerk=clerk, by=claim_by, signer=signer, now=now
            )
        else:
            citizen = session.get_one(Account, citizen_id)
            if is_identified and not citizen.is_complete:
                code = claims.renew(citizen, clerk=clerk, reason=AGAIN, signer=signer, now=now)
        if is_identified:
            accounts.verify_document(citizen, clerk=clerk, now=now)
        spoken = _taken_down(dictation or Dictation(), clerk) if channel.is_spoken else None
        radicado = _file(
            filing, citizen, entity, channel, author=clerk, clerk=clerk, spoken=spoken, now=now
        )
        return CounterFiling(radicado, citizen.id, code)


def keep_counter_draft(
    fields: dict[str, Any], *, submission: str, clerk: Account, now: datetime
) -> None:
    """Keep what a clerk is typing at the counter, unless that very form was filed meanwhile."""
    with writing() as session:
        filed = select(Requerimiento.id).filter_by(clerk_id=clerk.id, submission=submission)
        if session.scalar(filed) is None:
            drafts.save(clerk.id, drafts.COUNTER, fields, now)


def _file(
    filing: Filing,
    citizen: Account,
    entity: EntityFacts,
    channel: Channel,
    *,
    author: Account,
    clerk: Account | None,
    spoken: SpokenFiling | None = None,
    now: datetime,
) -> str:
    _take_turn(author)
    body = checked_body(filing.body)
    earlier, submission = _filed_by_form(filing, citizen_id=citizen.id)
    if earlier is not None:
        return earlier.radicado
    procedure = _procedure_of(filing, entity.id)
    topic = _topic_of(filing.topic_id, entity.id, public_only=clerk is None)
    topic = topic or (procedure.topic if procedure else None)
    house = db.session.get_one(Entity, entity.id)
    if not house.is_active:
        raise RuleBroken(f"{house.name} ya no recibe requerimientos aquí.")
    ground = shielding.ground_of(filing.kind, topic, about_minor=filing.about_minor)
    is_sensitive, today = ground is not None, now.date()
    route = routing.find(entity.id, topic, filing.kind, is_sensitive=is_sensitive, today=today)
    promise = promise_for(filing.kind, topic, procedure)
    course = courses.begin(filing.kind, filing.requester, now, house, entity.hours.reading, promise)
    code = radicados.take(house, Direction.INCOMING, now)
    requerimiento = Requerimiento(
        entity_id=entity.id,
        radicado=code,
        kind=filing.kind,
        status=next_status(None, Action.FILE),
        is_open=True,
        channel=channel,
        requester=filing.requester,
        topic_id=topic.id if topic else None,
        office_id=route.office_id if route else topic.office_id if topic else None,
        assignee_id=route.assignee_id if route else None,
        procedure_id=procedure.id if procedure else None,
        citizen_id=citizen.id,
        clerk_id=clerk.id if clerk else None,
        excerpt=excerpt(body),
        body=body,
        received_at=now,
        received_on=course.received_on,
        reading=course.office.reading,
        closes_at=course.office.closes_at,
        term_days=course.days,
        term_source=course.term.source,
        due_on=courses.listed_on(course),
        submission=submission,
    )
    filed = Event(action=Action.FILE, status=Status.FILED, author_id=author.id, happened_at=now)
    filed.note, filed.due_on = "", requerimiento.due_on
    requerimiento.events = [filed]
    requerimiento.spoken = spoken
    requerimiento.attachments = rows_for(filing.files)
    db.session.add(requerimiento)
    form = drafts.FILING if clerk is None else drafts.COUNTER
    for draft in db.session.scalars(select(Draft).filter_by(account_id=author.id, form=form)):
        db.session.delete(draft)
    db.session.flush()
    register.record(requerimiento, filed)
    shielding.shield(
        requerimiento,
        ground,
        accused=filing.accused,
        clerk=clerk,
        now=now,
    )
    if route is not None and requerimiento.office_id == route.office_id:
        move(requerimiento, Action.ASSIGN, author=None, note=route.note, now=now)
    search.index(requerimiento, citizen)
    receipts.issue(requerimiento, requerimiento.attachments, requerimiento.due_on)
    tell_filed(requerimiento, course, now=now)
    return code


def _taken_down(dictation: Dictation, clerk: Account) -> SpokenFiling:
    return SpokenFiling(
        taken_by=clerk.display_name,
        is_confirmed=dictation.is_confirmed,
        language=" ".join(dictation.language.split())[:LONGEST_LANGUAGE],
    )


def checked_body(body: str) -> str:
    """The text as it is kept.

    Raises:
        RuleBroken: there is nothing to read in it, or it is longer than `MAX_BODY`.
    """
    text = readable(body).strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise RuleBroken("Escriba el contenido.")
    if len(text) > MAX_BODY:
        counts = f"El texto tiene {len(text):,} caracteres y el máximo es {MAX_BODY:,}."
        raise RuleBroken(counts.replace(",", ".") + " Puede adjuntar lo demás en un archivo.")
    return text


def readable(body: str) -> str:
    """The text with line ends of one kind and without letters that nothing can show."""
    # Word's soft line break and the like are line ends too.
    return "".join(filter(_can_be_shown, "\n".join(body.splitlines())))


def _can_be_shown(letter: str) -> bool:
    """Not a control character, half of a pair, or a code point that is no character at all."""
    if letter in "\n\t":
        return True
    point = ord(letter)
    is_character = point & 0xFFFE != 0xFFFE and not 0xFDD0 <= point <= 0xFDEF
    return is_character and unicodedata.category(letter) not in ("Cc", "Cs")


def was_filed(citizen: Account, submission: str, body: str) -> bool:
    """Whether that form has filed these very words: nothing of them is left unfinished."""
    filed = db.session.scalar(
        select(Requerimiento.body).filter_by(citizen_id=citizen.id, submission=submission)
    )
    return filed is not None and filed.split() == body.split()


def rows_for(files: Sequence[StoredFile], case_id: int | None = None) -> list[Attachment]:
    """The rows that make kept files part of a case, which may have no number yet."""
    return [
        Attachment(
            public_id=uuid4().hex,
            name=stored.name,
            stored_as=stored.stored_as,
            size=stored.size,
            sha256=stored.sha256,
            media_type=stored.media_type,
            requerimiento_id=case_id,
        )
        for stored in files
    ]


def _take_turn(author: Account) -> None:
    """Let one person file one thing at a time, so that a form sent twice at once is seen."""
    db.session.refresh(author, with_for_update={"key_share": True, "of": Account})


def _filed_by_form(filing: Filing, **whose: int) -> tuple[Requerimiento | None, str]:
    """What that form filed with these very words, if it did, and the name to file them under.

    The first words of a form go under its own name, and any others under one made of them.
    """
    names = form_names(filing)
    rows = db.session.scalars(
        select(Requerimiento).filter_by(**whose).where(Requerimiento.submission.in_(names))
    ).all()
    same = next((row for row in rows if _says_the_same(row, filing)), None)
    return same, names[1] if rows else names[0]


def form_names(filing: Filing) -> tuple[str, str]:
    """The names that what a form files may go under."""
    words = (filing.kind, checked_body(filing.body), *digests(filing.files))
    return filing.submission, name_of(filing.submission, *words)


def name_of(submission: str, *words: str) -> str:
    """The name that other words of one form go under: the same words, the same name."""
    return sha256("\n".join((submission, *words)).encode()).hexdigest()[:36]


def _says_the_same(filed: Requerimiento, filing: Filing) -> bool:
    annexes = [file for file in filed.attachments if file.message_id is None]
    return (filed.kind, filed.body, digests(annexes)) == (
        filing.kind,
        checked_body(filing.body),
        digests(filing.files),
    )


def digests(files: Sequence[Attachment] | Sequence[StoredFile]) -> list[str]:
    """What tells one set of files from another, in whatever order they came."""
    return sorted(file.sha256 for file in files)


def _topic_of(topic_id: int | None, entity_id: int, *, public_only: bool) -> Topic | None:
    if topic_id is None:
        return None
    topic = db.session.get(
        Topic, topic_id, options=[joinedload(Topic.parent).joinedload(Topic.parent)]
    )
    if topic is None or topic.entity_id != entity_id:
        raise TopicNotOffered("Ese tema no es de la entidad. Elija otro.")
    above: Topic | None = topic
    while above is not None:
        if not above.is_active or (public_only and not above.is_public):
            raise TopicNotOffered("Ese tema ya no se ofrece. Elija otro.")
        above = above.parent
    return topic


def _procedure_of(filing: Filing, entity_id: int) -> Procedure | None:
    """The trámite of the catalogue that is asked for; its own topic is its affair."""
    if filing.procedure_id is None:
        return None
    found = db.session.get(Procedure, filing.procedure_id, options=[joinedload(Procedure.topic)])
    if found is None or found.entity_id != entity_id or not found.is_active:
        raise ProcedureNotOffered
    if filing.kind is not Kind.PROCEDURE:
        raise RuleBroken("Un trámite del catálogo se radica con el tipo Trámite.")
    return found

"""One answer to a case and to those that are linked under it (W5).

It is written once, with blanks that each case fills. Each of those linked has a prepared answer of
its own, kept as a note like any other, which leaves without an hour: it gets one when the answer of
the leader goes, in that very transaction, and then goes by itself, with its radicado, its letter
and its clock. So what is undone is undone for all, and one that is refused keeps no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.domain.errors import NotFound, RuleBroken
from app.domain.radicado import normalise_radicado
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action
from app.domain.wording import blanks_of, fill
from app.extensions import db
from app.models import Account, MessageKind, PreparedAnswer, Requerimiento, Stage
from app.services import held, related
from app.services.answer_templates import values_of
from app.services.casework import Writing, add_message, load_all, move, refusal
from app.services.filing import checked_body

FIELD = "followers"  # of the form, whose errors are told beside it
# The draft of an answer of its own that a follower has is not thrown away.
DRAFT = "respuesta_conjunta"


@dataclass(frozen=True)
class Companion:
    """A case that is linked under the one that is answered, and why it cannot be answered along; ""
    if it can."""

    case: Requerimiento
    reason: str


def companions(case: Requerimiento, author: Account) -> list[Companion]:
    """Those linked under a case that are still open, in one statement."""
    return [
        Companion(follower.case, _why_not(follower.case, follower.prepared, author))
        for follower in related.of_case(case, author).followers
        if follower.case.is_open
    ]


def load_group(radicado: str, along: Sequence[str], author: Account) -> list[Requerimiento]:
    """The case and those that go along, locked; the case first.

    Raises:
        NotFound: the case is not this person's to see.
        FieldRefused: one of the others is not linked under it any more.
    """
    try:
        case, *others = load_all([radicado, *dict.fromkeys(along)], author)
    except NotFound as missing:
        if str(missing) == normalise_radicado(radicado):
            raise
        raise FieldRefused(FIELD, _GONE) from None
    if any(other.leader_id != case.id for other in others):
        raise FieldRefused(FIELD, _GONE)
    return [case, *others]


def check(followers: Sequence[Requerimiento], author: Account) -> None:
    """Refuse to answer along what this person cannot answer now.

    Raises:
        FieldRefused: one of them, and why.
    """
    numbers = [follower.id for follower in followers]
    query = select(PreparedAnswer).where(PreparedAnswer.requerimiento_id.in_(numbers))
    prepared = {row.requerimiento_id: row for row in db.session.scalars(query)} if numbers else {}
    for follower in followers:
        reason = _why_not(follower, prepared.get(follower.id), author)
        if reason:
            raise FieldRefused(
                FIELD,
                f"{follower.radicado} ya no va con esta respuesta. {reason} Si está de acuerdo, "
                "envíe otra vez.",
            )


def filled(words: Writing, case: Requerimiento, *, author: Account, now: datetime) -> Writing:
    """The words as that case gets them.

    Raises:
        FieldRefused: filled in, they are too long.
    """
    body = fill(words.body, values_of(case, author=author, now=now))
    try:
        checked_body(body)
    except RuleBroken as refused:
        raise FieldRefused("body", str(refused)) from None
    return replace(words, body=body)


def left_blank(
    body: str, cases: Iterable[Requerimiento], *, author: Account, now: datetime
) -> list[str]:
    """The blanks that stay empty, and the first of the cases in which each does."""
    where: dict[str, str] = {}
    for case in cases:
        for blank in blanks_of(fill(body, values_of(case, author=author, now=now))):
            where.setdefault(blank, case.radicado)
    return [f"{blank}, en {radicado}" for blank, radicado in where.items()]


def prepare(
    followers: Sequence[Requerimiento],
    words: Writing,
    *,
    author: Account,
    goes_at: datetime | None,
    now: datetime,
) -> None:
    """Leave in each its own answer, which goes at that moment or, without one, with the leader's.
    Part of the transaction that sends the leader's."""
    for follower in followers:
        own = filled(words, follower, author=author, now=now)
        message = add_message(follower, MessageKind.NOTE, own, author=author, now=now, draft=DRAFT)
        db.session.add(
            PreparedAnswer(
                message_id=message.id,
                requerimiento_id=follower.id,
                stage=Stage.LEAVING,
                goes_at=goes_at,
                remark="",
            )
        )
    db.session.flush()


def note(
    followers: Sequence[Requerimiento],
    leader: Requerimiento,
    action: Action,
    *,
    author: Account,
    now: datetime,
) -> None:
    """Say in the history of each what was done with the leader's answer, which is theirs too."""
    for follower in followers:
        move(follower, action, author=author, now=now, note=f"Con {leader.radicado}")


def admit(leader: Requerimiento, reviewer: Account) -> list[Requerimiento]:
    """The cases whose answer goes with the leader's once that reviewer approved it. One that is
    closed to them stays behind, with why. Part of the transaction that approves."""
    followers = waiting(leader)
    closed = {case.id for case in followers if not case.is_visible_to(reviewer)}
    for prepared in held.rows(leader):
        prepared.reviewer_id = reviewer.id
        if prepared.requerimiento_id in closed:
            held.return_to_author(prepared, _CLOSED)
    db.session.flush()
    return [case for case in followers if case.id not in closed]


def waiting(leader: Requerimiento) -> list[Requerimiento]:
    """The cases whose answer waits for the leader's. Their answers are locked, before the register
    is: who takes one of them out by itself takes both in the same order."""
    query = (
        select(Requerimiento)
        .join(PreparedAnswer, PreparedAnswer.requerimiento_id == Requerimiento.id)
        .where(Requerimiento.leader_id == leader.id, *held.WAITING)
        .order_by(Requerimiento.id)
        .with_for_update(of=PreparedAnswer)
    )
    return list(db.session.scalars(query))


_CLOSED = "No salió con la del principal: quien la aprobó no puede abrir este caso."
_GONE = "Uno de los que marcó ya no está vinculado a este. Mire la lista y envíe otra vez."


def _why_not(case: Requerimiento, prepared: PreparedAnswer | None, author: Account) -> str:
    reason = refusal(case, Action.ANSWER, author)
    if reason is not None:
        return str(reason)
    if prepared is None:
        return ""
    return {
        Stage.TO_APPROVE: "Tiene una respuesta propia que espera aprobación.",
        Stage.LEAVING: "Su respuesta ya está saliendo.",
        Stage.RETURNED: "Tiene una respuesta propia sin enviar: ábrala para enviarla o cambiarla.",
    }[prepared.stage]

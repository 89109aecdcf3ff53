"""Many cases at once: what will and will not happen is seen first, and told of each (W2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, undefer_group
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import RuleBroken
from app.domain.radicado import normalise_radicado
from app.domain.requerimiento import Action, Status
from app.domain.reserve import MASKED_WORDS
from app.domain.roles import may_act
from app.extensions import db, writing
from app.models import Account, PreparedAnswer, Requerimiento
from app.models.requerimiento import RESERVE
from app.services import casework, held, moving

MOST = 50  # cases at once: those of a page of the queue
CHANGED = "Alguien más lo cambió al mismo tiempo. Mírelo y hágalo otra vez."
AWAY = "La base de datos no respondió. Espere un minuto y hágalo otra vez."
SAME = "Ya estaba asignado así."
MASKED = "Es un caso reservado: ábralo y diga el motivo para asignarlo."


class Verb(StrEnum):
    """What can be done with many cases at once, by the word of its form."""

    ASSIGN = "asignar"
    TAKE = "tomar"
    HAND_OVER = "pasar"
    RELEASE = "soltar"
    CLOSE = "cerrar"

    @property
    def action(self) -> Action:
        """The action that is taken on each."""
        return VERBS[self].action


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of the marked cases: by whom and, where the verb needs it, to whom and why."""

    author: Account
    now: datetime
    office_id: int = 0
    assignee_id: int | None = None
    note: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A case among many, and why it will not be, or was not, moved; "" if it is. `seen` is whose
    it is, for the form to say it; `said` in whose place somebody received it, `then` whose it
    would be."""

    radicado: str
    excerpt: str
    holder: str
    refusal: str
    seen: str
    said: str = ""
    then: str = ""


class _Rehearsed(Exception):
    """It can be done, and what would come of it: raised so that nothing of it stays."""

    def __init__(self, said: str, then: str) -> None:
        super().__init__(said)
        self.said, self.then = said, then


@dataclass(frozen=True)
class Deed:
    """How a verb is done with one case."""

    action: Action
    act: Callable[[str, Order], None]


def _assign(radicado: str, order: Order) -> None:
    casework.assign(
        radicado,
        author=order.author,
        office_id=order.office_id,
        assignee_id=order.assignee_id,
        note=order.note,
        now=order.now,
    )


def _take(radicado: str, order: Order) -> None:
    moving.take(radicado, author=order.author, now=order.now)


def _hand_over(radicado: str, order: Order) -> None:
    moving.hand_over(
        radicado,
        author=order.author,
        office_id=order.office_id,
        assignee_id=order.assignee_id,
        note=order.note,
        now=order.now,
    )


def _release(radicado: str, order: Order) -> None:
    moving.release(radicado, note=order.note, author=order.author, now=order.now)


def _close(radicado: str, order: Order) -> None:
    casework.close(radicado, author=order.author, now=order.now)


VERBS = {
    Verb.ASSIGN: Deed(Action.ASSIGN, _assign),
    Verb.TAKE: Deed(Action.START, _take),
    Verb.HAND_OVER: Deed(Action.HAND_OVER, _hand_over),
    Verb.RELEASE: Deed(Action.RELEASE, _release),
    Verb.CLOSE: Deed(Action.CLOSE, _close),
}


def offered(author: Account, *, finished: bool) -> list[Verb]:
    """What this person may do with many cases of a list: of what is open, or of what is over."""
    return [
        verb
        for verb in Verb
        if (verb is Verb.CLOSE) is finished and may_act(author.role, verb.action)
    ]


def chosen(verb: Verb, radicados: Iterable[str], author: Account) -> list[Line]:
    """The cases that were marked, `MOST` at most, with what keeps each from being moved. Those of
    another entity, and those that were closed to the author, are not among them."""
    codes = list(dict.fromkeys(normalise_radicado(code) for code in radicados))[:MOST]
    rows = db.session.execute(
        select(Requerimiento, PreparedAnswer.stage, PreparedAnswer.goes_at)
        .outerjoin(PreparedAnswer, PreparedAnswer.requerimiento_id == Requerimiento.id)
        .where(Requerimiento.radicado.in_(codes), Requerimiento.entity_id == author.entity_id)
        .options(
            joinedload(Requerimiento.office),
            joinedload(Requerimiento.assignee),
            undefer_group(RESERVE),
        )
        .order_by(Requerimiento.due_on, Requerimiento.id)
    )
    return [
        _line(verb, case, held.why_kept(stage, goes_at), author)
        for case, stage, goes_at in rows
        if author.id not in case.recused
    ]


def carry_out(verb: Verb, radicados: Sequence[str], order: Order) -> list[Line]:
    """Do with each case as its own use case does, in a transaction of its own, and say of each
    what came of it, and who has it now: one that is refused keeps none of the others. Sent again,
    it changes nothing."""
    report = [
        line if line.refusal else _tried(verb, line, order)
        for line in chosen(verb, radicados, order.author)
    ]
    holders = {line.radicado: line.holder for line in chosen(verb, radicados, order.author)}
    return [replace(line, holder=holders.get(line.radicado, "")) for line in report]


def rehearse(verb: Verb, radicados: Sequence[str], order: Order) -> list[Line]:
    """Say of each case what would come of it, by doing it and leaving nothing behind: so nothing
    is foretold by other rules than those that decide."""
    return [
        line if line.refusal else _tried(verb, line, order, _rehearsed)
        for line in chosen(verb, radicados, order.author)
    ]


def _tried(
    verb: Verb, line: Line, order: Order, done: Callable[[Verb, str, Order], str] | None = None
) -> Line:
    refusal = ""
    try:
        return replace(line, said=(done or _done)(verb, line.radicado, order))
    except _Rehearsed as found:
        return replace(line, said=found.said, then=found.then)
    except RuleBroken as reason:
        refusal = str(reason)
    except StaleDataError:
        refusal = CHANGED
    except OperationalError:
        refusal = AWAY
    db.session.rollback()
    return replace(line, refusal=refusal)


def _done(verb: Verb, radicado: str, order: Order) -> str:
    """Do it, unless it is so already or it changed hands since it was seen; say in whose place it
    was received, if in somebody's."""
    with writing():
        case = casework.load(radicado, order.author)
        person = db.session.get(Account, order.assignee_id) if order.assignee_id else None
        cover = casework.covering(case, person, order.now.date()) if person else None
        receiver = cover.receiver if cover else person
        if verb is Verb.ASSIGN and _is_given_so(case, receiver, order):
            raise RuleBroken(SAME)
        casework.check_unmoved(case, order.seen.get(radicado, ""))
        VERBS[verb].act(radicado, order)
        return cover.said if cover else ""


def _rehearsed(verb: Verb, radicado: str, order: Order) -> str:
    with writing() as session:
        said = _done(verb, radicado, order)
        session.flush()
        case = session.scalars(select(Requerimiento).filter_by(radicado=radicado)).one()
        raise _Rehearsed(said, _names(case))


def _is_given_so(case: Requerimiento, receiver: Account | None, order: Order) -> bool:
    """Whether assigning it would change nothing. What an office has received is not assigned
    yet."""
    wanted = (order.office_id, receiver.id if receiver else None)
    return (case.office_id, case.assignee_id) == wanted and case.status is not Status.FILED


def _line(verb: Verb, case: Requerimiento, kept: str, author: Account) -> Line:
    reason: RuleBroken | str | None = casework.refusal(case, verb.action, author)
    reason = reason or moving.obstacle(case, verb.action, kept)
    words = case.excerpt
    if case.is_masked_for(author):
        reason, words = MASKED, MASKED_WORDS
    refusal = str(reason) if reason else ""
    return Line(case.radicado, words, _names(case), refusal, casework.held_by(case))


def _names(case: Requerimiento) -> str:
    names = [case.office.name] if case.office else []
    names += [case.assignee.display_name] if case.assignee else []
    return ": ".join(names)

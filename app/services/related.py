"""Cases that are linked under a leader: who is linked to whom, and linking and unlinking (W5).

Linking moves nothing: each keeps its radicado, its clock, its office, its person and its state. It
is of the office alone, and no citizen learns that there are others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import NotFound, Reserved, RuleBroken
from app.domain.radicado import normalise_radicado
from app.domain.registration import FieldRefused
from app.domain.related import Place, check_link
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import Account, PreparedAnswer, Requerimiento, Stage
from app.services import cases, held
from app.services.casework import load_all, lock, move, refusal

MISSING = "En su entidad no hay un requerimiento con ese radicado. Revise el número."
MASKED = (
    "Ese requerimiento es reservado y usted no lo puede leer. Ábralo con un motivo y vuelva, o "
    "pida a quien lo atiende que los vincule."
)
MOST = 300  # followers that are listed, and answered at once


@dataclass(frozen=True)
class Follower:
    """A case that is linked under another, with the answer that was not sent yet, if it has one."""

    case: Requerimiento
    prepared: PreparedAnswer | None


@dataclass(frozen=True)
class Relatives:
    """What a case is linked with, as far as somebody may see it."""

    leader: Requerimiento | None = None
    followers: tuple[Follower, ...] = ()


def link(radicado: str, other: str, *, other_leads: bool, author: Account, now: datetime) -> None:
    """Link a case with another, under it or, if it does not lead, above it.

    Raises:
        RuleBroken: the state or the role does not admit it for the one that is to follow.
        FieldRefused: there is no such other, it is masked, or linking them would make no sense.
    """
    with writing():
        case, found = _both(radicado, other, author)
        follower, leader = (case, found) if other_leads else (found, case)
        _check(follower, Action.LINK, author)
        check_link(_place(follower), _place(leader))
        follower.leader_id = leader.id
        note = f"Queda bajo {leader.radicado}, que es el principal."
        move(follower, Action.LINK, author=author, now=now, note=note)
        note = f"{follower.radicado} queda bajo este, que es el principal."
        move(leader, Action.LINK, author=author, now=now, note=note)


def unlink(radicado: str, *, author: Account, now: datetime) -> None:
    """Take a case from under its leader. An answer that waited to go with the leader's stays in the
    case, held.

    Raises:
        RuleBroken: it is linked under none, or the role does not admit it.
    """
    with writing():
        code = normalise_radicado(radicado)
        codes = [code, *_above(code)]
        found = lock(codes)
        follower = found.get(code)
        if follower is None or not follower.is_visible_to(author):
            raise NotFound(code)
        _check(follower, Action.UNLINK, author)
        leader = found.get(codes[-1])
        if leader is None or follower.leader_id != leader.id:
            raise RuleBroken(f"{code} no está vinculado a otro.")
        follower.leader_id = None
        _drop_out(follower)
        note = f"Estaba bajo {leader.radicado}."
        move(follower, Action.UNLINK, author=author, now=now, note=note)
        note = f"{code} ya no está bajo este."
        move(leader, Action.UNLINK, author=author, now=now, note=note)


def leads(case: Requerimiento) -> bool:
    """Whether others are linked under a case."""
    followers = select(Requerimiento.id).filter_by(leader_id=case.id).limit(1)
    return db.session.scalar(followers) is not None


def of_case(case: Requerimiento, account: Account) -> Relatives:
    """What a case is linked with, in one statement; of its followers, what falls due first."""
    if case.leader_id is not None:
        above = select(Requerimiento).where(Requerimiento.id == case.leader_id)
        rows = cases.others(above, account=account)
        return Relatives(leader=rows[0][0] if rows else None)
    below = (
        select(Requerimiento, PreparedAnswer)
        .outerjoin(PreparedAnswer, PreparedAnswer.requerimiento_id == Requerimiento.id)
        .where(Requerimiento.leader_id == case.id)
        .options(joinedload(Requerimiento.citizen))
        .order_by(Requerimiento.is_open.desc(), Requerimiento.due_on, Requerimiento.id)
        .limit(MOST)
    )
    rows = cases.others(below, account=account)
    return Relatives(followers=tuple(Follower(row[0], row[1]) for row in rows))


def _above(code: str) -> list[str]:
    """The radicado of the leader of a case, if it has one: read to know what to lock."""
    leads = select(Requerimiento.leader_id).filter_by(radicado=code).scalar_subquery()
    query = select(Requerimiento.radicado).where(Requerimiento.id == leads)
    return list(db.session.scalars(query))


def _drop_out(follower: Requerimiento) -> None:
    """Keep an answer of a follower from going with its leader's."""
    prepared = db.session.scalar(
        select(PreparedAnswer)
        .filter_by(requerimiento_id=follower.id, stage=Stage.LEAVING, goes_at=None)
        .execution_options(populate_existing=True)
    )
    if prepared is not None:
        held.return_to_author(prepared, "Se desvinculó antes de que saliera.")


def _both(radicado: str, other: str, author: Account) -> list[Requerimiento]:
    try:
        return load_all([radicado, other], author)
    except NotFound as missing:
        if str(missing) == normalise_radicado(radicado):
            raise
        is_masked = isinstance(missing, Reserved)
        raise FieldRefused("other", MASKED if is_masked else MISSING) from None


def _check(case: Requerimiento, action: Action, author: Account) -> None:
    reason = refusal(case, action, author)
    if reason is not None:
        raise reason


def _place(case: Requerimiento) -> Place:
    return Place(
        case.id,
        case.radicado,
        is_open=case.is_open,
        leader_id=case.leader_id,
        leads=leads(case),
    )

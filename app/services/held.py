"""An answer that was not sent, when something else happens to its case: it ends, somebody is set
apart from it, or it is to be moved. And those of the cases linked under it, which wait for it.

It is below `casework`, because the history itself asks for it: every function is part of the
transaction of the caller.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action
from app.extensions import db
from app.models import Message, PreparedAnswer, Requerimiento, Stage
from app.services import search

WAITING = (PreparedAnswer.stage == Stage.LEAVING, PreparedAnswer.goes_at.is_(None))
# What is not done with a case while its answer is on its way.
KEPT_BACK = frozenset({Action.ANSWER, Action.ASSIGN, Action.RELEASE, Action.HAND_OVER})
ON_ITS_WAY = {
    Stage.LEAVING: "La respuesta está saliendo: espere a que salga, o deshaga el envío.",
    Stage.TO_APPROVE: "La respuesta espera aprobación: espérela, o deshaga el envío.",
}
WITH_THE_LEADER = (
    "La respuesta sale con la del requerimiento principal: espérela, o sáquela en este caso."
)
SET_APART = "No salió: quien la escribió o la aprobó quedó apartado de este caso."


def of_case(case_id: int) -> PreparedAnswer | None:
    """The answer that is prepared in a case, with its words."""
    return db.session.scalar(
        select(PreparedAnswer)
        .filter_by(requerimiento_id=case_id)
        .options(joinedload(PreparedAnswer.message).selectinload(Message.attachments))
        .execution_options(populate_existing=True)
    )


def obstacle(case_id: int) -> RuleBroken | None:
    """Why a case is not given to others while its answer is on its way, or None."""
    row = db.session.execute(
        select(PreparedAnswer.stage, PreparedAnswer.goes_at).filter_by(requerimiento_id=case_id)
    ).first()
    reason = why_kept(*row) if row else ""
    return RuleBroken(reason) if reason else None


def why_kept(stage: Stage | None, goes_at: datetime | None) -> str:
    """Why an answer of that stage, that goes at that moment, keeps its case where it is; "" if it
    does not, or there is none."""
    if stage is Stage.LEAVING and goes_at is None:
        return WITH_THE_LEADER
    return ON_ITS_WAY.get(stage, "") if stage else ""


def case_ended(case: Requerimiento, action: Action) -> None:
    """Keep the answer of a case that ended otherwise. Those that waited for it to be approved stay
    unsent in their cases too; those that were leaving with it go all the same."""
    prepared = of_case(case.id)
    if prepared is None or prepared.stage is Stage.RETURNED:
        return
    waiting, goes_at = rows(case), prepared.goes_at
    why = action.done if action is Action.WITHDRAW else f"El caso terminó: {action.done.lower()}"
    return_to_author(prepared, f"No salió. {why}.")
    for other in waiting:
        if goes_at is not None:
            other.goes_at = goes_at
        else:
            return_to_author(other, f"No salió. El principal, {case.radicado}, terminó.")
    db.session.flush()


def set_apart(case: Requerimiento, person_id: int) -> None:
    """Keep an answer from going that was written or approved by whom the case is closed to."""
    prepared = of_case(case.id)
    if prepared is not None and person_id in (prepared.message.author_id, prepared.reviewer_id):
        keep(case, SET_APART)


def keep(case: Requerimiento, remark: str) -> None:
    """Keep the answer of a case from going, if one is on its way, with its words and why."""
    prepared = of_case(case.id)
    if prepared is None or prepared.stage is Stage.RETURNED:
        return
    take_back(case)
    return_to_author(prepared, remark)
    db.session.flush()


def return_to_author(prepared: PreparedAnswer, remark: str) -> None:
    """Keep an answer from going, with its words. Nobody has returned it: the remark says why."""
    prepared.stage, prepared.goes_at, prepared.reviewer_id = Stage.RETURNED, None, None
    prepared.remark = remark[:500]


def take_back(leader: Requerimiento) -> None:
    """Throw away the answers that waited for the leader's, which was taken back: its words, with
    their blanks, stay with it."""
    found = rows(leader)
    numbers = [prepared.requerimiento_id for prepared in found]
    for prepared in found:
        discard(prepared)
    if numbers:
        search.reword_all(numbers)


def discard(prepared: PreparedAnswer) -> None:
    """Throw away an answer that did not go, with its words."""
    message = prepared.message
    for attachment in message.attachments:
        db.session.delete(attachment)
    db.session.delete(prepared)
    db.session.flush()
    db.session.delete(message)
    db.session.flush()


def release(leader: Requerimiento, now: datetime) -> None:
    """Let the answers that waited for the leader's go."""
    for prepared in rows(leader):
        prepared.goes_at = now
    db.session.flush()


def rows(leader: Requerimiento) -> list[PreparedAnswer]:
    """The answers that wait for the leader's, locked: who takes one of them out by itself does not
    wait for us."""
    query = (
        select(PreparedAnswer)
        .join(Requerimiento, Requerimiento.id == PreparedAnswer.requerimiento_id)
        .where(Requerimiento.leader_id == leader.id, *WAITING)
        .options(joinedload(PreparedAnswer.message).selectinload(Message.attachments))
        .order_by(PreparedAnswer.requerimiento_id)
        .with_for_update(of=PreparedAnswer)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))

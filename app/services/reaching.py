"""What is known of whether a letter that asks for something reached its citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import load_only

from app.domain.reach import Reach
from app.domain.requerimiento import Action
from app.extensions import db
from app.models import Event, Message, OutboxMessage, OutboxStatus, Requerimiento

ASKING = (Action.ASK_TO_COMPLETE, Action.ASK_TO_CLARIFY)
NOTICE = "act"  # the mail that tells of a letter of the law


def of_request(case: Requerimiento) -> Reach:
    """What is known of the last letter that asked the citizen for something, in three statements.
    Where any mail of the case came back and nobody has notified it since, none is taken for
    received."""
    letter = db.session.scalars(
        select(Message)
        .filter_by(requerimiento_id=case.id)
        .where(Message.action.in_(ASKING))
        .options(load_only(Message.written_at, Message.opened_at))
        .order_by(Message.id.desc())
        .limit(1)
    ).one_or_none()
    if letter is None:
        return Reach()
    came_back = case.undelivered_at is not None
    told = [when for when in (letter.opened_at, _notified_at(case, letter)) if when is not None]
    return Reach(
        mailed=not came_back and _was_mailed(case, letter),
        had_on=min(told).date() if told else None,
        came_back=came_back,
    )


def _notified_at(case: Requerimiento, letter: Message) -> datetime | None:
    """When somebody wrote down that it was told by other means."""
    return db.session.scalar(
        select(Event.happened_at)
        .filter_by(requerimiento_id=case.id, action=Action.NOTIFY)
        .where(Event.happened_at >= letter.written_at)
        .order_by(Event.id)
        .limit(1)
    )


def _was_mailed(case: Requerimiento, letter: Message) -> bool:
    """Whether the mail server took the notice of that letter, and nobody gave it back."""
    sent = exists().where(
        OutboxMessage.requerimiento_id == case.id,
        OutboxMessage.letter == NOTICE,
        OutboxMessage.created_at == letter.written_at,
        OutboxMessage.status == OutboxStatus.SENT,
        OutboxMessage.returned_at.is_(None),
    )
    return bool(db.session.scalar(select(sent)))

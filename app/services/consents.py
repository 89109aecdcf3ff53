"""Deciding on electronic notification: decisions are only ever added, and chained in the register,
so that what held at any moment can be proved (L7). Reading them is in `decisions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.errors import NotFound
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import Account, NotificationConsent, Requerimiento
from app.services import register
from app.services.casework import load, move


def decide(
    account: Account, accepts: bool, *, case: Requerimiento | None = None, now: datetime
) -> None:
    """Keep what a person decides for one case of theirs, or for all of them. Said again, nothing
    is added.

    Raises:
        NotFound: the case is somebody else's.
    """
    if account.is_staff or (case is not None and case.citizen_id != account.id):
        raise NotFound("consent")
    account_id, case_id = account.id, case.id if case else None
    with writing() as session:
        held = _held(account, case)
        query = select(NotificationConsent).filter_by(
            account_id=account_id, requerimiento_id=case_id
        )
        last = session.scalars(query.order_by(NotificationConsent.id.desc()).limit(1)).first()
        if last is not None and last.accepts == accepts:
            return
        consent = NotificationConsent(
            account_id=account_id, requerimiento_id=case_id, accepts=accepts, decided_at=now
        )
        session.add(consent)
        session.flush()
        if held is None:
            register.record_decision(consent)
        else:
            action = Action.ACCEPT_NOTICES if accepts else Action.REFUSE_NOTICES
            move(held, action, author=account, now=now)


def _held(account: Account, case: Requerimiento | None) -> Requerimiento | None:
    """The case of a decision, if it is of one. Whoever decides is locked: never twice at once."""
    if case is not None:
        return load(case.radicado, account)
    db.session.refresh(account, with_for_update={"key_share": True, "of": Account})
    return None

"""Two cases of the demo that look alike, linked as whoever sorts them does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.requerimiento import Status
from app.extensions import db
from app.models import Account, Requerimiento
from app.services import likeness, related

LOOKED_AT = 40  # of the open cases, the newest
IN_HAND = (Status.ASSIGNED, Status.IN_PROGRESS)


def link_two(coordinator: Account, now: datetime) -> None:
    """Link the newest case in hand that looks like another under that one, if there is one."""
    newest = (
        select(Requerimiento)
        .filter_by(entity_id=coordinator.entity_id)
        .where(Requerimiento.status.in_(IN_HAND))
        .order_by(Requerimiento.id.desc())
        .limit(LOOKED_AT)
    )
    for case in db.session.scalars(newest).all():
        for found in likeness.alike(case, account=coordinator, now=now):
            if found.case.status in IN_HAND:
                related.link(
                    case.radicado,
                    found.case.radicado,
                    other_leads=True,
                    author=coordinator,
                    now=now,
                )
                return

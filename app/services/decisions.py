"""What people decided on electronic notification, as it is read (L7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from app.domain.consent import Decision, in_force
from app.extensions import db
from app.models import Account, NotificationConsent, Requerimiento


def of_account(account: Account, now: datetime) -> Decision | None:
    """What holds for the cases of a person that have no decision of their own."""
    query = select(NotificationConsent).filter_by(account_id=account.id, requerimiento_id=None)
    return in_force(map(_decision, db.session.scalars(query)), now)


def of_case(case: Requerimiento) -> Sequence[Decision]:
    """Every decision that may rule a case."""
    rows = db.session.scalars(
        select(NotificationConsent)
        .filter_by(account_id=case.citizen_id)
        .where(
            or_(
                NotificationConsent.requerimiento_id.is_(None),
                NotificationConsent.requerimiento_id == case.id,
            )
        )
        .order_by(NotificationConsent.id)
    )
    return [_decision(row) for row in rows]


def _decision(row: NotificationConsent) -> Decision:
    return Decision(row.accepts, row.decided_at, row.requerimiento_id is not None)

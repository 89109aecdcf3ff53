"""What a person was typing: one draft for each person and form, until it is filed or sent."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.extensions import db, writing
from app.models import Draft

FILING = "filing"
COUNTER = "ventanilla"
PROFILE = "mis-datos"
COMPLETION = "completar-datos"


def save(account_id: int, form: str, fields: dict[str, Any], now: datetime) -> None:
    """Keep what was typed in a form, in place of what was kept before."""
    text = json.dumps(fields, ensure_ascii=False)
    with writing() as session:
        draft = session.scalar(select(Draft).filter_by(account_id=account_id, form=form))
        if draft is None:
            draft = Draft(account_id=account_id, form=form)
            session.add(draft)
        draft.fields, draft.saved_at = text, now


def load(account_id: int, form: str) -> dict[str, Any] | None:
    """What was kept of a form, or None."""
    text = db.session.scalar(select(Draft.fields).filter_by(account_id=account_id, form=form))
    return dict(json.loads(text)) if text else None


def discard(account_id: int, form: str) -> None:
    """Throw a draft away, at its owner's word."""
    with writing() as session:
        session.execute(delete(Draft).filter_by(account_id=account_id, form=form))

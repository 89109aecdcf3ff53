"""The record of what administrators change (W8), written by the transaction of each change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.extensions import db
from app.models import Account, AdministrationChange


def record(
    *,
    entity_id: int,
    subject: str,
    subject_id: int | None,
    title: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    author: Account | None,
    now: datetime,
) -> None:
    """Write down a change within the transaction of the caller: the fields that are not the same
    before and after, as values that JSON can hold. Nothing is written where nothing changed."""
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if not changed:
        return
    db.session.add(
        AdministrationChange(
            entity_id=entity_id,
            author_id=author.id if author else None,
            happened_at=now,
            subject=subject,
            subject_id=subject_id,
            title=title[:200],
            before={name: before[name] for name in sorted(changed & set(before))},
            after={name: after[name] for name in sorted(changed & set(after))},
        )
    )

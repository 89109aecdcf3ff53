"""The record of what administrators change (W8), written by the transaction of each change and
chained in the register of their entity as it ends."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.errors import RuleBroken
from app.extensions import at_the_end, db
from app.models import Account, AdministrationChange
from app.services import register

PAGE = 25
MEANWHILE = (
    "Otra persona lo cambió mientras usted escribía. No se guardó, para no pisar su cambio. Lo que "
    "escribió sigue aquí, y debajo está lo que hay ahora. Si guarda otra vez, queda lo suyo."
)


class ChangedMeanwhile(RuleBroken):
    """What is there is no longer what its author saw when they began to change it."""

    def __init__(self) -> None:
        super().__init__(MEANWHILE)


def mark_of(facts: Mapping[str, Any]) -> str:
    """What a form carries of the facts that it was opened with."""
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def check_same(shown: str, facts: Mapping[str, Any]) -> None:
    """Let nobody write over what they did not see; called with the row locked. "" asks for nothing.

    Raises:
        ChangedMeanwhile: the mark is of other facts.
    """
    if shown and shown != mark_of(facts):
        raise ChangedMeanwhile


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
    change = AdministrationChange(
        entity_id=entity_id,
        author_id=author.id if author else None,
        happened_at=now,
        subject=subject,
        subject_id=subject_id,
        title=title[:200],
        before={name: before[name] for name in sorted(changed & set(before))},
        after={name: after[name] for name in sorted(changed & set(after))},
    )
    db.session.add(change)
    at_the_end(register.record_changes, change)


@dataclass(frozen=True)
class Recorder:
    """`record` for the things of one kind, which say themselves whose they are."""

    subject: str
    title_of: Callable[[Any], str]

    def __call__(
        self,
        thing: Any,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        *,
        author: Account,
        now: datetime,
    ) -> None:
        record(
            entity_id=thing.entity_id,
            subject=self.subject,
            subject_id=thing.id,
            title=self.title_of(thing),
            before=before,
            after=after,
            author=author,
            now=now,
        )


def page(
    entity_id: int, *, subject: str = "", before: int | None = None
) -> tuple[Sequence[AdministrationChange], int | None]:
    """A page of an entity's record, the newest first, and the id that the next one follows. Of one
    kind of things if `subject` names it."""
    query = (
        select(AdministrationChange)
        .filter_by(entity_id=entity_id)
        .options(joinedload(AdministrationChange.author))
        .order_by(AdministrationChange.id.desc())
        .limit(PAGE + 1)
    )
    if subject:
        query = query.filter_by(subject=subject)
    if before is not None:
        query = query.where(AdministrationChange.id < before)
    rows = db.session.scalars(query).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None

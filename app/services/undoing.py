"""Undoing what an administrator changed, by the opposite change, which is recorded too (W8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.errors import NotFound, RuleBroken
from app.extensions import db, writing
from app.models import Account, AdministrationChange, Entity
from app.services import houses, offices, staff

# What is set back by setting it again. What moves cases, or lets people in and out, has its page.
SIMPLE: Mapping[str, frozenset[str]] = {
    houses.SUBJECT: frozenset(
        {
            *("name", "short_name", "prefix", "municipality", "portal_url", "men_url"),
            *("helpdesk_address", "helpdesk_phone", "helpdesk_email", "helpdesk_hours"),
            *("reading", "closes_at"),
        }
    ),
    offices.SUBJECT: frozenset({"name"}),
    staff.SUBJECT: frozenset(staff.FIELDS),
}
NEWER = "Después hubo otro cambio de lo mismo. Deshaga primero ese, o escriba el valor que quiere."


def is_simple(change: AdministrationChange) -> bool:
    """Whether a change only set fields that can be set back, of the entity that records it."""
    fields = SIMPLE.get(change.subject, frozenset())
    is_own = change.subject != houses.SUBJECT or change.subject_id == change.entity_id
    return bool(change.before) and is_own and {*change.before, *change.after} <= fields


def undoable(shown: Collection[AdministrationChange]) -> set[int]:
    """Which of the changes on a page can be undone: the simple ones whose fields nothing newer
    changed. One statement, and none where there are none."""
    simple = [change for change in shown if is_simple(change)]
    if not simple:
        return set()
    newer = _newer(simple[0].entity_id, min(change.id for change in simple), simple)
    return {
        change.id
        for change in simple
        if not any(other.id > change.id and _overlap(other, change) for other in newer)
    }


def undo(change_id: int, *, author: Account, now: datetime) -> AdministrationChange:
    """Set back what a change set, by the use case that sets it, with all its rules.

    Raises:
        NotFound: it is another entity's.
        RuleBroken: it is not one that can be undone, something newer changed the same, or the rules
            no longer allow the earlier value.
    """
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update=True)
        change = session.get(AdministrationChange, change_id)
        if change is None or change.entity_id != house.id:
            raise NotFound(str(change_id))
        if not is_simple(change):
            raise RuleBroken("Ese cambio no se deshace desde aquí: hágalo en su página.")
        if change.id not in undoable([change]):
            raise RuleBroken(NEWER)
        _set_back(change, house, author, now)
        session.flush()
        session.scalars(
            select(AdministrationChange)
            .filter_by(entity_id=house.id, subject=change.subject, subject_id=change.subject_id)
            .order_by(AdministrationChange.id.desc())
            .limit(1)
        ).one().undoes_id = change.id
        return change


def _set_back(change: AdministrationChange, house: Entity, author: Account, now: datetime) -> None:
    earlier: dict[str, Any] = dict(change.before)
    if change.subject == houses.SUBJECT:
        present = houses.facts_of(house).kept()
        _check_untouched(change, present)
        houses.settle(present | earlier, author=author, now=now)
        return
    if change.subject == offices.SUBJECT:
        office = offices.find(change.subject_id or 0, house.id)
        _check_untouched(change, {"name": office.name})
        offices.rename(office.id, earlier["name"], author=author, now=now)
        return
    person = staff.find(change.subject_id or 0, house.id)
    present = staff.facts_of(person)
    _check_untouched(change, present)
    staff.change(person.id, present | earlier, author=author, now=now)


def _check_untouched(change: AdministrationChange, present: Mapping[str, Any]) -> None:
    """What the command line changed since is in no record."""
    if any(present[name] != value for name, value in change.after.items()):
        raise RuleBroken(NEWER)


def _newer(
    entity_id: int, since: int, simple: Collection[AdministrationChange]
) -> Collection[AdministrationChange]:
    return db.session.scalars(
        select(AdministrationChange).where(
            AdministrationChange.entity_id == entity_id,
            AdministrationChange.id > since,
            AdministrationChange.subject.in_({change.subject for change in simple}),
            AdministrationChange.subject_id.in_({change.subject_id for change in simple}),
        )
    ).all()


def _overlap(one: AdministrationChange, other: AdministrationChange) -> bool:
    same = (one.subject, one.subject_id) == (other.subject, other.subject_id)
    return same and bool({*one.after, *one.before} & {*other.after, *other.before})

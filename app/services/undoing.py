"""Undoing what an administrator changed, by the opposite change, which is recorded too (W8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.domain.errors import NotFound, RuleBroken
from app.domain.house import HouseData
from app.domain.portal_texts import PortalText
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import Account, AdministrationChange, Entity, Office, Topic
from app.services import (
    answer_templates,
    houses,
    offices,
    portal_texts,
    procedures,
    reminders,
    staff,
    topics,
)
from app.services.procedures import ProcedurePlan
from app.services.topics import TopicPlan

NEWER = "Después hubo otro cambio de lo mismo. Deshaga primero ese, o escriba el valor que quiere."
ELSEWHERE = "Ese cambio no se deshace desde aquí: hágalo en su página."
GONE = "{} ya no está, o hay más de uno con ese nombre. Haga el cambio en su página."


@dataclass(frozen=True)
class Undoing:
    """A change to be set back, of whom and when."""

    change: AdministrationChange
    house: Entity
    author: Account
    now: datetime

    @property
    def number(self) -> int:
        """Which thing was changed."""
        return self.change.subject_id or 0

    @property
    def by(self) -> dict[str, Any]:
        """Who sets it back and when, as every use case is told."""
        return {"author": self.author, "now": self.now}

    def over(self, present: Mapping[str, Any]) -> dict[str, Any]:
        """What is there now with the earlier values over it.

        Raises:
            RuleBroken: the command line changed it since, which is in no record.
        """
        if any(present[name] != value for name, value in self.change.after.items()):
            raise RuleBroken(NEWER)
        return {**present, **self.change.before}


def is_simple(change: AdministrationChange) -> bool:
    """Whether a change only set fields that can be set back, of the entity that records it."""
    known, _ = WAYS.get(change.subject, (frozenset[str](), None))
    is_own = change.subject != houses.SUBJECT or change.subject_id == change.entity_id
    is_change = bool(change.before and change.after)
    return is_change and is_own and {*change.before, *change.after} <= known


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
            raise RuleBroken(ELSEWHERE)
        if change.id not in undoable([change]):
            raise RuleBroken(NEWER)
        _, set_back = WAYS[change.subject]
        set_back(Undoing(change, house, author, now))
        session.flush()
        session.scalars(
            select(AdministrationChange)
            .filter_by(entity_id=house.id, subject=change.subject, subject_id=change.subject_id)
            .order_by(AdministrationChange.id.desc())
            .limit(1)
        ).one().undoes_id = change.id
        return change


def _house(one: Undoing) -> None:
    houses.settle(one.over(houses.facts_of(one.house).kept()), **one.by)


def _office(one: Undoing) -> None:
    office = offices.find(one.number, one.house.id)
    offices.rename(office.id, one.over({"name": office.name})["name"], **one.by)


def _person(one: Undoing) -> None:
    person = staff.find(one.number, one.house.id)
    staff.change(person.id, one.over(staff.facts_of(person)), **one.by)


def _topic(one: Undoing) -> None:
    topic = topics.find(one.number, one.house.id)
    facts = one.over(topics.facts_of(topic))
    # The record says how the branch and the office were called.
    parent, office = facts.pop("parent"), facts.pop("office")
    changed = one.change.before
    plan = TopicPlan(
        **facts | {"kind": Kind(facts["kind"]) if facts["kind"] else None},
        parent_id=_named(Topic, parent, one) if "parent" in changed else topic.parent_id,
        office_id=_named(Office, office, one) if "office" in changed else topic.office_id,
    )
    topics.save(topic.id, plan, **one.by)


def _procedure(one: Undoing) -> None:
    procedure = procedures.find(one.number, one.house.id)
    facts = one.over(procedures.facts_of(procedure))
    topic = facts.pop("topic")
    is_moved = "topic" in one.change.before
    topic_id = _named(Topic, topic, one) if is_moved else procedure.topic_id
    procedures.save(procedure.id, ProcedurePlan(**facts, topic_id=topic_id), **one.by)


def _template(one: Undoing) -> None:
    template = answer_templates.find(one.number, one.house.id)
    answer_templates.save(template.id, **one.over(answer_templates.facts_of(template)), **one.by)


def _text(one: Undoing) -> None:
    name = next((text for text in PortalText if text.label == one.change.title), None)
    if name is None:
        raise RuleBroken(ELSEWHERE)
    present = {"text": one.house.texts.get(name, "")}
    portal_texts.write(name, one.over(present)["text"], **one.by)


def _reminders(one: Undoing) -> None:
    reminders.set_points(one.over({"points": one.house.reminder_points})["points"], **one.by)


def _named(model: type[Topic] | type[Office], name: str, one: Undoing) -> int | None:
    """The number of what the entity calls so; None for nothing."""
    if not name:
        return None
    found = db.session.scalars(
        select(model.id).filter_by(entity_id=one.house.id, name=name).limit(2)
    ).all()
    if len(found) != 1:
        raise RuleBroken(GONE.format(name))
    return found[0]


# What is set back by setting it again: the fields, and how. What moves cases, or lets people in and
# out, has its page; a rule, an absence or a place in the team is undone by taking it away.
WAYS: Mapping[str, tuple[frozenset[str], Callable[[Undoing], None]]] = {
    houses.SUBJECT: (frozenset(HouseData.__dataclass_fields__) - {"saturday_counts"}, _house),
    offices.SUBJECT: (frozenset({"name"}), _office),
    staff.SUBJECT: (frozenset(staff.FIELDS), _person),
    topics.SUBJECT: (
        frozenset(field.name for field in fields(TopicPlan)) - {"parent_id", "office_id"}
        | {"parent", "office"},
        _topic,
    ),
    procedures.SUBJECT: (
        frozenset(field.name for field in fields(ProcedurePlan)) - {"topic_id"} | {"topic"},
        _procedure,
    ),
    answer_templates.SUBJECT: (frozenset({"name", "body", "office_id"}), _template),
    portal_texts.SUBJECT: (frozenset({"text"}), _text),
    reminders.SUBJECT: (frozenset({"points"}), _reminders),
}


def _newer(
    entity_id: int, since: int, simple: Collection[AdministrationChange]
) -> Collection[AdministrationChange]:
    return db.session.scalars(
        select(AdministrationChange).where(
            AdministrationChange.entity_id == entity_id,
            AdministrationChange.id > since,
            AdministrationChange.subject.in_({change.subject for change in simple}),
            or_(
                AdministrationChange.subject_id.in_({change.subject_id for change in simple}),
                AdministrationChange.subject_id.is_(None),
            ),
        )
    ).all()


def _overlap(one: AdministrationChange, other: AdministrationChange) -> bool:
    return _which(one) == _which(other) and bool(
        {*one.after, *one.before} & {*other.after, *other.before}
    )


def _which(change: AdministrationChange) -> tuple[str, int | None, str]:
    """What was changed; what has no number is known by its title, which is always the same."""
    return (change.subject, change.subject_id, "" if change.subject_id else change.title)

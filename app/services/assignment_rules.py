"""What administrators do with the rules that give cases: each change is recorded (W2, W8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Kind
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, AssignmentRule, Entity, Office, Topic
from app.services import changes, routing
from app.services.casework import NotAllowed

MOST = 200  # rules of an entity: all are read at each filing
SUBJECT = "regla"
_record = changes.Recorder(SUBJECT, routing.heading_of)


def find(rule_id: int, entity_id: int) -> AssignmentRule:
    """One of an entity.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    found = db.session.scalar(
        select(AssignmentRule)
        .filter_by(id=rule_id, entity_id=entity_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(str(rule_id))
    return found


def save(
    rule_id: int | None,
    *,
    topic_id: int | None,
    kind: Kind | None,
    office_id: int,
    assignee_id: int | None,
    least_busy: bool,
    author: Account,
    now: datetime,
    shown: str = "",
) -> None:
    """Keep a new rule, the last of all, or what was changed in one.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        FieldRefused: the topic, the office or the person will not do, or there are too many.
        ChangedMeanwhile: the rule is no longer as the author saw it.
    """
    with _deciding(author) as entity_id:
        _check_topic(topic_id, entity_id)
        _check_office(office_id, entity_id)
        _check_person(assignee_id, entity_id)
        if rule_id is None:
            rule = AssignmentRule(entity_id=entity_id, position=_next_position(entity_id))
            before: dict[str, Any] = {}
            db.session.add(rule)
        else:
            rule = find(rule_id, entity_id)
            changes.check_same(shown, facts_of(rule))
            before = _facts(rule)
        rule.topic_id, rule.kind, rule.office_id = topic_id, kind, office_id
        rule.assignee_id = None if least_busy else assignee_id
        rule.least_busy = least_busy
        db.session.flush()
        db.session.refresh(rule)
        _record(rule, before, _facts(rule), author=author, now=now)


def remove(rule_id: int, *, author: Account, now: datetime) -> None:
    """Take a rule away; what it gave stays where it is.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
    """
    with _deciding(author) as entity_id:
        rule = find(rule_id, entity_id)
        _record(rule, _facts(rule), {}, author=author, now=now)
        db.session.delete(rule)


def shift(rule_id: int, *, by: int, author: Account, now: datetime) -> None:
    """Change places with the rule before (`by` -1) or after (1); at an end nothing moves.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
    """
    with _deciding(author) as entity_id:
        rule = find(rule_id, entity_id)
        rules = [each.rule for each in routing.of_entity(entity_id, now.date())]
        here = rules.index(rule)
        there = here + by
        if not 0 <= there < len(rules):
            return
        rules.insert(there, rules.pop(here))
        for position, each in enumerate(rules, 1):
            each.position = position
        _record(rule, {"place": here + 1}, {"place": there + 1}, author=author, now=now)


def facts_of(rule: AssignmentRule) -> dict[str, Any]:
    """What administrators change of a rule, as values that JSON can hold."""
    return {
        "topic_id": rule.topic_id,
        "kind": rule.kind.value if rule.kind else None,
        "office_id": rule.office_id,
        "assignee_id": rule.assignee_id,
        "least_busy": rule.least_busy,
    }


def naming(person_id: int, entity_id: int) -> Sequence[AssignmentRule]:
    """The rules of an entity that give to that person."""
    query = select(AssignmentRule).filter_by(entity_id=entity_id, assignee_id=person_id)
    return db.session.scalars(query.order_by(AssignmentRule.position)).all()


def give_to_office(person_id: int, *, author: Account, now: datetime) -> None:
    """Let the rules that name somebody who leaves give to the same office, to nobody yet: a rule
    that names who receives no more would be passed by.

    Raises:
        NotAllowed: the author is no administrator.
    """
    with _deciding(author) as entity_id:
        for rule in naming(person_id, entity_id):
            before, rule.assignee = _facts(rule), None
            _record(rule, before, _facts(rule), author=author, now=now)


@contextmanager
def _deciding(author: Account) -> Iterator[int]:
    """The transaction of a change of the rules, one at a time; lends the number of the entity."""
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia las reglas.")
    with writing() as session:
        house = session.get_one(Entity, author.entity_id, with_for_update={"key_share": True})
        yield house.id


def _check_topic(topic_id: int | None, entity_id: int) -> None:
    topic = db.session.get(Topic, topic_id) if topic_id else None
    if topic_id and (topic is None or topic.entity_id != entity_id):
        raise FieldRefused("topic", "Elija el tema de la lista.")


def _check_office(office_id: int, entity_id: int) -> None:
    office = db.session.get(Office, office_id)
    if office is None or office.entity_id != entity_id or not office.is_active:
        raise FieldRefused("office", "Elija la dependencia de la lista.")


def _check_person(assignee_id: int | None, entity_id: int) -> None:
    person = db.session.get(Account, assignee_id) if assignee_id else None
    if assignee_id and (
        person is None or person.entity_id != entity_id or not person.may(Permission.WORK)
    ):
        raise FieldRefused("who", "Elija la persona de la lista.")


def _next_position(entity_id: int) -> int:
    count, last = db.session.execute(
        select(func.count(), func.max(AssignmentRule.position)).where(
            AssignmentRule.entity_id == entity_id
        )
    ).one()
    if count >= MOST:
        raise FieldRefused("topic", f"Ya hay {MOST} reglas: quite alguna.")
    return (last or 0) + 1


def _facts(rule: AssignmentRule) -> dict[str, Any]:
    """What a rule says, as the record of changes keeps it."""
    person = rule.assignee.display_name if rule.assignee else None
    return {
        "topic": rule.topic.name if rule.topic else None,
        "kind": rule.kind.value if rule.kind else None,
        "office": rule.office.name,
        "assignee": "la de menos casos abiertos" if rule.least_busy else person,
    }

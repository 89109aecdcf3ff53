"""To whom the rules of an entity give what is filed (W2). A rule that names an office or a person
who can no longer receive is passed by; for who is away, the substitute receives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.domain.requerimiento import Kind
from app.domain.roles import Permission, Role
from app.domain.routing import Rule, follow
from app.extensions import db
from app.models import Absence, Account, AssignmentRule, Office, Requerimiento, Topic
from app.services import substitutes


@dataclass(frozen=True)
class Route:
    """Where a rule sends a case. `number` is the place of the rule in the order that people read,
    `receiver` the name of the person, and `note` what the history says."""

    number: int
    office_id: int
    assignee_id: int | None
    receiver: str
    note: str


@dataclass(frozen=True)
class Ruled:
    """A rule with its number, the person who stands in for the one it names, and why it is passed
    by; "" if it is not."""

    rule: AssignmentRule
    number: int
    substitute: Account | None
    problem: str


def of_entity(entity_id: int, today: date) -> list[Ruled]:
    """The rules of an entity in their order, in one statement."""
    away = Absence.account_id == AssignmentRule.assignee_id
    rows = db.session.execute(
        select(AssignmentRule, substitutes.SUBSTITUTE)
        .join(AssignmentRule.office)
        .outerjoin(AssignmentRule.assignee)
        .outerjoin(Absence, away & substitutes.on(today))
        .outerjoin(
            substitutes.SUBSTITUTE,
            substitutes.SUBSTITUTE.id == Absence.substitute_id,
        )
        .where(AssignmentRule.entity_id == entity_id)
        .options(
            contains_eager(AssignmentRule.office),
            contains_eager(AssignmentRule.assignee),
            joinedload(AssignmentRule.topic),
        )
        .order_by(AssignmentRule.position, AssignmentRule.id)
    )
    return [
        Ruled(rule, number, substitute, problem_of(rule))
        for number, (rule, substitute) in enumerate(rows, 1)
    ]


def find(
    entity_id: int, topic: Topic | None, kind: Kind, *, is_sensitive: bool, today: date
) -> Route | None:
    """Where a case of that topic and kind goes; None if no rule takes it. What is sensitive goes
    to nobody outside the reserve team: then its office has it, and distributes it."""
    rules = of_entity(entity_id, today)
    ruled = chosen(rules, path_of(topic) if rules else [], kind)
    return _route(ruled, is_sensitive, today) if ruled else None


def chosen(rules: Sequence[Ruled], path: Sequence[int], kind: Kind) -> Ruled | None:
    """The rule that takes a case whose topic has that path."""
    by_id = {each.rule.id: each for each in rules}
    found = follow(
        (
            Rule(each.rule.id, each.rule.topic_id, each.rule.kind, is_able=not each.problem)
            for each in rules
        ),
        path,
        kind,
    )
    return by_id[found.id] if found else None


def path_of(topic: Topic | None) -> list[int]:
    """The topic and those above it, the nearest first."""
    path: list[int] = []
    while topic is not None and topic.id not in path:
        path.append(topic.id)
        topic = topic.parent
    return path


def path_in(parents: Mapping[int, int | None], topic_id: int | None) -> list[int]:
    """As `path_of`, when the tree is at hand."""
    path: list[int] = []
    while topic_id is not None and topic_id not in path:
        path.append(topic_id)
        topic_id = parents.get(topic_id)
    return path


def problem_of(rule: AssignmentRule) -> str:
    """Why a rule is passed by; "" if it is not."""
    if not rule.office.is_active:
        return f"La dependencia {rule.office.name} está inactiva."
    person = rule.assignee
    if person is not None and not person.may(Permission.WORK):
        return f"{person.display_name} ya no recibe requerimientos."
    return ""


def _route(ruled: Ruled, is_sensitive: bool, today: date) -> Route:
    rule = ruled.rule
    person, said = _receiver(ruled, is_sensitive, today)
    receiver = person.display_name if person else ""
    whose = f"{rule.office.name}: {receiver}" if receiver else rule.office.name
    whose += f", {said}" if said else ""
    note = f"{whose}. Por la regla {ruled.number}: {title_of(rule)}."
    return Route(ruled.number, rule.office_id, person.id if person else None, receiver, note)


def _receiver(ruled: Ruled, is_sensitive: bool, today: date) -> tuple[Account | None, str]:
    """Whom the rule gives it to, and what there is to say of it."""
    rule, named = ruled.rule, ruled.rule.assignee
    if rule.least_busy:
        person = _least_busy(rule.office_id, is_sensitive, today)
        is_left = is_sensitive and person is None
        return person, "sin persona: no hay quien sea del equipo de reserva" if is_left else ""
    if named is None:
        return None, ""
    if ruled.substitute is not None:
        cover = substitutes.covering(named, ruled.substitute, is_sensitive=is_sensitive)
        return cover.receiver, cover.said
    if is_sensitive and not named.in_reserve_team:
        return None, f"sin persona: {named.display_name} no es del equipo de reserva"
    return named, ""


def title_of(rule: AssignmentRule) -> str:
    """What a rule asks for, in words: «Queja de Cupos escolares»."""
    kind = rule.kind.label if rule.kind else "todo"
    return f"{kind} de {rule.topic.name}" if rule.topic else f"{kind} de cualquier tema"


def heading_of(rule: AssignmentRule) -> str:
    """The same, where it begins a line."""
    title = title_of(rule)
    return title[:1].upper() + title[1:]


def _least_busy(office_id: int, is_sensitive: bool, today: date) -> Account | None:
    """The person of an office, there today, who has the fewest open cases: of its officials or,
    where there is none, of who else can receive. Those who manage have few because they manage. Of
    what is sensitive, only the reserve team is asked."""
    theirs = (
        select(func.count())
        .where(
            Requerimiento.entity_id == Account.entity_id,
            Requerimiento.is_open,
            Requerimiento.assignee_id == Account.id,
        )
        .scalar_subquery()
    )
    away = select(Absence.account_id).where(substitutes.on(today))
    asked = Account.in_reserve_team if is_sensitive else true()
    return db.session.scalar(
        select(Account)
        .join(Office, (Office.id == Account.office_id) & (Office.entity_id == Account.entity_id))
        .where(Account.office_id == office_id, substitutes.able(Account), asked)
        .where(Account.id.not_in(away))
        .order_by(Account.role != Role.OFFICIAL, theirs, Account.id)
        .limit(1)
    )

"""The tree of topics as its administrators change it (S16). What is offered at filing is in
`entities.offered`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Kind
from app.domain.roles import Permission
from app.domain.terms import LONGEST_SOURCE, promise_problem
from app.domain.topics import DEEPEST, Branch, in_order, parents_for
from app.extensions import db, writing
from app.models import Account, Entity, Office, Procedure, Requerimiento, Topic
from app.services import changes
from app.services.casework import NotAllowed

SUBJECT = "tema"
_record = changes.Recorder(SUBJECT, attrgetter("name"))
LONGEST_NAME = 120
LAST_POSITION = 9_999
USED = (
    "Hay requerimientos con este tema, así que no se quita: queda en la historia. Desactívelo para "
    "que no se ofrezca más."
)


@dataclass(frozen=True, kw_only=True)
class TopicPlan:
    """What a topic is to be. `term_days` None leaves its term to the law."""

    name: str
    parent_id: int | None = None
    office_id: int | None = None
    kind: Kind | None = None
    term_days: int | None = None
    term_source: str = ""
    is_public: bool = True
    needs_approval: bool = False
    is_sensitive: bool = False
    is_active: bool = True
    position: int = 0


def branches(entity_id: int) -> list[Branch[Topic]]:
    """All topics of an entity in their places, with their offices."""
    query = select(Topic).filter_by(entity_id=entity_id).options(joinedload(Topic.office))
    return in_order(db.session.scalars(query))


def find(topic_id: int, entity_id: int) -> Topic:
    """One of an entity.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    found = db.session.scalar(select(Topic).filter_by(id=topic_id, entity_id=entity_id))
    if found is None:
        raise NotFound(str(topic_id))
    return found


def is_used(topic_id: int) -> bool:
    """Whether a requerimiento was ever filed under it."""
    query = select(Requerimiento.id).filter_by(topic_id=topic_id).limit(1)
    return db.session.scalar(query) is not None


def facts_of(topic: Topic) -> dict[str, Any]:
    """What a topic is, as the record of changes keeps it."""
    return {
        "name": topic.name,
        "parent": topic.parent.name if topic.parent else "",
        "office": topic.office.name if topic.office else "",
        "kind": topic.kind.value if topic.kind else "",
        "term_days": topic.term_days,
        "term_source": topic.term_source,
        "is_public": topic.is_public,
        "needs_approval": topic.needs_approval,
        "is_sensitive": topic.is_sensitive,
        "is_active": topic.is_active,
        "position": topic.position,
    }


def save(
    topic_id: int | None, plan: TopicPlan, *, author: Account, now: datetime, shown: str = ""
) -> int:
    """Make a topic, or change one, and return its number. Cases that are filed already keep the
    office and the term that they have. `shown` is the mark of what its author saw.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        ChangedMeanwhile: it is no longer what its author saw.
        FieldRefused: the name, the parent, the office or the term will not do.
    """
    entity_id = _check(author)
    with writing() as session:
        _take_turn(session, entity_id)
        topic = find(topic_id, entity_id) if topic_id else Topic(entity_id=entity_id)
        before = facts_of(topic) if topic_id else {}
        changes.check_same(shown if topic_id else "", before)
        known = branches(entity_id)
        name = _checked_name(plan, known, topic_id)
        _check_parent(plan, known, topic_id)
        _check_office(session, plan, topic)
        source = check_promise(plan.kind, plan.term_days, plan.term_source, now)
        if not 0 <= plan.position <= LAST_POSITION:
            raise FieldRefused("position", f"Escriba un número de 0 a {LAST_POSITION}.")
        topic.name, topic.parent_id, topic.office_id = name, plan.parent_id, plan.office_id
        topic.kind, topic.term_days, topic.term_source = plan.kind, plan.term_days, source
        topic.is_public, topic.needs_approval = plan.is_public, plan.needs_approval
        topic.is_sensitive = plan.is_sensitive
        topic.is_active, topic.position = plan.is_active, plan.position
        session.add(topic)
        session.flush()
        session.refresh(topic)
        _record(topic, before, facts_of(topic), author=author, now=now)
        return topic.id


def remove(topic_id: int, *, author: Account, now: datetime) -> None:
    """Take away a topic that was never used.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        RuleBroken: something hangs from it, or was filed under it.
    """
    entity_id = _check(author)
    with writing() as session:
        _take_turn(session, entity_id)
        topic = find(topic_id, entity_id)
        if session.scalar(select(Topic.id).filter_by(parent_id=topic.id).limit(1)):
            raise RuleBroken("De este tema cuelgan otros: quítelos o muévalos primero.")
        if is_used(topic.id):
            raise RuleBroken(USED)
        if session.scalar(select(Procedure.id).filter_by(topic_id=topic.id).limit(1)):
            raise RuleBroken(
                "Un trámite del catálogo usa este tema: cámbielo en el trámite primero."
            )
        _record(topic, facts_of(topic), {}, author=author, now=now)
        session.delete(topic)
        try:
            session.flush()
        except IntegrityError:
            raise RuleBroken("Algo más usa este tema. Desactívelo en lugar de quitarlo.") from None


def check_promise(kind: Kind | None, days: int | None, source: str, now: datetime) -> str:
    """The act behind a term that the entity promises, tidy; "" where it promises none.

    Raises:
        FieldRefused: the law does not let it promise that, or no act says so.
    """
    if days is None:
        return ""
    if problem := promise_problem(kind, days, now.date()):
        raise FieldRefused("term_days", problem)
    act = tidy(source)
    if not act or len(act) > LONGEST_SOURCE:
        raise FieldRefused(
            "term_source",
            "Escriba el acto que fija el plazo, como «Resolución 123 de 2026», en "
            f"{LONGEST_SOURCE} letras o menos.",
        )
    return act


def _check(author: Account) -> int:
    """The entity whose topics the author changes."""
    if not author.may(Permission.ADMINISTER) or author.entity_id is None:
        raise NotAllowed("Solo un administrador cambia los temas.")
    return author.entity_id


def _take_turn(session: Session, entity_id: int) -> None:
    """One change of the tree at a time: two that are good alone may make a cycle together."""
    session.get_one(Entity, entity_id, with_for_update={"key_share": True})


def _checked_name(plan: TopicPlan, known: Sequence[Branch[Topic]], topic_id: int | None) -> str:
    name = tidy(plan.name)
    if not name or len(name) > LONGEST_NAME:
        raise FieldRefused("name", f"Escriba un nombre de {LONGEST_NAME} letras o menos.")
    siblings = {
        branch.topic.name.casefold()
        for branch in known
        if branch.topic.parent_id == plan.parent_id and branch.topic.id != topic_id
    }
    if name.casefold() in siblings:
        raise FieldRefused("name", "Ya hay un tema con ese nombre en el mismo lugar.")
    return name


def _check_parent(plan: TopicPlan, known: Sequence[Branch[Topic]], topic_id: int | None) -> None:
    if plan.parent_id is None:
        return
    moving = next((branch for branch in known if branch.topic.id == topic_id), None)
    if plan.parent_id not in {branch.topic.id for branch in parents_for(known, moving)}:
        raise FieldRefused(
            "parent",
            "Ahí no puede colgar: un tema no cuelga de sí mismo ni de lo que cuelga de él, y el "
            f"árbol tiene {DEEPEST} niveles como máximo.",
        )


def _check_office(session: Session, plan: TopicPlan, topic: Topic) -> None:
    if plan.office_id is None or plan.office_id == topic.office_id:
        return
    office = session.get(Office, plan.office_id)
    if office is None or office.entity_id != topic.entity_id or not office.is_active:
        raise FieldRefused("office", "Elija la dependencia de la lista.")

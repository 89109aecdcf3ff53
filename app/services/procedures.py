"""The catalogue of trámites of an entity: what citizens read of it, and its administration (S9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, undefer_group

from app.domain.errors import NotFound
from app.domain.procedures import FREE, LIMITS, lines, matches, slug_of
from app.domain.registration import FieldRefused, tidy
from app.domain.requerimiento import Kind
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, Entity, Procedure, Topic
from app.services import changes
from app.services.casework import NotAllowed
from app.services.filing import readable
from app.services.topics import LAST_POSITION, check_promise

SUBJECT = "tramite"
NEEDED = {
    "name": "Escriba el nombre del trámite.",
    "summary": "Diga en una o dos frases qué es.",
}


@dataclass(frozen=True, kw_only=True)
class ProcedurePlan:
    """What a trámite is to say. `term_days` None leaves its term to its topic and to the law."""

    name: str
    summary: str
    who: str = ""
    requirements: str = ""
    steps: str = ""
    cost: str = ""
    legal_basis: str = ""
    topic_id: int | None = None
    term_days: int | None = None
    term_source: str = ""
    is_active: bool = True
    position: int = 0


def of_entity(entity_id: int) -> Sequence[Procedure]:
    """All of an entity, as they are listed."""
    return db.session.scalars(_listed(entity_id)).all()


def offered(entity_id: int, question: str = "") -> list[Procedure]:
    """Those that can be asked for and have all words of the question; all without one."""
    rows = db.session.scalars(_listed(entity_id).where(Procedure.is_active))
    return [row for row in rows if matches(_words_of(row), question)]


def by_slug(slug: str, entity_id: int) -> Procedure:
    """The one of that address with all that its page says, also if it is offered no more.

    Raises:
        NotFound: the entity has none.
    """
    return _found(_whole().filter_by(slug=slug[:80], entity_id=entity_id), slug)


def find(procedure_id: int, entity_id: int) -> Procedure:
    """One of an entity, with all that its page says.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    return _found(_whole().filter_by(id=procedure_id, entity_id=entity_id), str(procedure_id))


def facts_of(procedure: Procedure) -> dict[str, Any]:
    """What a trámite says, as the record of changes keeps it."""
    topic = procedure.topic
    kept = {field.name for field in fields(ProcedurePlan)} - {"topic_id"}
    return {
        **{name: getattr(procedure, name) for name in sorted(kept)},
        "topic": topic.name if topic else "",
    }


def draft(plan: ProcedurePlan, *, author: Account, now: datetime) -> Procedure:
    """The trámite as it would read, without keeping it.

    Raises:
        NotAllowed, FieldRefused: as `save`.
    """
    procedure = Procedure(entity_id=_check(author), slug="")
    _fill(db.session(), procedure, plan, now)
    procedure.topic = db.session.get(Topic, plan.topic_id) if plan.topic_id else None
    return procedure


def save(
    procedure_id: int | None,
    plan: ProcedurePlan,
    *,
    author: Account,
    now: datetime,
    shown: str = "",
) -> int:
    """Add a trámite, or change one, and return its number. Its address stays as it was first.
    `shown` is the mark of what its author saw.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        ChangedMeanwhile: it is no longer what its author saw.
        FieldRefused: the name, a text, the topic or the term will not do.
    """
    entity_id = _check(author)
    with writing() as session:
        session.get_one(Entity, entity_id, with_for_update={"key_share": True})
        if procedure_id is None:
            slugs = session.scalars(select(Procedure.slug).filter_by(entity_id=entity_id))
            procedure = Procedure(entity_id=entity_id, slug=slug_of(plan.name, slugs))
            before = {}
        else:
            procedure = find(procedure_id, entity_id)
            before = facts_of(procedure)
            changes.check_same(shown, before)
        _check_name(session, plan, procedure)
        _fill(session, procedure, plan, now)
        session.add(procedure)
        session.flush()
        session.refresh(procedure, ["topic"])
        changes.record(
            entity_id=entity_id,
            subject=SUBJECT,
            subject_id=procedure.id,
            title=procedure.name,
            before=before,
            after=facts_of(procedure),
            author=author,
            now=now,
        )
        return procedure.id


def _listed(entity_id: int) -> Select[Procedure]:
    return (
        select(Procedure)
        .filter_by(entity_id=entity_id)
        .options(joinedload(Procedure.topic).joinedload(Topic.parent).joinedload(Topic.parent))
        .order_by(Procedure.position, Procedure.name, Procedure.id)
    )


def _whole() -> Select[Procedure]:
    return select(Procedure).options(
        undefer_group("page"), joinedload(Procedure.topic).joinedload(Topic.office)
    )


def _found(query: Select[Procedure], what: str) -> Procedure:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(what)
    return found


def _words_of(row: Procedure) -> list[str]:
    return [row.name, row.summary, row.topic.name if row.topic else ""]


def _check(author: Account) -> int:
    """The entity whose catalogue the author changes."""
    if not author.may(Permission.ADMINISTER) or author.entity_id is None:
        raise NotAllowed("Solo un administrador cambia el catálogo de trámites.")
    return author.entity_id


def _check_name(session: Session, plan: ProcedurePlan, procedure: Procedure) -> None:
    names = session.execute(
        select(Procedure.id, Procedure.name).filter_by(entity_id=procedure.entity_id)
    )
    own = tidy(plan.name).casefold()
    if any(name.casefold() == own for number, name in names if number != procedure.id):
        raise FieldRefused("name", "Ya hay un trámite con ese nombre.")


def _fill(session: Session, procedure: Procedure, plan: ProcedurePlan, now: datetime) -> None:
    texts = {name: _checked_text(name, getattr(plan, name)) for name in LIMITS}
    source = check_promise(Kind.PROCEDURE, plan.term_days, plan.term_source, now)
    topic = session.get(Topic, plan.topic_id) if plan.topic_id else None
    if plan.topic_id and (topic is None or topic.entity_id != procedure.entity_id):
        raise FieldRefused("topic", "Elija el tema de la lista.")
    if not 0 <= plan.position <= LAST_POSITION:
        raise FieldRefused("position", f"Escriba un número de 0 a {LAST_POSITION}.")
    for name, text in texts.items():
        setattr(procedure, name, text)
    procedure.cost = texts["cost"] or FREE
    procedure.topic_id = plan.topic_id
    procedure.term_days, procedure.term_source = plan.term_days, source
    procedure.is_active, procedure.position = plan.is_active, plan.position
    procedure.changed_at = now


def _checked_text(name: str, typed: str) -> str:
    if name in ("requirements", "steps"):
        text = "\n".join(lines(readable(typed)))
    elif name in ("name", "summary", "cost"):
        text = tidy(typed)
    else:
        text = readable(typed).strip()
    if not text and name in NEEDED:
        raise FieldRefused(name, NEEDED[name])
    if len(text) > LIMITS[name]:
        raise FieldRefused(name, f"Escriba {LIMITS[name]} letras o menos.")
    return text

"""Texts that answers begin from, by entity and by office (W3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.domain.dates import long_date
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused, tidy
from app.domain.roles import Permission
from app.domain.wording import OF_THE_CASE, fill, unknown_blanks
from app.extensions import db, writing
from app.models import Account, AnswerTemplate, Entity, Office, Requerimiento
from app.services import changes
from app.services.casework import NotAllowed
from app.services.filing import checked_body

SUBJECT = "plantilla"
_record = changes.Recorder(SUBJECT, attrgetter("name"))
LONGEST_NAME = 60


def of_entity(entity_id: int) -> Sequence[AnswerTemplate]:
    """All of an entity, by name."""
    return db.session.scalars(
        select(AnswerTemplate)
        .filter_by(entity_id=entity_id)
        .options(joinedload(AnswerTemplate.office))
        .order_by(AnswerTemplate.name)
    ).all()


def for_author(author: Account) -> Sequence[AnswerTemplate]:
    """Those that somebody may begin from: of the entity, and of their office."""
    return db.session.scalars(
        select(AnswerTemplate)
        .filter_by(entity_id=author.entity_id)
        .where(
            or_(AnswerTemplate.office_id.is_(None), AnswerTemplate.office_id == author.office_id)
        )
        .order_by(AnswerTemplate.name)
    ).all()


def find(template_id: int, entity_id: int) -> AnswerTemplate:
    """One of an entity.

    Raises:
        NotFound: there is none, or it is another entity's.
    """
    found = db.session.scalar(select(AnswerTemplate).filter_by(id=template_id, entity_id=entity_id))
    if found is None:
        raise NotFound(str(template_id))
    return found


def facts_of(template: AnswerTemplate) -> dict[str, Any]:
    """What a template says, as the record of changes keeps it."""
    return {"name": template.name, "body": template.body, "office_id": template.office_id}


def filled(
    template_id: int,
    case: Requerimiento,
    *,
    author: Account,
    now: datetime,
    for_several: bool = False,
) -> str:
    """The text of a template for a case, with its blanks filled. When it goes to several, those
    that say something of the case are left for later.

    Raises:
        NotFound: it is not one that the author may begin from.
    """
    known = {template.id: template for template in for_author(author)}
    if template_id not in known:
        raise NotFound(str(template_id))
    values = values_of(case, author=author, now=now)
    if for_several:
        values = {name: value for name, value in values.items() if name not in OF_THE_CASE}
    return fill(known[template_id].body, values)


def values_of(case: Requerimiento, *, author: Account, now: datetime) -> dict[str, str]:
    """What each blank says in an answer of a case; one that would say nothing is not there."""
    values = {
        "nombre": case.citizen.display_name,
        "radicado": case.radicado,
        "tipo": case.kind.label.lower(),
        "recibido": long_date(case.received_at.date()),
        "vence": long_date(case.due_on),
        "hoy": long_date(now.date()),
        "entidad": case.entity.name,
        "dependencia": author.office.name if author.office else case.entity.name,
        "firma": author.display_name,
    }
    return {name: value for name, value in values.items() if value.strip()}


def save(
    template_id: int | None,
    *,
    name: str,
    body: str,
    office_id: int | None,
    author: Account,
    now: datetime,
    shown: str = "",
) -> None:
    """Keep a new template, or what was changed in one. `shown` is the mark of what its author saw.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
        ChangedMeanwhile: it is no longer what its author saw.
        FieldRefused: the name, the text or the office will not do.
    """
    _check(author)
    words, text = tidy(name), _checked(body)
    if not words or len(words) > LONGEST_NAME:
        raise FieldRefused("name", f"Escriba un nombre de {LONGEST_NAME} letras o menos.")
    office = db.session.get(Office, office_id) if office_id else None
    if office_id and (office is None or office.entity_id != author.entity_id):
        raise FieldRefused("office", "Elija la dependencia de la lista.")
    with writing() as session:
        session.get_one(Entity, author.entity_id, with_for_update={"key_share": True})
        same = session.scalar(
            select(AnswerTemplate.id).filter_by(entity_id=author.entity_id, name=words)
        )
        if same is not None and same != template_id:
            raise FieldRefused("name", "Ya hay una plantilla con ese nombre.")
        if template_id is None:
            template, before = AnswerTemplate(entity_id=author.entity_id), {}
            session.add(template)
        else:
            template = find(template_id, author.entity_id or 0)
            before = facts_of(template)
            changes.check_same(shown, before)
        template.name, template.body, template.office_id = words, text, office_id
        template.author_id, template.changed_at = author.id, now
        session.flush()
        _record(template, before, facts_of(template), author=author, now=now)


def remove(template_id: int, *, author: Account, now: datetime) -> None:
    """Take a template away; what was written from it stays.

    Raises:
        NotAllowed: the author is no administrator.
        NotFound: it is another entity's.
    """
    _check(author)
    with writing() as session:
        template = find(template_id, author.entity_id or 0)
        _record(template, facts_of(template), {}, author=author, now=now)
        session.delete(template)


def _check(author: Account) -> None:
    if not author.may(Permission.ADMINISTER):
        raise NotAllowed("Solo un administrador cambia las plantillas.")


def _checked(body: str) -> str:
    try:
        text = checked_body(body)
    except RuleBroken as refusal:
        raise FieldRefused("body", str(refusal)) from None
    if unknown := unknown_blanks(text):
        raise FieldRefused("body", f"No se conoce {unknown[0]}: use los espacios de la lista.")
    return text

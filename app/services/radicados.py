"""Taking and annulling radicados. Always part of another use case's transaction."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from app.domain.radicado import Direction, format_radicado
from app.extensions import db
from app.models import Account, Entity, Radicado, RadicadoCounter


def take(entity: Entity, direction: Direction, now: datetime) -> str:
    """Take the next number of the entity's year and direction, and register it.

    One statement increments the counter, so no two are equal; the counter and the filing share
    one commit, so none is missing (Acuerdo AGN 060 of 2001, or the rule that replaces it).
    """
    insert = _insert_of(db.session.get_bind().dialect.name)
    number = db.session.scalar(
        insert(RadicadoCounter)
        .values(entity_id=entity.id, year=now.year, direction=direction, last=1)
        .on_conflict_do_update(
            index_elements=["entity_id", "year", "direction"],
            set_={"last": RadicadoCounter.last + 1},
        )
        .returning(RadicadoCounter.last)
    )
    code = format_radicado(entity.prefix, now.year, direction, number)
    db.session.add(
        Radicado(
            code=code,
            entity_id=entity.id,
            year=now.year,
            direction=direction,
            number=number,
            taken_at=now,
        )
    )
    return code


def annul(code: str, *, author: Account, reason: str, now: datetime) -> None:
    """Mark a number as annulled. It stays taken for ever, with its reason and author."""
    radicado = db.session.get_one(Radicado, code)
    radicado.annulled_at = now
    radicado.annulled_by_id = author.id
    radicado.annulment_reason = reason


def _insert_of(dialect: str):  # type: ignore[no-untyped-def]  # two unrelated classes, one shape
    return postgresql.insert if dialect == "postgresql" else sqlite.insert

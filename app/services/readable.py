"""Which cases a list may show to somebody, in the terms of SQL: the rule is `domain.reserve.door`,
and a test holds both against each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, bindparam, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.roles import Permission, Role
from app.extensions import db
from app.models import Account, Recusal, Requerimiento


def values(reader: Account) -> dict[str, Any]:
    """What the conditions of this module ask of who reads."""
    in_team = reader.in_reserve_team
    return {
        "reader_id": reader.id,
        # No office has that number.
        "reader_team_office": (reader.office_id or 0) if in_team else 0,
        "reader_guards": in_team and reader.may(Permission.GUARD),
        "reader_distributes": reader.role is Role.COORDINATOR,
    }


def not_recused() -> ColumnElement[bool]:
    """Whom a case was closed to does not even learn that it is there. Few are ever: the list of
    theirs is read once for each question."""
    return Requerimiento.id.not_in(_closed())


def not_of_recused(case_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """As `not_recused`, of what may belong to a case and may not."""
    return or_(case_id.is_(None), case_id.not_in(_closed()))


def closed_to(reader: Account) -> frozenset[str]:
    """The radicados of what was closed to somebody, for lists that were read for another end."""
    query = select(Requerimiento.radicado).where(Requerimiento.id.in_(_closed()))
    return frozenset(db.session.scalars(query, {"reader_id": reader.id}))


def readable() -> ColumnElement[bool]:
    """What the reader may read without giving a reason, leaving `not_recused` apart."""
    case = Requerimiento
    return or_(
        case.is_sensitive == false(),
        case.assignee_id == bindparam("reader_id"),
        case.office_id == bindparam("reader_team_office"),
        bindparam("reader_guards", type_=Boolean),
        bindparam("reader_distributes", type_=Boolean) & ~case.office_has_team,
    )


def may_search_sensitive(reader: Account) -> bool:
    """Whether words are looked for among sensitive cases too. Who only reads one or other finds it
    in their queue: to look for it among all would cost every search of theirs."""
    return reader.in_reserve_team


def _closed() -> Select[int]:
    return select(Recusal.requerimiento_id).where(Recusal.account_id == bindparam("reader_id"))

"""The staff's queue: pages of cases by due date, read by index and never by text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, load_only

from app.domain.person import normalise_document
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.requerimiento import Kind, Status
from app.extensions import db
from app.models import Account, Requerimiento

PAGE = 50
COUNT_CAP = 1000  # beyond it a count is only "more than"


@dataclass(frozen=True)
class Filters:
    """What the address of the queue asks for. `due` is vencidos, hoy or semana."""

    q: str = ""
    status: Status | None = None
    kind: Kind | None = None
    office: int | None = None
    assignee: int | None = None
    unassigned: bool = False
    due: str = ""
    closed: bool = False
    after: tuple[date, int] | None = None


@dataclass(frozen=True)
class Page:
    """A page of the queue and the key of the next one, if there is one."""

    rows: Sequence[Requerimiento]
    next_after: tuple[date, int] | None


def page(account: Account, filters: Filters, *, today: date) -> Page:
    """The cases of the person's entity that match, those due first before the rest."""
    query = (
        _matching(account, filters, today)
        .options(
            load_only(
                Requerimiento.radicado,
                Requerimiento.kind,
                Requerimiento.status,
                Requerimiento.excerpt,
                Requerimiento.due_on,
                Requerimiento.received_at,
                Requerimiento.citizen_id,
                Requerimiento.office_id,
                Requerimiento.assignee_id,
            ),
            joinedload(Requerimiento.citizen),
            joinedload(Requerimiento.office),
            joinedload(Requerimiento.assignee),
        )
        .order_by(Requerimiento.due_on, Requerimiento.id)
        .limit(PAGE + 1)
    )
    if filters.after is not None:
        query = query.where(tuple_(Requerimiento.due_on, Requerimiento.id) > tuple_(*filters.after))
    rows = db.session.scalars(query).all()
    if len(rows) <= PAGE:
        return Page(rows, None)
    last = rows[PAGE - 1]
    return Page(rows[:PAGE], (last.due_on, last.id))


def count(account: Account, filters: Filters, *, today: date) -> int:
    """How many match, counting no further than `COUNT_CAP` + 1."""
    few = (
        _matching(account, replace(filters, after=None), today)
        .with_only_columns(Requerimiento.id)
        .limit(COUNT_CAP + 1)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def _matching(account: Account, filters: Filters, today: date) -> Select[Requerimiento]:
    query = select(Requerimiento).where(Requerimiento.entity_id == account.entity_id)
    if filters.q:
        return query.where(_named(filters.q))
    if filters.status is None:
        query = query.where(Requerimiento.is_open == (not filters.closed))
    for column, wanted in (
        (Requerimiento.status, filters.status),
        (Requerimiento.kind, filters.kind),
        (Requerimiento.office_id, filters.office),
        (Requerimiento.assignee_id, filters.assignee),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if filters.unassigned:
        query = query.where(Requerimiento.assignee_id.is_(None))
    return _due(query, filters.due, today)


def _due(query: Select[Requerimiento], due: str, today: date) -> Select[Requerimiento]:
    if due == "vencidos":
        return query.where(Requerimiento.due_on < today)
    if due == "hoy":
        return query.where(Requerimiento.due_on == today)
    if due == "semana":
        sunday = today + timedelta(days=6 - today.weekday())
        return query.where(Requerimiento.due_on.between(today, sunday))
    return query


def _named(q: str):  # type: ignore[no-untyped-def]  # a SQL expression of whichever table
    """A radicado, whole, or the document of the citizen."""
    code = normalise_radicado(q)
    if is_radicado(code):
        return Requerimiento.radicado == code
    return Requerimiento.citizen_id.in_(
        select(Account.id).where(Account.document_number == normalise_document(q))
    )

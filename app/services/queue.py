"""The staff's queue: pages of cases by due date, read by index and never by text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import aliased

from app.domain.person import display_name, normalise_document
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.requerimiento import Kind, Status
from app.extensions import db
from app.models import Account, Office, Requerimiento

PAGE = 50
COUNT_CAP = 1000  # beyond it a count is only "more than"
CLERK = aliased(Account)


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

    @property
    def latest_first(self) -> bool:
        """Open cases are read by what is due first; finished ones from the latest backwards."""
        return self.closed or (self.status is not None and not self.status.is_open)


class Line(NamedTuple):
    """A case as the queue shows it."""

    radicado: str
    kind: Kind
    status: Status
    excerpt: str
    due_on: date
    answered_at: datetime | None
    citizen: str
    office: str
    assignee: str


@dataclass(frozen=True)
class Page:
    """A page of the queue and the key of the next one, if there is one."""

    rows: Sequence[Line]
    next_after: tuple[date, int] | None


def page(account: Account, filters: Filters, *, today: date) -> Page:
    """The cases of the person's entity that match, in one statement."""
    key = (Requerimiento.due_on, Requerimiento.id)
    query = (
        _matching(account, filters, today)
        .join(Account, Account.id == Requerimiento.citizen_id)
        .outerjoin(Office, Office.id == Requerimiento.office_id)
        .outerjoin(CLERK, CLERK.id == Requerimiento.assignee_id)
        .with_only_columns(
            Requerimiento.id,
            Requerimiento.radicado,
            Requerimiento.kind,
            Requerimiento.status,
            Requerimiento.excerpt,
            Requerimiento.due_on,
            Requerimiento.answered_at,
            Office.name,
            *_name_columns(Account),
            *_name_columns(CLERK),
        )
        .order_by(*(column.desc() if filters.latest_first else column for column in key))
        .limit(PAGE + 1)
    )
    if filters.after is not None:
        reached = tuple_(*filters.after)
        there = tuple_(*key)
        query = query.where(there < reached if filters.latest_first else there > reached)
    rows = db.session.execute(query).all()
    shown = [_line(row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return Page(shown, None)
    last = rows[PAGE - 1]
    return Page(shown, (last.due_on, last.id))


def counts(account: Account, asked: Mapping[str, Filters], *, today: date) -> dict[str, int]:
    """How many match each, counting no further than `COUNT_CAP` + 1, in one statement."""
    row = db.session.execute(
        select(
            *(
                _few(account, filters, today).label(f"count_{number}")
                for number, filters in enumerate(asked.values())
            )
        )
    ).one()
    return dict(zip(asked, row, strict=True))


def _few(account: Account, filters: Filters, today: date) -> ColumnElement[int]:
    few = (
        _matching(account, replace(filters, after=None), today)
        .with_only_columns(Requerimiento.id)
        .limit(COUNT_CAP + 1)
        .subquery()
    )
    return select(func.count()).select_from(few).scalar_subquery()


def _matching(account: Account, filters: Filters, today: date) -> Select[Any]:
    query = select(Requerimiento).where(Requerimiento.entity_id == account.entity_id)
    if filters.q:
        return query.where(_named(filters.q))
    if filters.status is not None:
        query = query.where(Requerimiento.status == filters.status)
    else:
        query = query.where(Requerimiento.is_open == (not filters.closed))
    wanted = {"kind": filters.kind, "office_id": filters.office, "assignee_id": filters.assignee}
    query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
    if filters.unassigned:
        query = query.where(Requerimiento.assignee_id.is_(None))
    return query.where(*_due(filters.due, today))


def _due(due: str, today: date) -> list[ColumnElement[bool]]:
    """When the answer is due: vencidos, hoy, semana, or any day."""
    end = today + timedelta(days=6 - today.weekday())
    meanings = {
        "vencidos": Requerimiento.due_on < today,
        "hoy": Requerimiento.due_on == today,
        "semana": Requerimiento.due_on.between(today, end),
    }
    return [meanings[due]] if due else []


def _named(q: str) -> ColumnElement[bool]:
    """A radicado, whole, or the document of the citizen."""
    code = normalise_radicado(q)
    if is_radicado(code):
        return Requerimiento.radicado == code
    return Requerimiento.citizen_id.in_(
        select(Account.id).where(Account.document_number == normalise_document(q))
    )


def _name_columns(person: Any) -> tuple[Any, ...]:
    """What a name is made of: the rest of an account is never read for a list."""
    return (
        person.person_kind,
        person.first_names,
        person.surnames,
        person.legal_name,
        person.username,
    )


def _line(row: Sequence[Any]) -> Line:
    radicado, kind, status, first_words, due_on, answered_at, office = row[1:8]
    citizen, clerk = row[8:13], row[13:18]
    return Line(
        radicado=radicado,
        kind=kind,
        status=status,
        excerpt=first_words,
        due_on=due_on,
        answered_at=answered_at,
        citizen=display_name(*citizen),
        office=office or "",
        assignee=display_name(*clerk) if clerk[0] else "",
    )

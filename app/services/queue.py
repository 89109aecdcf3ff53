"""The staff's queue: pages of cases by due date, read by index and never by text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, tuple_
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
    """What the address of the queue asks for. `due` is vencidos, hoy or semana; `undelivered` asks
    for those whose mail came back, in whatever state."""

    q: str = ""
    status: Status | None = None
    kind: Kind | None = None
    office: int | None = None
    assignee: int | None = None
    unassigned: bool = False
    due: str = ""
    closed: bool = False
    undelivered: bool = False
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
    is_priority: bool
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
    asked, values = _shape(filters, today)
    values |= {"entity_id": account.entity_id, "size": PAGE + 1}
    rows = db.session.execute(_page_statement(asked), values).all()
    shown = [_line(row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return Page(shown, None)
    last = rows[PAGE - 1]
    return Page(shown, (last.due_on, last.id))


def counts(account: Account, asked: Mapping[str, Filters], *, today: date) -> dict[str, int]:
    """How many match each, counting no further than `COUNT_CAP` + 1, in one statement."""
    values: dict[str, Any] = {"entity_id": account.entity_id}
    shapes = []
    for number, filters in enumerate(asked.values()):
        shape, own = _shape(replace(filters, after=None), today, prefix=f"{number}_")
        shapes.append(shape)
        values |= own
    row = db.session.execute(_count_statement(tuple(shapes), COUNT_CAP + 1), values).one()
    return dict(zip(asked, row, strict=True))


class _Shape(NamedTuple):
    """Which filters are asked for, without their values: statements are built once for each."""

    prefix: str
    names: frozenset[str]
    is_open: bool
    latest_first: bool


def _shape(filters: Filters, today: date, prefix: str = "") -> tuple[_Shape, dict[str, Any]]:
    """The shape of the filters, and the values that its statement takes."""
    values: dict[str, Any] = {
        "status": filters.status,
        "kind": filters.kind,
        "office": filters.office,
        "assignee": filters.assignee,
        "unassigned": filters.unassigned or None,
        "undelivered": filters.undelivered or None,
    }
    if filters.q:
        values = _named(filters.q)
    names = {name for name, value in values.items() if value is not None}
    names |= {filters.due} - {""} if not filters.q else set()
    values |= {"today": today, "end": today + timedelta(days=6 - today.weekday())}
    if filters.after is not None:
        names.add("after")
        values |= {"after_day": filters.after[0], "after_id": filters.after[1]}
    shape = _Shape(prefix, frozenset(names), not filters.closed, filters.latest_first)
    return shape, {prefix + name: value for name, value in values.items()}


def _named(q: str) -> dict[str, Any]:
    """A radicado, whole, or the document of the citizen."""
    code = normalise_radicado(q)
    if is_radicado(code):
        return {"radicado": code}
    return {"document": normalise_document(q)}


@lru_cache(maxsize=512)
def _page_statement(shape: _Shape) -> Select[Any]:
    key = (Requerimiento.due_on, Requerimiento.id)
    return (
        select(
            Requerimiento.id,
            Requerimiento.radicado,
            Requerimiento.kind,
            Requerimiento.status,
            Requerimiento.excerpt,
            Requerimiento.due_on,
            Requerimiento.answered_at,
            Requerimiento.is_priority,
            Office.name,
            *_name_columns(Account),
            *_name_columns(CLERK),
        )
        .join(Account, Account.id == Requerimiento.citizen_id)
        .outerjoin(Office, Office.id == Requerimiento.office_id)
        .outerjoin(CLERK, CLERK.id == Requerimiento.assignee_id)
        .where(*_conditions(shape))
        .order_by(*(column.desc() if shape.latest_first else column for column in key))
        .limit(bindparam("size"))
    )


@lru_cache(maxsize=64)
def _count_statement(shapes: tuple[_Shape, ...], limit: int) -> Select[Any]:
    counted = []
    for shape in shapes:
        few = select(Requerimiento.id).where(*_conditions(shape)).limit(limit).subquery()
        counted.append(select(func.count()).select_from(few).scalar_subquery())
    return select(*(column.label(f"count_{number}") for number, column in enumerate(counted)))


def _conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    """What the rows of that shape must be. Each list is led by an index of the table."""
    case, names = Requerimiento, shape.names

    def given(name: str) -> BindParameter[Any]:
        return bindparam(shape.prefix + name)

    conditions = {
        "radicado": case.radicado == given("radicado"),
        "document": case.citizen_id.in_(
            select(Account.id).where(Account.document_number == given("document"))
        ),
        "status": case.status == given("status"),
        "kind": case.kind == given("kind"),
        "office": case.office_id == given("office"),
        "assignee": case.assignee_id == given("assignee"),
        "unassigned": case.assignee_id.is_(None),
        "undelivered": case.undelivered_at.is_not(None),
        "vencidos": case.due_on < given("today"),
        "hoy": case.due_on == given("today"),
        "semana": case.due_on.between(given("today"), given("end")),
        "after": _beyond(shape.latest_first),
    }
    any_state = names & {"radicado", "document", "status", "undelivered"}
    return [
        case.entity_id == bindparam("entity_id"),
        *([] if any_state else [case.is_open == shape.is_open]),
        *(condition for name, condition in conditions.items() if name in names),
    ]


def _beyond(latest_first: bool) -> ColumnElement[bool]:
    key = (Requerimiento.due_on, Requerimiento.id)
    names = ("after_day", "after_id")
    pairs = zip(names, key, strict=True)
    here, reached = tuple_(*key), tuple_(*(bindparam(name, type_=c.type) for name, c in pairs))
    return here < reached if latest_first else here > reached


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
    radicado, kind, status, first_words, due_on, answered_at, is_priority, office = row[1:9]
    citizen, clerk = row[9:14], row[14:19]
    return Line(
        radicado=radicado,
        kind=kind,
        status=status,
        excerpt=first_words,
        due_on=due_on,
        answered_at=answered_at,
        is_priority=is_priority,
        citizen=display_name(*citizen),
        office=office or "",
        assignee=display_name(*clerk) if clerk[0] else "",
    )

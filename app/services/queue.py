"""The staff's queue: pages of cases by due date, read by index and never by text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased

from app.domain.errors import NotFound
from app.domain.person import display_name, normalise_document
from app.domain.radicado import Direction, direction_of, normalise_radicado
from app.domain.requerimiento import Channel, Kind, Status
from app.domain.reserve import MASKED_NAME, MASKED_WORDS, Door, Reader, door
from app.domain.telling import Untold
from app.domain.terms import days_of_law
from app.extensions import db
from app.models import (
    Absence,
    Account,
    Mention,
    Message,
    Office,
    PreparedAnswer,
    Radicado,
    Requerimiento,
    Stage,
)
from app.services import readable, search

PAGE = 50
SOME_FALL_OUT = 10 * PAGE  # looked through by words for a page, where few may not be read
COUNT_CAP = 1000  # beyond it a count is only "more than"
CLERK, HELD, HERE = aliased(Account), aliased(Requerimiento), aliased(Requerimiento)
YEARS = 5  # before this one in which the number of a radicado is looked for
LONGEST_NUMBER = 6  # figures; longer is a document
BEGINNING = re.compile(r"[A-Z]{2,6}[0-9]{4}(E[RE]?[0-9]{0,8})?")
# A radicado as it is dictated: its prefix and its year, or its zeros, may be left out.
DICTATED = re.compile(r"(?:([A-Z]{2,6})?([0-9]{4}))?(ER|EE)([0-9]{1,9})")
YEAR_AND_NUMBER = re.compile(r"(20[0-9]{2})\s*[-–]\s*([0-9]{1,6})")
NAMED = frozenset({"radicado", "beginning", "number", "sent", "document"})
BESIDE = frozenset({"years", "beyond", "prefixed"})  # values that go with one of those
FEW = frozenset({"to_approve", "mentioned", "substituted"})  # found apart, before the rest
DOCUMENT = re.compile(r"[A-Z0-9]*[0-9][A-Z0-9]*")


_WAITING_ANSWERS = select(PreparedAnswer.requerimiento_id).where(
    PreparedAnswer.stage == Stage.TO_APPROVE
)


@dataclass(frozen=True)
class Filters:
    """What the address of the queue asks for. `q` is a radicado, the beginning or the number of
    one as it is dictated (ER131), a document, or words. `due` is vencidos, hoy or semana;
    `undelivered` asks for those whose mail came back, in whatever state, and `untold` for those
    whose citizen gets none and was not told otherwise of what went out; `appealed` for those with
    an appeal or an insistence to decide; `to_approve` for those whose answer waits for a second
    person, `mentioned` for those where a note names that account and was not read, and
    `substituted` for those of whom that account stands in for today.
    `unplaced` asks for those that no office has.
    What has a `q` is found in any state unless `is_open` or
    `closed` narrow it. `columns` are those to show."""

    q: str = ""
    status: Status | None = None
    kind: Kind | None = None
    office: int | None = None
    assignee: int | None = None
    unplaced: bool = False
    unassigned: bool = False
    due: str = ""
    closed: bool = False
    is_open: bool = False
    undelivered: bool = False
    untold: bool = False
    appealed: bool = False
    to_approve: bool = False
    mentioned: int | None = None
    substituted: int | None = None
    columns: tuple[str, ...] = ()
    after: tuple[date, int] | None = None

    @property
    def latest_first(self) -> bool:
        """Open cases are read by what is due first; finished ones from the latest backwards."""
        is_over = self.closed or (self.status is not None and not self.status.is_open)
        return is_over or self.has_words

    @property
    def has_words(self) -> bool:
        """Whether `q` is words, and neither a radicado, or part of one, nor a document."""
        return bool(self.q) and not _named(self.q, 0)


class Line(NamedTuple):
    """A case as the queue shows it: a sensitive one says neither of what kind it is, nor what it
    is about, nor of whom to who may not open it."""

    radicado: str
    kind: Kind | None
    status: Status
    excerpt: str
    due_on: date
    answered_at: datetime | None
    is_priority: bool
    received_at: datetime
    channel: Channel
    citizen: str
    office: str
    assignee: str
    is_linked: bool
    # What the term of one that was filed under a promise is compared with, and since when.
    days_of_law: int | None
    received_on: date


@dataclass(frozen=True)
class Page:
    """A page of the queue and the key of the next one, if there is one."""

    rows: Sequence[Line]
    next_after: tuple[date, int] | None


def page(account: Account, filters: Filters, *, today: date) -> Page:
    """The cases of the person's entity that match, in one statement."""
    asked, values = _shape(filters, today)
    values |= {"entity_id": account.entity_id, "size": PAGE + 1, **readable.values(account)}
    statement = _page_statement(asked)
    if filters.has_words:
        is_wide = readable.may_search_sensitive(account)
        question = search.question(filters.q, account.entity_id or 0, with_sensitive=is_wide)
        if question is None:
            return Page([], None)
        values |= {"question": question}
        # What is found and may not be read is left out afterwards: many, unless all are theirs.
        many_fall_out = asked.names - {"words"} or (is_wide and not values["reader_guards"])
        limit = search.LOOKED_THROUGH if many_fall_out else SOME_FALL_OUT
        dialect = db.engine.dialect.name
        statement = _found_statement(asked, dialect, filters.after is not None, limit)
    rows = db.session.execute(statement, values).all()
    shown = [_line(row, account) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return Page(shown, None)
    last = rows[PAGE - 1]
    return Page(shown, (last.due_on, last.id))


def counts(account: Account, asked: Mapping[str, Filters], *, today: date) -> dict[str, int]:
    """How many match each, counting no further than `COUNT_CAP` + 1, in one statement."""
    values: dict[str, Any] = {"entity_id": account.entity_id, **readable.values(account)}
    shapes = []
    for number, filters in enumerate(asked.values()):
        shape, own = _shape(replace(filters, after=None), today, prefix=f"{number}_")
        shapes.append(shape)
        values |= own
    row = db.session.execute(_count_statement(tuple(shapes), COUNT_CAP + 1), values).one()
    return dict(zip(asked, row, strict=True))


def may_be_a_document(q: str) -> bool:
    """Whether `q` can be nothing but the number of a document, which no address may have."""
    return "document" in _named(q, 0) and bool(q)


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
        "unplaced": filters.unplaced or None,
        "unassigned": filters.unassigned or None,
        "undelivered": filters.undelivered or None,
        "untold": Untold.NO_MAIL if filters.untold else None,
        "appealed": filters.appealed or None,
        "to_approve": filters.to_approve or None,
        "mentioned": filters.mentioned,
        "substituted": filters.substituted,
    }
    if filters.q and not filters.has_words:
        values = _named(filters.q, today.year)
    names = {name for name, value in values.items() if value is not None} - BESIDE
    if filters.has_words:
        names.add("words")
        if filters.closed or filters.is_open:
            names.add("openness")
    if filters.due and (not filters.q or filters.has_words):
        names.add(filters.due)
    values |= {"today": today, "end": today + timedelta(days=6 - today.weekday())}
    if filters.after is not None:
        if not filters.has_words:  # words have their own way to the next page
            names.add("after")
        values |= {"after_day": filters.after[0], "after_id": filters.after[1]}
    shape = _Shape(prefix, frozenset(names), not filters.closed, filters.latest_first)
    return shape, {prefix + name: value for name, value in values.items()}


def radicado_of(code: str, reader: Account) -> str | None:
    """The case of the reader's entity that has that radicado, its own or that of something that
    went out of it; None if there is none, or it is closed to them."""
    case = Requerimiento
    query = select(case.radicado).where(case.entity_id == reader.entity_id, readable.not_recused())
    if direction_of(code) is Direction.OUTGOING:
        out = Message.requerimiento_id == case.id
        query = query.join(Message, out).where(Message.radicado == code)
    else:
        query = query.where(case.radicado == code)
    return db.session.scalar(query, {"reader_id": reader.id})


def next_of(reader: Account, radicado: str, *, today: date) -> str | None:
    """The reader's own open case that comes after that one in their queue, whatever became of that
    one; the first of theirs if none is named. None if no other comes. One statement.

    Raises:
        NotFound: the entity has no such case, or it is closed to the reader.
    """
    shape, values = _shape(Filters(assignee=reader.id), today)
    values |= {"entity_id": reader.entity_id, **readable.values(reader)}
    if not radicado:
        return db.session.scalar(_next_statement(shape, is_first=True), values)
    values["here"] = normalise_radicado(radicado)
    found = db.session.execute(_next_statement(shape, is_first=False), values).one_or_none()
    if found is None:
        raise NotFound(radicado)
    following: str | None = found[0]
    return following


@lru_cache(maxsize=2)
def _next_statement(shape: _Shape, *, is_first: bool) -> Select[Any]:
    """The next case of a list, after one that need not be in it any more."""
    key = (Requerimiento.due_on, Requerimiento.id)
    first = select(Requerimiento.radicado).where(*_conditions(shape)).order_by(*key).limit(1)
    if is_first:
        return first
    following = first.where(tuple_(*key) > tuple_(HERE.due_on, HERE.id)).correlate(HERE)
    return (
        select(following.scalar_subquery())
        .where(
            HERE.radicado == bindparam("here"),
            HERE.entity_id == bindparam("entity_id"),
            readable.not_of_recused(HERE.id),
        )
        .select_from(HERE)
    )


def _named(q: str, year: int) -> dict[str, Any]:
    """What `q` names: a radicado, its beginning, its number in the last years or in one, that of
    what went out, or the document of the citizen; nothing when it is words."""
    code = normalise_radicado(q)
    if direction_of(code) is Direction.INCOMING:
        return {"radicado": code}
    dictated = DICTATED.fullmatch(code)
    is_outgoing = dictated is not None and dictated[3] == Direction.OUTGOING
    if BEGINNING.fullmatch(code) and not (dictated and (is_outgoing or dictated[4][0] != "0")):
        return {"beginning": code, "beyond": f"{code}~"}
    if dictated:
        prefix, of_year, _, number = dictated.groups()
        return _numbered(number, of_year, year, prefix or "", is_outgoing=is_outgoing)
    if parts := YEAR_AND_NUMBER.fullmatch(q.strip()):
        return _numbered(parts[2], parts[1], year)
    if code.isdecimal() and len(code) <= LONGEST_NUMBER:
        return _numbered(code, None, year)
    document = normalise_document(q)
    is_one_word = document.isdecimal() or len(q.split()) == 1
    if is_one_word and DOCUMENT.fullmatch(document):
        return {"document": document}
    return {}


def _numbered(
    number: str, of_year: str | None, year: int, prefix: str = "", *, is_outgoing: bool = False
) -> dict[str, Any]:
    """A number in the year that is said or, if none is, in the last ones."""
    years = [int(of_year)] if of_year else list(range(year - YEARS, year + 1))
    name = "sent" if is_outgoing else "number"
    return {name: int(number), "years": years, "prefixed": f"{prefix}%"}


@lru_cache(maxsize=512)
def _page_statement(shape: _Shape) -> Select[Any]:
    key = (Requerimiento.due_on, Requerimiento.id)
    lines = _lines()
    if shape.names & NAMED:
        found = _found_by_name(shape).limit(search.LOOKED_THROUGH).subquery()
        lines = lines.join(found, found.c.id == Requerimiento.id)
    return (
        lines.where(*_conditions(shape))
        .order_by(*(column.desc() if shape.latest_first else column for column in key))
        .limit(bindparam("size"))
    )


def _found_by_name(shape: _Shape) -> Select[Any]:
    """The numbers of the few cases that `q` names, of any entity, found before anything else is
    looked at: in the order of the queue every case of the entity would be read."""
    case, names = Requerimiento, shape.names

    def given(name: str) -> BindParameter[Any]:
        return bindparam(shape.prefix + name)

    query = select(case.id)
    if "radicado" in names:
        return query.where(case.radicado == given("radicado"))
    if "beginning" in names:
        between = case.radicado.between(given("beginning"), given("beyond"))
        return query.where(between).order_by(case.radicado.desc())
    if "number" in names:
        return query.where(case.radicado.in_(_codes(shape, Direction.INCOMING, given("number"))))
    if "sent" in names:
        codes = _codes(shape, Direction.OUTGOING, given("sent"))
        sent = select(Message.requerimiento_id).where(Message.radicado.in_(codes))
        return query.where(case.id.in_(sent))
    people = select(Account.id).where(Account.document_number == given("document"))
    return query.where(case.citizen_id.in_(people)).order_by(case.citizen_id, case.id.desc())


def _codes(shape: _Shape, direction: Direction, number: BindParameter[Any]) -> Select[Any]:
    """The radicados of the entity that have that number, in the years that are asked for."""
    return select(Radicado.code).where(
        Radicado.entity_id == bindparam("entity_id"),
        Radicado.year.in_(bindparam(shape.prefix + "years", expanding=True)),
        Radicado.direction == direction,
        Radicado.number == number,
        Radicado.code.like(bindparam(shape.prefix + "prefixed")),
    )


@lru_cache(maxsize=512)
def _found_statement(shape: _Shape, dialect: str, is_next: bool, limit: int) -> Select[Any]:
    """The cases that have the words, the newest first, of the `limit` newest that have them."""
    found = search.hits(dialect, is_next=is_next, limit=limit).subquery()
    return (
        _lines()
        .join(found, found.c.id == Requerimiento.id)
        .where(*_conditions(shape))
        .order_by(Requerimiento.id.desc())
        .limit(bindparam("size"))
    )


def _lines() -> Select[Any]:
    """What the queue shows of a case."""
    columns: tuple[Any, ...] = (
        Requerimiento.id,
        Requerimiento.radicado,
        Requerimiento.kind,
        Requerimiento.status,
        Requerimiento.excerpt,
        Requerimiento.due_on,
        Requerimiento.answered_at,
        Requerimiento.is_priority,
        Requerimiento.received_at,
        Requerimiento.channel,
        Requerimiento.is_sensitive,
        Requerimiento.office_id,
        Requerimiento.assignee_id,
        Requerimiento.is_sensitive & Requerimiento.office_has_team,
        Office.name,
        *_name_columns(Account),
        *_name_columns(CLERK),
        Requerimiento.leader_id,
        Requerimiento.requester,
        Requerimiento.term_days,
        Requerimiento.received_on,
    )
    return (
        select(*columns)
        .join(Account, Account.id == Requerimiento.citizen_id)
        .outerjoin(Office, Office.id == Requerimiento.office_id)
        .outerjoin(CLERK, CLERK.id == Requerimiento.assignee_id)
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
        "status": case.status == given("status"),
        "kind": case.kind == given("kind"),
        "office": case.office_id == given("office"),
        "assignee": case.assignee_id == given("assignee"),
        "unplaced": case.office_id.is_(None),
        "unassigned": case.assignee_id.is_(None),
        "undelivered": case.undelivered_at.is_not(None),
        "untold": case.untold == given("untold"),
        "appealed": case.appealed_at.is_not(None),
        "to_approve": case.id.in_(_WAITING_ANSWERS),
        "mentioned": case.id.in_(
            select(Mention.requerimiento_id).where(
                Mention.account_id == given("mentioned"), Mention.seen_at.is_(None)
            )
        ),
        "substituted": case.id.in_(
            select(HELD.id)
            .join(Absence, Absence.account_id == HELD.assignee_id)
            .where(
                Absence.substitute_id == given("substituted"),
                given("today").between(Absence.first, Absence.last),
                HELD.entity_id == bindparam("entity_id"),
                HELD.is_open,
            )
        ),
        "vencidos": case.due_on < given("today"),
        "hoy": case.due_on == given("today"),
        "semana": case.due_on.between(given("today"), given("end")),
        "after": _beyond(shape.latest_first),
    }
    any_state = names & (
        {*NAMED, "status", "undelivered", "untold", "appealed", "mentioned", "words"}
    )
    # What waits for its citizen has no due date: the day in its row is theirs.
    running = {"vencidos", "hoy", "semana"} & names and "status" not in names
    # Where the few cases were found already, no index of the entity's may be followed instead.
    entity_id = case.entity_id + 0 if names & {*NAMED, *FEW, "words"} else case.entity_id
    return [
        entity_id == bindparam("entity_id"),
        readable.not_recused(),
        # What names a person, a kind or words finds nothing that its reader may not open.
        *([readable.readable()] if names & {"document", "words", "kind"} else []),
        *([] if any_state and "openness" not in shape.names else [case.is_open == shape.is_open]),
        *([case.status != Status.WAITING] if running else []),
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


def _line(row: Row[*tuple[Any, ...]], reader: Account) -> Line:
    radicado, kind, status, first_words, due_on, answered_at, is_priority = row[1:8]
    received_at, channel = row[8:10]
    office, citizen, clerk = row[14], row[15:20], row[20:25]
    is_masked = _is_masked(row, reader)
    law = days_of_law(kind, received_at.date(), row.requester, row.term_days)
    return Line(
        radicado=radicado,
        kind=None if is_masked else kind,
        status=status,
        excerpt=MASKED_WORDS if is_masked else first_words,
        due_on=due_on,
        answered_at=answered_at,
        is_priority=is_priority,
        received_at=received_at,
        channel=channel,
        citizen=MASKED_NAME if is_masked else display_name(*citizen),
        office=office or "",
        assignee=display_name(*clerk) if clerk[0] else "",
        is_linked=row.leader_id is not None,
        days_of_law=None if is_masked else law,
        received_on=row.received_on,
    )


def _is_masked(row: Sequence[Any], reader: Account) -> bool:
    """Whether the reader may not open it just like that. Who was set apart finds no such row."""
    is_sensitive, office_id, assignee_id, office_has_team = row[10:14]
    found = door(
        Reader(
            role=reader.role,
            in_team=reader.in_reserve_team,
            same_office=office_id is not None and office_id == reader.office_id,
            is_assignee=assignee_id == reader.id,
            is_sensitive=is_sensitive,
            office_has_team=office_has_team,
            has_opened=row[0] in reader.visit.opened,
        )
    )
    return found is not Door.OPEN

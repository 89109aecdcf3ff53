"""The queue: in order, page by page, by index, and never another entity's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.domain.calendar import OFFICE, Calendar, Closure
from app.domain.deadline import light_for, lights_for
from app.domain.errors import NotFound
from app.domain.requerimiento import Kind, Status
from app.extensions import db, writing
from app.models import Account, Recusal
from app.services import casework, legal, queue
from app.services.queue import Filters
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    by,
    case_of,
    file_case,
    open_house,
    statements,
)
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
TODAY = NOW.date()


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def found(house: House, **filters: Any) -> list[str]:
    page = queue.page(house.coordinator, Filters(**filters), today=TODAY)
    return [row.radicado for row in page.rows]


def fresh(account: Account) -> Account:
    """The account as a request has it: read already."""
    db.session.refresh(account)
    return account


@contextmanager
def asked_of_the_database() -> Iterator[list[tuple[str, Any]]]:
    """The statements of the block, with their values."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def plan_of(statement: str, values: Any) -> list[str]:
    """How SQLite means to find what a statement asks for."""
    connection = db.session.connection().connection
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def all_pages(house: House, filters: Filters) -> Iterator[str]:
    while True:
        page = queue.page(house.coordinator, filters, today=TODAY)
        yield from (row.radicado for row in page.rows)
        if page.next_after is None:
            return
        filters = Filters(closed=filters.closed, after=page.next_after)


def test_what_is_due_first_comes_first(house, citizen):
    late = file_case(house, citizen, now=NOW)
    early = file_case(house, citizen, now=ago(10))
    short = file_case(house, citizen, now=ago(5), kind=Kind.INFORMATION)

    assert found(house) == [short, early, late]


def test_finished_cases_are_read_from_the_latest_backwards(house, citizen):
    old, new = (answered_case(house, citizen, now=ago(days)) for days in (20, 2))

    assert found(house, closed=True) == [new, old]
    assert found(house, status=Status.ANSWERED) == [new, old]
    assert found(house) == []


def test_a_row_says_who_asks_and_who_has_it(house, citizen):
    radicado = assigned_case(house, citizen, now=NOW)

    [row] = queue.page(house.coordinator, Filters(), today=TODAY).rows

    assert row.radicado == radicado
    assert (row.citizen, row.assignee, row.office) == (
        "Francisco Rivera",
        "Olga Prueba",
        "Atención al Ciudadano",
    )
    assert row.excerpt.startswith("Solicito un cupo")


def test_an_organisation_is_named_by_its_legal_name(house):
    school = add_citizen(
        house.entity.id,
        person_kind="juridica",
        document_type="NIT",
        document_number="899.999.001-7",
        legal_name="Colegio La Esperanza S. A. S.",
    )
    file_case(house, school, now=NOW)

    [row] = queue.page(house.coordinator, Filters(), today=TODAY).rows
    assert (row.citizen, row.assignee, row.office) == ("Colegio La Esperanza S. A. S.", "", "")


@pytest.mark.parametrize("closed", [False, True])
def test_pages_show_every_case_once_and_in_order(house, citizen, monkeypatch, closed):
    monkeypatch.setattr(queue, "PAGE", 3)
    make = answered_case if closed else file_case
    # Several are due on one day, so that only the id tells them apart.
    filed = [make(house, citizen, now=ago(days)) for days in (3, 3, 3, 3, 1, 1, 9)]

    shown = list(all_pages(house, Filters(closed=closed)))

    order = [filed[6], *filed[0:4], *filed[4:6]]
    assert shown == (order[::-1] if closed else order)


def test_a_last_page_that_is_just_full_has_no_next(house, citizen, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    for _ in range(2):
        file_case(house, citizen, now=NOW)

    assert queue.page(house.coordinator, Filters(), today=TODAY).next_after is None


def test_filters_narrow_the_list(house, citizen):
    mine = assigned_case(house, citizen, now=ago(1))
    loose = file_case(house, citizen, now=NOW, kind=Kind.CLAIM)
    casework.start(mine, author=house.official, now=NOW)

    assert found(house, assignee=house.official.id) == [mine]
    assert found(house, unassigned=True) == [loose]
    assert found(house, office=house.hall.id) == [mine]
    assert found(house, kind=Kind.CLAIM) == [loose]
    assert found(house, status=Status.IN_PROGRESS) == [mine]
    assert found(house, kind=Kind.CLAIM, status=Status.IN_PROGRESS) == []


def test_cases_are_found_by_when_they_are_due(house, citizen):
    overdue = file_case(house, citizen, now=ago(40))
    today = file_case(house, citizen, now=datetime(2026, 2, 23, 9, tzinfo=OFFICE))
    this_week = file_case(house, citizen, now=datetime(2026, 2, 25, 9, tzinfo=OFFICE))
    file_case(house, citizen, now=NOW)
    waiting = assigned_case(house, citizen, now=ago(70))
    asked = by(house.official, now=ago(70))
    legal.ask_to_complete(waiting, missing="Falta el certificado del colegio.", by=asked)

    assert case_of(waiting).due_on < NOW.date()
    assert found(house, due="vencidos") == [overdue]
    assert found(house, due="hoy") == [today]
    assert found(house, due="semana") == [today, this_week]


@pytest.mark.parametrize("q", ["SOA2026ER000001", "soa 2026 er-000001", "79.123.456", "79123456"])
def test_a_radicado_or_a_document_finds_the_case_in_any_state(house, citizen, q):
    answered_case(house, citizen, now=NOW)

    assert found(house, q=q) == ["SOA2026ER000001"]


@pytest.mark.parametrize(
    "q", ["ER000012", "er 12", "2026ER000012", "2026ER12", "SOA2026ER12", "2026-12", "12"]
)
def test_a_radicado_is_found_as_it_is_dictated(house, citizen, q):
    for _ in range(12):
        last = answered_case(house, citizen, now=NOW)
    file_case(open_house("VIL"), citizen, now=NOW)

    assert found(house, q=q) == [last] == ["SOA2026ER000012"]


@pytest.mark.parametrize(
    "q", ["EE000002", "ee2", "2026EE2", "SOA2026EE2", "SOA2026EE000002", "SOA 2026 EE 0002"]
)
def test_what_went_out_is_found_as_it_is_dictated(house, citizen, q):
    answered_case(house, citizen, now=NOW)
    file_case(house, citizen, now=NOW)
    last = answered_case(house, citizen, now=NOW)

    assert found(house, q=q) == [last] == ["SOA2026ER000003"]


@pytest.mark.parametrize("q", ["VIL2026ER1", "2025ER1", "VIL2026EE1", "2025-1", "Saber 1", "EE9"])
def test_what_is_dictated_of_another_entity_year_or_number_finds_none(house, citizen, q):
    answered_case(house, citizen, now=NOW)
    answered_case(open_house("VIL"), citizen, now=NOW)

    assert found(house, q=q) == []
    assert not queue.may_be_a_document(q)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("q", ["ER12", "EE12", "2026-12"])
def test_what_is_dictated_is_found_by_its_indexes(house, q):
    with asked_of_the_database() as asked:
        queue.page(house.coordinator, Filters(q=q), today=TODAY)
    statement, values = next(pair for pair in asked if "FROM requerimiento" in pair[0])

    plan = plan_of(statement, values)

    assert not [step for step in plan if re.match("SCAN (requerimiento|radicado|message)", step)]
    assert [step for step in plan if "direction=? AND number=?" in step], plan


@pytest.mark.parametrize("q", ["SOA2026ER000099", "99", "ñ'\"--", "%", "SOA2026ER00009", "SOA2025"])
def test_what_names_no_case_finds_none(house, citizen, q):
    file_case(house, citizen, now=NOW)

    assert found(house, q=q) == []


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(closed=True), Filters(q="VIL2026ER000001"), Filters(q="79123456")],
)
def test_another_entitys_cases_are_never_shown(house, citizen, filters):
    other = open_house("VIL")
    file_case(other, citizen, now=NOW)
    answered_case(other, citizen, now=NOW)

    assert queue.page(house.administrator, filters, today=TODAY).rows == []
    assert queue.counts(house.administrator, {"": filters}, today=TODAY) == {"": 0}


def test_counts_come_in_one_statement_and_stop_at_the_cap(house, citizen, monkeypatch):
    monkeypatch.setattr(queue, "COUNT_CAP", 2)
    for _ in range(5):
        file_case(house, citizen, now=NOW)
    asked = {"all": Filters(), "mine": Filters(assignee=house.official.id)}

    reader = fresh(house.coordinator)
    with statements() as seen:
        counted = queue.counts(reader, asked, today=TODAY)

    assert counted == {"all": 3, "mine": 0}
    assert len(seen) == 1


def test_a_page_is_one_statement_and_reads_no_text_and_no_whole_account(house, citizen):
    for _ in range(4):
        assigned_case(house, citizen, now=NOW)

    reader = fresh(house.coordinator)
    with statements() as seen:
        queue.page(reader, Filters(), today=TODAY)

    [statement] = seen
    assert not re.search(r"requerimiento\.body|password_hash|\.email|\.address", statement)


def test_the_next_of_ones_own_is_the_one_that_is_due_after_it(house, citizen):
    first, second, third = (assigned_case(house, citizen, now=ago(days)) for days in (9, 6, 3))
    file_case(house, citizen, now=ago(5))
    done = answered_case(house, citizen, now=ago(7))
    secret = assigned_case(house, citizen, now=ago(2), about_minor=True)
    reader = house.official

    found = [queue.next_of(reader, code, today=TODAY) for code in ("", first, done, second, third)]

    assert found == [first, second, second, third, secret]
    assert queue.next_of(reader, secret, today=TODAY) is None
    assert queue.next_of(house.colleague, "", today=TODAY) is None


def test_the_next_is_neither_closed_to_its_reader_nor_of_another_entity(house, citizen):
    first, closed = (assigned_case(house, citizen, now=ago(days)) for days in (9, 6))
    other = open_house("VIL")
    theirs = assigned_case(other, citizen, now=ago(12))
    with writing() as session:
        session.add(
            Recusal(
                requerimiento_id=case_of(closed).id,
                account_id=house.official.id,
                happened_at=NOW,
                reason="Es pariente de quien firma.",
            )
        )

    assert queue.next_of(house.official, first, today=TODAY) is None
    for code in (closed, theirs, "SOA2026ER999999", "cualquiera"):
        with pytest.raises(NotFound):
            queue.next_of(house.official, code, today=TODAY)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("here", ["", "SOA2026ER000001"])
def test_the_next_is_found_by_an_index_in_one_statement(house, citizen, here):
    assigned_case(house, citizen, now=NOW)
    reader = fresh(house.official)

    with asked_of_the_database() as asked:
        queue.next_of(reader, here, today=TODAY)

    [(statement, values)] = asked
    plan = plan_of(statement, values)
    assert any("ix_queue_assignee" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") or "B-TREE" in step], plan


LISTS = {
    "open": Filters(),
    "open, further on": Filters(after=(TODAY, 7)),
    "mine": Filters(assignee=1),
    "nobody's": Filters(unassigned=True),
    "office": Filters(office=1),
    "no office's": Filters(unplaced=True),
    "kind": Filters(kind=Kind.CLAIM),
    "status": Filters(status=Status.IN_PROGRESS),
    "overdue": Filters(due="vencidos"),
    "appealed": Filters(appealed=True),
    "appealed, further on": Filters(appealed=True, after=(TODAY, 7)),
    "finished": Filters(closed=True),
    "finished, further back": Filters(closed=True, after=(TODAY, 7)),
}


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_read_by_an_index_in_its_order(house, name):
    """Neither a scan of all cases nor a sort: a page costs the same among a million."""
    with asked_of_the_database() as asked:
        queue.page(house.coordinator, LISTS[name], today=TODAY)
    statement, values = next(pair for pair in asked if "FROM requerimiento" in pair[0])

    plan = plan_of(statement, values)

    assert any("requerimiento USING INDEX ix_queue" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") or "B-TREE" in step], plan


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=12),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_many_lights_are_the_same_as_each_alone(due_dates, today):
    calendar = Calendar((Closure(date(2026, 5, 4), date(2026, 5, 4), "Suspensión"),))

    together = lights_for(due_dates, today, calendar)

    assert together == {due_on: light_for(due_on, today, calendar) for due_on in due_dates}


def test_many_lights_look_at_each_day_once():
    """Fifty rows a year late must not cost fifty years of calendar."""

    class Counting(Calendar):
        looked_at = 0

        def is_business_day(self, day: date) -> bool:
            type(self).looked_at += 1
            return super().is_business_day(day)

    due_dates = [TODAY - timedelta(days=days) for days in range(100, 365)]

    lights_for(due_dates, TODAY, Counting())

    assert Counting.looked_at <= 365

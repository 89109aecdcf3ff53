"""Due dates: the cases that were counted by hand, in both readings, and what must always hold."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import OFFICE, Calendar, Closure
from app.domain.deadline import (
    OfficeHours,
    Reading,
    Tone,
    deadline_for,
    light_for,
    reception_day,
)
from app.domain.requerimiento import Kind
from app.domain.terms import term_for

CALENDAR = Calendar()
FIRST = OfficeHours(CALENDAR, Reading.FIRST)
SECOND = OfficeHours(CALENDAR, Reading.SECOND)

MOMENTS = st.builds(
    datetime.combine,
    st.dates(date(2023, 1, 1), date(2058, 12, 31)),
    st.times(),
    st.just(OFFICE),
)
TERMS = st.sampled_from([5, 10, 15, 30])

# Received, days, due in the first reading, due in the second. The office closes at 17:00.
COUNTED_BY_HAND = [
    ("2026-03-16T10:00", 15, "2026-04-09", "2026-04-09"),
    ("2026-03-27T16:59", 10, "2026-04-14", "2026-04-14"),
    ("2026-04-01T21:30", 15, "2026-04-24", "2026-04-27"),
    ("2026-04-02T09:00", 10, "2026-04-17", "2026-04-20"),
    ("2026-12-03T10:00", 5, "2026-12-11", "2026-12-11"),
    ("2026-12-14T08:00", 15, "2027-01-06", "2027-01-06"),
    ("2026-12-18T15:00", 10, "2027-01-05", "2027-01-05"),
    ("2026-03-16T10:00", 30, "2026-04-30", "2026-04-30"),
    ("2026-07-06T09:00", 10, "2026-07-22", "2026-07-22"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


@pytest.mark.parametrize(("received", "days", "first", "second"), COUNTED_BY_HAND)
def test_the_due_date_is_the_one_counted_by_hand(received, days, first, second):
    assert deadline_for(at(received), days, FIRST).due_on == date.fromisoformat(first)
    assert deadline_for(at(received), days, SECOND).due_on == date.fromisoformat(second)


@pytest.mark.parametrize(
    ("received", "kind", "due"),
    [
        ("2026-03-16T10:00", Kind.PETITION, "2026-04-09"),
        ("2026-03-27T16:59", Kind.INFORMATION, "2026-04-14"),
        ("2026-04-02T09:00", Kind.DOCUMENTS, "2026-04-17"),
        ("2026-03-16T10:00", Kind.CONSULTATION, "2026-04-30"),
    ],
)
def test_the_term_of_the_kind_leads_to_the_date_counted_by_hand(received, kind, due):
    days = term_for(kind, at(received).date()).days

    assert deadline_for(at(received), days, FIRST).due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2026-03-16T16:59:59", "2026-03-16"),
        ("2026-03-16T17:00", "2026-03-17"),
        ("2026-03-16T00:00", "2026-03-16"),
        ("2026-03-20T23:59", "2026-03-24"),  # Friday night before a Monday holiday
        ("2026-03-21T10:00", "2026-03-24"),  # Saturday
        ("2026-04-02T09:00", "2026-04-06"),  # Maundy Thursday
    ],
)
def test_the_second_reading_receives_on_the_next_business_day(received, day):
    assert reception_day(at(received), SECOND) == date.fromisoformat(day)
    assert reception_day(at(received), FIRST) == at(received).date()


def test_the_hour_of_closing_is_the_entity_s_own():
    early = OfficeHours(CALENDAR, Reading.SECOND, closes_at=time(12))

    assert reception_day(at("2026-03-16T12:00"), early) == date(2026, 3, 17)


@given(MOMENTS, TERMS)
def test_the_last_day_is_a_business_day_and_the_count_is_the_term(moment, days):
    for office in (FIRST, SECOND):
        deadline = deadline_for(moment, days, office)

        assert CALENDAR.is_business_day(deadline.due_on)
        assert CALENDAR.is_business_day(deadline.first_day)
        assert CALENDAR.count(deadline.received_on, deadline.due_on) == days
        assert deadline.received_on < deadline.first_day <= deadline.due_on


@given(MOMENTS, TERMS)
def test_the_second_reading_adds_one_day_to_what_comes_outside_office_hours(moment, days):
    first, second = (deadline_for(moment, days, office).due_on for office in (FIRST, SECOND))
    on_time = CALENDAR.is_business_day(moment.date()) and moment.time() < SECOND.closes_at

    assert second == (first if on_time else CALENDAR.add(first, 1))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), TERMS)
def test_who_files_later_is_never_answered_earlier(moment, wait, days):
    for office in (FIRST, SECOND):
        assert (
            deadline_for(moment, days, office).due_on
            <= deadline_for(moment + wait, days, office).due_on
        )


@given(MOMENTS, TERMS, st.integers(0, 60))
def test_a_suspension_never_brings_the_date_nearer(moment, days, offset):
    closed = moment.date() + timedelta(days=offset)
    suspended = Calendar((Closure(closed, closed, "Suspensión de términos"),))
    for office in (FIRST, SECOND):
        moved = OfficeHours(suspended, office.reading)

        assert deadline_for(moment, days, office).due_on <= deadline_for(moment, days, moved).due_on


@pytest.mark.parametrize(
    ("today", "tone", "words"),
    [
        ("2026-03-30", Tone.GREEN, "Vence en 6 días hábiles"),
        ("2026-03-31", Tone.YELLOW, "Vence en 5 días hábiles"),
        ("2026-04-04", Tone.YELLOW, "Vence en 4 días hábiles"),  # a Saturday
        ("2026-04-06", Tone.YELLOW, "Vence en 3 días hábiles"),
        ("2026-04-07", Tone.ORANGE, "Vence en 2 días hábiles"),
        ("2026-04-08", Tone.ORANGE, "Vence en 1 día hábil"),
        ("2026-04-09", Tone.ORANGE, "Vence hoy"),
        ("2026-04-10", Tone.RED, "Vencido hace 1 día hábil"),
        ("2026-04-13", Tone.RED, "Vencido hace 2 días hábiles"),
    ],
)
def test_the_light_says_in_words_how_near_the_date_is(today, tone, words):
    light = light_for(date(2026, 4, 9), date.fromisoformat(today), CALENDAR)

    assert (light.tone, light.words) == (tone, words)


def test_the_first_day_late_is_late_even_on_a_saturday():
    light = light_for(date(2026, 4, 10), date(2026, 4, 11), CALENDAR)

    assert light.tone is Tone.RED


@given(st.dates(date(2023, 1, 1), date(2058, 12, 31)), st.integers(-60, 60))
def test_red_is_for_what_is_late_and_for_nothing_else(due_on, offset):
    today = due_on + timedelta(days=offset)

    assert (light_for(due_on, today, CALENDAR).tone is Tone.RED) == (today > due_on)

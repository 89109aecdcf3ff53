"""Business days of Colombia, against a count of the holidays that owes nothing to the library."""

import re
from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import calendar
from app.domain.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    Cause,
    Closed,
    Closure,
    LibraryTooOld,
    YearUnknown,
    check_years,
    holidays_of,
)

DAYS = st.dates(date(2023, 1, 1), date(2058, 12, 31))
COUNTS = st.integers(1, 80)

# Ley 51 of 1983: those that stay, those that move to Monday, and those that follow Easter.
FIXED = ((1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))
MOVED = ((1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))
AFTER_EASTER = (-3, -2, 43, 64, 71)


def easter(year: int) -> date:
    """The Gregorian Easter by the rule of Meeus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def next_monday(day: date) -> date:
    while day.weekday() != 0:
        day += timedelta(days=1)
    return day


def by_law(year: int) -> set[date]:
    chiquinquira = [(7, 9)] if year >= 2026 else []  # Ley 2578 of 2026
    return (
        {date(year, *day) for day in FIXED}
        | {next_monday(date(year, *day)) for day in (*MOVED, *chiquinquira)}
        | {easter(year) + timedelta(days=days) for days in AFTER_EASTER}
    )


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_the_holidays_are_those_of_the_law(year):
    assert set(holidays_of(year)) == by_law(year)


@pytest.mark.parametrize(
    ("year", "count"), [(2024, 18), (2025, 17), (2026, 19), (2027, 19), (2028, 19)]
)
def test_the_holidays_of_a_year_are_as_many_as_were_counted_by_hand(year, count):
    assert len(holidays_of(year)) == count


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_whose_holidays_are_not_known_is_refused(year):
    with pytest.raises(YearUnknown):
        holidays_of(year)


def test_a_library_without_the_holiday_of_2026_is_refused(monkeypatch):
    known = calendar.holidays_library.country_holidays

    def old(*arguments, **options):
        days = known(*arguments, **options)
        return {day: name for day, name in days.items() if day != date(2026, 7, 13)}

    monkeypatch.setattr(calendar.holidays_library, "country_holidays", old)

    with pytest.raises(LibraryTooOld, match="Ley 2578"):
        holidays_of.__wrapped__(2026)


@pytest.mark.parametrize("version", ["0.98", "0.9.12", "0.72.1"])
def test_an_old_library_is_refused_for_every_year(monkeypatch, version):
    monkeypatch.setattr(calendar, "version", lambda package: version)

    with pytest.raises(LibraryTooOld, match=re.escape(version)):
        holidays_of.__wrapped__(2024)


@pytest.mark.parametrize("version", ["0.99", "0.100", "1.0"])
def test_a_newer_library_is_taken(monkeypatch, version):
    monkeypatch.setattr(calendar, "version", lambda package: version)

    assert len(holidays_of.__wrapped__(2026)) == 19


def test_the_years_that_a_count_may_reach_are_asked_for_together():
    check_years(FIRST_YEAR, LAST_YEAR)

    with pytest.raises(YearUnknown, match=str(LAST_YEAR + 1)):
        check_years(LAST_YEAR, LAST_YEAR + 1)


def test_no_day_of_an_unknown_year_counts_or_not_even_a_sunday():
    sunday = date(LAST_YEAR + 1, 1, 2)

    for ask in (Calendar().is_business_day, Calendar().why_closed):
        with pytest.raises(YearUnknown):
            ask(sunday)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 3, 19), None),  # San José moved to the 23rd
        (date(2026, 3, 23), "Festivo: Día de San José"),
        (date(2026, 3, 21), "Sábado"),
        (date(2026, 3, 22), "Domingo"),
        (date(2026, 4, 2), "Festivo: Jueves Santo"),
        (date(2026, 7, 9), None),
    ],
)
def test_a_day_says_why_it_does_not_count(day, reason):
    told = Calendar().reason_closed(day)

    assert told == reason or (told or "").startswith(reason or "-")


def test_the_entity_closes_on_days_of_its_own():
    works = Closure(date(2026, 3, 17), date(2026, 3, 18), "Obras", "Resolución 12 de 2026")
    office = Calendar((works,))

    for day in (works.first, works.last):
        assert office.why_closed(day) == Closed(
            Cause.CLOSURE,
            "Obras (Resolución 12 de 2026)",
            "Resolución 12 de 2026; Ley 4 de 1913, artículo 62",
        )
    assert office.add(date(2026, 3, 16), 1) == date(2026, 3, 19)
    assert office.without([works]).add(date(2026, 3, 16), 1) == date(2026, 3, 17)


def test_a_closure_without_an_act_rests_on_the_law_alone():
    day = date(2026, 3, 17)

    closed = Calendar((Closure(day, day, "Jornada interna"),)).why_closed(day)

    assert closed == Closed(Cause.CLOSURE, "Jornada interna", "Ley 4 de 1913, artículo 62")


def test_of_two_closures_of_one_day_the_first_gives_the_reason():
    day = date(2026, 3, 17)
    office = Calendar((Closure(day, day, "Obras"), Closure(day, day, "Vacancia")))

    assert office.reason_closed(day) == "Obras"


def test_a_closure_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        Closure(date(2026, 3, 18), date(2026, 3, 17), "Obras")


@pytest.mark.parametrize(
    ("day", "cause", "words", "source"),
    [
        (date(2026, 3, 21), Cause.WEEKEND, "Sábado", "Ley 4 de 1913"),
        (date(2026, 7, 13), Cause.HOLIDAY, "Rosario de Chiquinquirá", "Ley 2578 de 2026"),
        (date(2026, 7, 20), Cause.HOLIDAY, "Festivo: Día de la Independencia", "Ley 51 de 1983"),
        (date(2025, 6, 30), Cause.HOLIDAY, "Corazón y San Pedro y San Pablo", "Ley 51 de 1983"),
        (date(2026, 5, 18), Cause.HOLIDAY, "Festivo: Ascensión del Señor", "Ley 51 de 1983"),
    ],
)
def test_a_closed_day_names_its_law(day, cause, words, source):
    closed = Calendar().why_closed(day)

    assert closed is not None
    assert (closed.cause, words in closed.words) == (cause, True)
    assert closed.source.startswith(source)


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        ("2026-11-25", 1, "2026-12-28"),  # Christmas, then a weekend
        ("2026-01-30", 1, "2026-03-02"),  # February has no 30th, and its 28th is a Saturday
        ("2026-03-16", 1, "2026-04-16"),
        ("2026-03-16", 3, "2026-06-16"),
        ("2026-11-30", 3, "2027-03-01"),
        ("2026-12-13", 1, "2027-01-13"),
    ],
)
def test_months_are_those_of_the_calendar(begins, months, ends):
    end = Calendar().add_months(date.fromisoformat(begins), months)

    assert end == date.fromisoformat(ends)


@given(DAYS, st.integers(1, 6))
def test_a_term_of_months_ends_on_a_business_day_of_its_month_or_just_after(day, months):
    end = Calendar().add_months(day, months)

    assert Calendar().is_business_day(end)
    ahead = (end.year - day.year) * 12 + end.month - day.month
    assert ahead == months or (ahead == months + 1 and end.day <= 5)


def test_saturday_counts_only_where_the_office_works_on_it():
    saturday = date(2026, 3, 21)

    assert not Calendar().is_business_day(saturday)
    assert Calendar(saturday_counts=True).is_business_day(saturday)
    assert not Calendar(saturday_counts=True).is_business_day(date(2026, 3, 22))


@given(DAYS, COUNTS)
def test_what_is_added_is_what_is_counted(day, count):
    office = Calendar()

    end = office.add(day, count)

    assert office.is_business_day(end)
    assert office.count(day, end) == count
    assert office.count(day, end - timedelta(days=1)) == count - 1


@given(DAYS, COUNTS)
def test_each_business_day_follows_the_one_before(day, count):
    days = list(islice(Calendar().business_days_after(day), count))

    assert days == sorted(set(days))
    assert days[0] > day


@given(DAYS, COUNTS, st.integers(1, 90))
def test_a_day_that_is_suspended_never_brings_the_end_nearer(day, count, offset):
    closed = day + timedelta(days=offset)

    end = Calendar().add(day, count)
    later = Calendar((Closure(closed, closed, "Suspensión de términos"),)).add(day, count)

    counted = Calendar().is_business_day(closed) and closed <= end
    assert later == (Calendar().add(end, 1) if counted else end)


def test_nothing_is_counted_backwards():
    assert Calendar().count(date(2026, 3, 20), date(2026, 3, 16)) == 0

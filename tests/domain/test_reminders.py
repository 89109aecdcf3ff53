"""On which days the staff are reminded."""

from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.reminders import days_reminded, first_overdue, read_points, write_points


@pytest.mark.parametrize(
    ("text", "points"),
    [("5, 2, 0", (5, 2, 0)), ("0 2;5,5", (5, 2, 0)), ("", ()), ("  ", ()), ("30", (30,))],
)
def test_the_points_are_read_as_people_write_them(text, points):
    assert read_points(text) == points
    assert read_points(write_points(points)) == points


@pytest.mark.parametrize("text", ["-1", "31", "cinco", "1,2,3,4,5,6,7", "1.5", "999"])
def test_what_is_no_list_of_days_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 the page says what is wrong
        read_points(text)


def test_the_days_are_counted_in_business_days():
    # Wednesday before Easter of 2026: Thursday and Friday are holidays.
    assert days_reminded(date(2026, 4, 1), (2, 0), Calendar()) == {
        date(2026, 4, 7): 2,
        date(2026, 4, 1): 0,
    }


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 4, 4), date(2026, 4, 5)])
def test_nobody_is_reminded_on_a_day_that_is_not_worked(day):
    assert days_reminded(day, (5, 0), Calendar()) == {}


def test_what_fell_due_since_the_last_business_day_is_late_for_the_first_time():
    assert first_overdue(date(2026, 4, 6), Calendar()) == date(2026, 4, 1)
    assert first_overdue(date(2026, 4, 8), Calendar()) == date(2026, 4, 7)

"""Dates as people read them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import business_days, long_date, read_day, read_moment


def test_a_date_is_written_as_it_is_said():
    assert long_date(date(2026, 4, 9)) == "jueves 9 de abril de 2026"


@given(st.dates(date(2022, 1, 1), date(2060, 12, 31)))
def test_every_day_is_written_apart_from_the_next(day):
    assert long_date(day) != long_date(day + timedelta(days=7))
    assert str(day.day) in long_date(day).split()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 días hábiles"), (1, "1 día hábil"), (15, "15 días hábiles")]
)
def test_one_day_is_singular(count, words):
    assert business_days(count) == words


@pytest.mark.parametrize("text", ["30/04/2026", " 2026-04-30 "])
def test_a_day_is_read_as_people_and_programs_write_it(text):
    assert read_day(text) == date(2026, 4, 30)


@pytest.mark.parametrize("text", ["16/03/2026 10:05", "2026-03-16T10:05", "2026-03-16 10:05 "])
def test_a_moment_is_read_as_people_and_programs_write_it(text):
    assert read_moment(text) == datetime.fromisoformat("2026-03-16T10:05")


@pytest.mark.parametrize("text", ["", "ayer", "31/02/2026", "2026-13-01", "4/30/2026"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        read_day(text)

"""Dates as people read them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dates import business_days, long_date


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

"""Who is away and who stands in: work never passes through a second person."""

from datetime import date, timedelta

import pytest

from app.domain.absences import LONGEST, Leave, check, ended
from app.domain.registration import FieldRefused

TODAY = date(2026, 3, 16)
ANA, BETO, CARLA = 1, 2, 3


def leave(person: int, substitute: int, first: int, last: int) -> Leave:
    """Days counted from today."""
    return Leave(person, substitute, TODAY + timedelta(first), TODAY + timedelta(last))


def refused_field(new: Leave, *others: Leave) -> str:
    try:
        check(new, others, TODAY)
    except FieldRefused as refusal:
        return refusal.field
    return ""


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (leave(ANA, BETO, 0, 0), ""),
        (leave(ANA, BETO, 0, LONGEST - 1), ""),
        (leave(ANA, BETO, -1, 3), "first"),
        (leave(ANA, BETO, 3, 2), "last"),
        (leave(ANA, BETO, 0, LONGEST), "last"),
        (leave(ANA, ANA, 0, 3), "substitute"),
    ],
)
def test_days_and_people_make_sense(new, field):
    assert refused_field(new) == field


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (leave(ANA, CARLA, 5, 9), "first"),  # away already
        (leave(BETO, CARLA, 5, 9), "substitute"),  # who would stand in is away
        (leave(CARLA, ANA, 5, 9), "first"),  # who goes away stands in for somebody
        (leave(CARLA, BETO, 5, 9), ""),  # one may stand in for two
        (leave(ANA, CARLA, 6, 9), ""),  # from the day after on
    ],
)
def test_no_absence_crosses_with_another(other, field):
    assert refused_field(leave(ANA, BETO, 1, 5), other) == field


@pytest.mark.parametrize(
    ("first", "last", "left"), [(0, 4, None), (2, 4, None), (-3, 4, -1), (-1, 0, -1), (-5, -2, -2)]
)
def test_who_comes_back_works_from_today_on(first, last, left):
    found = ended(leave(ANA, BETO, first, last), TODAY)

    assert (found and (found.last - TODAY).days) == left

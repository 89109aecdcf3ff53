"""Which decision on electronic notification rules a case at a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.consent import Decision, accepted, in_force

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def said(accepts: bool, hours: int, *, about_case: bool = False) -> Decision:
    return Decision(accepts, NOON + timedelta(hours=hours), about_case)


@pytest.mark.parametrize(
    ("decisions", "holds"),
    [
        ([], False),
        ([said(True, -1)], True),
        ([said(True, 0)], True),
        ([said(True, 1)], False),
        ([said(True, -2), said(False, -1)], False),
        ([said(False, -2), said(True, -1)], True),
        ([said(True, -1), said(False, -2, about_case=True)], False),
        ([said(False, -1), said(True, -2, about_case=True)], True),
        ([said(True, -3), said(True, -2, about_case=True), said(False, 1, about_case=True)], True),
    ],
)
def test_the_last_word_about_the_case_rules_else_the_last_about_all(decisions, holds):
    assert accepted(decisions, NOON) is holds


def test_what_rules_says_since_when():
    assert in_force([said(True, -3), said(True, -1)], NOON) == said(True, -1)
    assert in_force([], NOON) is None

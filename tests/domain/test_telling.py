"""What does not reach a person by itself, and what remains to be told."""

import pytest

from app.domain.telling import Untold, left_untold, still_untold, why_untold


@pytest.mark.parametrize(
    ("gets_mail", "accepted", "why"),
    [
        (False, False, Untold.NO_MAIL),
        (False, True, Untold.NO_MAIL),
        (True, False, Untold.NO_CONSENT),
        (True, True, None),
    ],
)
def test_only_who_is_written_to_and_accepted_it_is_told_by_the_system(gets_mail, accepted, why):
    assert why_untold(gets_mail=gets_mail, accepted=accepted) is why


def test_who_opened_it_knows_it_and_is_notified_only_if_they_accepted():
    assert left_untold(accepted=True) is None
    assert left_untold(accepted=False) is Untold.NO_CONSENT


@pytest.mark.parametrize(
    ("before", "now", "left"),
    [
        (None, None, None),
        (Untold.NO_MAIL, None, Untold.NO_MAIL),
        (Untold.NO_CONSENT, Untold.NO_MAIL, Untold.NO_MAIL),
        (None, Untold.NO_CONSENT, Untold.NO_CONSENT),
    ],
)
def test_what_was_not_told_before_is_not_told_by_what_came_later(before, now, left):
    assert still_untold(before, now) is left

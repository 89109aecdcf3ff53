"""Nobody loses a petition for what they were never told."""

from datetime import date

import pytest

from app.domain.acts import LawRefuses
from app.domain.reach import Reach, check_asked
from tests.domain.test_acts import asked, filed, in_doubt

LATE = date(2026, 4, 21)


@pytest.mark.parametrize(
    ("reach", "why"),
    [
        (Reach(), "no le llegó por correo"),
        (Reach(came_back=True), "el correo volvió sin llegarle"),
    ],
)
def test_what_reached_nobody_ends_no_petition(reach, why):
    with pytest.raises(LawRefuses, match=rf"{why}.*otro medio».*artículos 17 y 67"):
        check_asked(asked(), reach, LATE)
    with pytest.raises(LawRefuses, match="artículos 19 y 67"):
        check_asked(in_doubt(), reach, LATE)


def test_what_was_mailed_and_did_not_come_back_counts():
    check_asked(asked(), Reach(mailed=True), LATE)
    check_asked(filed(), Reach(), LATE)  # nothing was asked for


def test_who_had_it_late_has_their_whole_time():
    reach = Reach(had_on=date(2026, 4, 10), came_back=True)
    with pytest.raises(LawRefuses, match="hasta el lunes 11 de mayo de 2026"):
        check_asked(asked(), reach, date(2026, 5, 11))  # 10 May is a Sunday
    check_asked(asked(), reach, date(2026, 5, 12))

    with pytest.raises(LawRefuses, match="hasta el viernes 24 de abril de 2026"):
        check_asked(in_doubt(), reach, LATE)

"""What is decided on an appeal or an insistence, and what is refused, by its article."""

from datetime import date

import pytest

from app.domain import acts, appeal
from app.domain.acts import LawRefuses
from app.domain.course import Course
from app.domain.events import RejectionGround, Ruling
from app.domain.moves import moves_of
from tests.domain.test_acts import WHY, answered, asked, at, filed, in_doubt

NEXT = at("2026-05-04T09:00")


def rejected(ground: RejectionGround) -> Course:
    """On Tuesday 17 March: who is refused what is reserved may insist until Wednesday 1 April."""
    when = at("2026-03-17T09:00")
    return acts.reject(filed(), at=when, ground=ground, reasons=WHY, rule="Ley 1712, artículo 18")


RESERVED, RUDE = (
    rejected(ground) for ground in (RejectionGround.RESERVED, RejectionGround.DISRESPECTFUL)
)
WITHDRAWN = acts.declare_withdrawn(asked(), at=at("2026-04-21T09:00"), reasons=WHY)
SHELVED = acts.shelve(in_doubt(), at=at("2026-04-09T09:00"), reasons=WHY)
TO = "Tribunal Administrativo"


@pytest.mark.parametrize(
    ("course", "articles"),
    [(RESERVED, "26"), (RUDE, "76"), (WITHDRAWN, "17 y 76"), (SHELVED, "76")],
)
def test_each_end_is_contested_by_its_article_and_stays_an_end(course, articles):
    ruled = appeal.rule(course, at=NEXT, ruling=Ruling.REVOKE, reasons=WHY)

    assert ruled.ended == course.ended
    assert ruled.due_on == course.due_on
    last = list(moves_of(ruled))[-1]
    assert last.words == "Se revocó la decisión y se respondió de fondo."
    assert last.source.endswith(articles)
    assert last.due_before == last.due_after


def test_only_an_insistence_goes_to_a_judge_who_is_named():
    appeal.rule(RESERVED, at=NEXT, ruling=Ruling.REMIT, reasons=WHY, to=TO)
    with pytest.raises(LawRefuses, match="a qué juez o tribunal"):
        appeal.rule(RESERVED, at=NEXT, ruling=Ruling.REMIT, reasons=WHY)
    for course in (WITHDRAWN, SHELVED):
        with pytest.raises(LawRefuses, match=r"solo la insistencia.*artículo 26"):
            appeal.rule(course, at=NEXT, ruling=Ruling.REMIT, reasons=WHY, to=TO)


def test_it_has_reasons_and_something_to_be_decided():
    with pytest.raises(LawRefuses, match="motivos o la respuesta"):
        appeal.rule(SHELVED, at=NEXT, ruling=Ruling.CONFIRM, reasons="No.")
    for course in (filed(), answered()):
        with pytest.raises(LawRefuses, match="no terminó con una decisión"):
            appeal.rule(course, at=NEXT, ruling=Ruling.CONFIRM, reasons=WHY)
    with pytest.raises(LawRefuses, match="No hay recurso ni insistencia"):
        appeal.check_pending(SHELVED, None)


def test_who_insists_in_time_is_answered_by_giving_it_or_by_a_judge():
    for ruling in (Ruling.REVOKE, Ruling.REMIT):
        appeal.check_pending(RESERVED, date(2026, 4, 1), ruling)
    with pytest.raises(LawRefuses, match=r"insistió a tiempo.*artículo 26"):
        appeal.check_pending(RESERVED, date(2026, 4, 1), Ruling.CONFIRM)
    # Later only who knows when it was notified can say whether it came in time.
    appeal.check_pending(RESERVED, date(2026, 4, 6), Ruling.CONFIRM)
    appeal.check_pending(SHELVED, date(2026, 4, 10), Ruling.CONFIRM)


@pytest.mark.parametrize("ruling", Ruling)
def test_every_ruling_has_its_words(ruling):
    assert ruling.label
    assert ruling.done != ruling.label

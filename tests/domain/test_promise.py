"""What an entity may promise: less than the law, never more, and with the act that says so."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.domain import acts
from app.domain.acts import LawRefuses
from app.domain.calendar import OFFICE, Calendar
from app.domain.course import Course, follow
from app.domain.deadline import OfficeHours
from app.domain.explanation import explain
from app.domain.requerimiento import Kind
from app.domain.silence import silence_of
from app.domain.terms import PROMISABLE, Promise, Requester, promise_problem, promised, term_for

DAY = date(2026, 3, 16)
FIVE = Promise(5, "Resolución 12 de 2026")
WORDS = "Compromiso de la entidad: 5 días hábiles (Resolución 12 de 2026). La ley da 15."


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


def course(promise: Promise | None = FIVE) -> Course:
    """Received on Monday 16 March 2026: five days end on the 24th, fifteen on 9 April."""
    term = promised(term_for(Kind.PETITION, DAY), promise)
    return follow(at("2026-03-16T10:00"), term, OfficeHours(Calendar()))


@pytest.mark.parametrize("kind", Kind)
def test_a_promise_is_never_longer_than_the_law_nor_for_what_silence_accepts(kind):
    law = term_for(kind, DAY)

    for days in (0, -3, law.days, law.days + 1, 10_000):
        assert promised(law, Promise(days, "Resolución 12")) == law
    kept = promised(law, Promise(law.days - 1, "Resolución 12"))
    if kind in PROMISABLE:
        assert (kept.days, kept.source, kept.lawful) == (law.days - 1, "Resolución 12", law)
        assert kept.longest == 2 * law.days
        assert promise_problem(kind, law.days, DAY) is None
    else:
        assert kept == law
        assert "días de la ley" in (promise_problem(kind, 3, DAY) or "")
    assert promise_problem(kind, law.days + 1, DAY)
    assert promise_problem(kind, 0, DAY)
    assert "tipo fijo" in (promise_problem(None, 3, DAY) or "")


@pytest.mark.parametrize("requester", sorted(set(Requester) - {Requester.PERSON}))
def test_whoever_has_a_term_by_law_keeps_it(requester):
    for kind in Kind:
        law = term_for(kind, DAY, requester)
        if law.subject is requester:
            assert promised(law, Promise(1, "Resolución 12")) == law


def test_the_explained_deadline_says_the_promise_beside_the_law():
    plain, told = explain(course(None), DAY), explain(course(), DAY)

    assert told.promise == WORDS
    assert told.basis == f"{WORDS} Norma: {plain.source}."
    assert (told.due_on, told.days, told.source) == (date(2026, 3, 24), 5, plain.source)
    assert (plain.promise, plain.due_on) == ("", date(2026, 4, 9))
    assert plain.basis == f"Norma: {plain.source}."


def test_an_extension_is_told_within_the_law_and_bounded_by_its_double():
    late = at("2026-03-27T10:00")  # the promise is over, the term of the law is not

    extended = acts.extend(course(), at=late, until=date(2026, 4, 30), reason="Falta un concepto.")

    assert extended.days == 30
    assert acts.last_day_of_extension(course()) == date(2026, 4, 30)
    for until in (date(2026, 3, 26), date(2026, 3, 27), date(2026, 5, 4)):
        with pytest.raises(LawRefuses, match=r"posterior al viernes 27 de marzo"):
            acts.extend(course(), at=late, until=until, reason="Falta un concepto.")
    with pytest.raises(LawRefuses, match="El plazo venció el jueves 9 de abril"):
        acts.extend(
            course(), at=at("2026-04-10T10:00"), until=date(2026, 4, 30), reason="Falta algo más."
        )


def test_a_promise_that_is_over_is_extended_before_the_clock_can_stop():
    late = at("2026-03-27T10:00")

    with pytest.raises(LawRefuses, match=r"primero avise al ciudadano una prórroga"):
        acts.ask_to_complete(course(), at=late, missing="Falta el acta de grado.")

    extended = acts.extend(course(), at=late, until=date(2026, 4, 9), reason="Falta un concepto.")
    asked = acts.ask_to_complete(extended, at=late, missing="Falta el acta de grado.")
    assert asked.due_on is None


def test_the_silence_of_the_law_does_not_look_at_promises():
    assert silence_of(Kind.PETITION, course(), DAY) == silence_of(Kind.PETITION, course(None), DAY)
    assert replace(course().term, law=None).lawful.days == 5

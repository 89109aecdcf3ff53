"""What the law makes of silence, by kind."""

from datetime import date, timedelta

import pytest

from app.domain import acts
from app.domain.requerimiento import Kind
from app.domain.silence import EFFECTS, Effect, silence_of
from app.domain.terms import Requester
from tests.domain.test_course import at, course_of, on

RECEIVED = "2026-03-16T10:00"


def test_every_kind_says_what_its_silence_means():
    assert set(EFFECTS) == set(Kind)
    accepted = {kind for kind, effect in EFFECTS.items() if effect is Effect.POSITIVE}
    assert accepted == {Kind.INFORMATION, Kind.DOCUMENTS}


@pytest.mark.parametrize("kind", [Kind.INFORMATION, Kind.DOCUMENTS])
def test_what_was_asked_for_is_accepted_the_day_after_the_term(kind):
    silence = silence_of(kind, course_of("2026-03-27T16:59", kind=kind), on("2026-04-17"))

    assert silence is not None
    assert silence.effect is Effect.POSITIVE
    assert silence.since == on("2026-04-15")  # due on the 14th
    assert silence.hand_over_by == on("2026-04-17")
    assert silence.source.startswith("Ley 1437 de 2011, artículo 14, numeral 1")
    assert "debe entregárselo a más tardar el viernes 17 de abril de 2026" in silence.meaning


def test_once_the_day_for_the_copies_is_over_it_is_told_as_over():
    course = course_of("2026-03-27T16:59", kind=Kind.DOCUMENTS)

    silence = silence_of(Kind.DOCUMENTS, course, on("2026-04-18"))

    assert silence is not None
    assert "debía entregárselo a más tardar el viernes 17 de abril de 2026" in silence.meaning


def test_an_extension_in_time_puts_the_acceptance_off():
    course = course_of("2026-03-27T16:59", kind=Kind.INFORMATION)
    extended = acts.extend(
        course, at=at("2026-04-14T09:00"), until=on("2026-04-21"), reason="Hay que buscarla."
    )

    silence = silence_of(Kind.INFORMATION, extended, on("2026-04-14"))

    assert silence is not None
    assert silence.since == on("2026-04-22")


def test_while_the_clock_stands_nothing_is_accepted():
    course = course_of(RECEIVED, kind=Kind.DOCUMENTS)
    asked = acts.ask_to_complete(course, at=at("2026-03-20T09:00"), missing="Falta el acta.")

    assert silence_of(Kind.DOCUMENTS, asked, on("2026-04-14")) is None


@pytest.mark.parametrize("kind", [k for k, effect in EFFECTS.items() if effect is Effect.NEGATIVE])
def test_the_rest_is_denied_three_months_after_it_was_presented(kind):
    silence = silence_of(kind, course_of(RECEIVED, kind=kind), on("2026-03-16"))

    assert silence is not None
    assert (silence.effect, silence.since) == (Effect.NEGATIVE, on("2026-06-17"))
    assert silence.hand_over_by is None
    assert "artículo 83" in silence.source
    assert "sigue obligada" in silence.meaning


@pytest.mark.parametrize("kind", [Kind.COMPLIMENT, Kind.SUGGESTION, Kind.REPORT])
def test_what_asks_for_no_decision_is_neither_accepted_nor_denied(kind):
    assert silence_of(kind, course_of(RECEIVED, kind=kind), on("2026-03-16")) is None


def test_the_request_of_an_authority_is_of_another_article():
    course = course_of(RECEIVED, kind=Kind.INFORMATION, requester=Requester.AUTHORITY)

    assert silence_of(Kind.INFORMATION, course, on("2026-03-16")) is None


@pytest.mark.parametrize(("late", "speaks"), [(0, False), (1, True)])
def test_an_answer_in_time_breaks_the_silence_and_a_late_one_does_not(late, speaks):
    course = course_of(RECEIVED, kind=Kind.INFORMATION)
    assert course.due_on == date(2026, 3, 31)
    answered = acts.answer(course, at=at("2026-03-31T23:59") + timedelta(days=late))

    assert (silence_of(Kind.INFORMATION, answered, on("2026-04-14")) is not None) == speaks

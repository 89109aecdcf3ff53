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
from app.domain.requerimiento import Action, Kind
from app.domain.silence import silence_of
from app.domain.terms import PROMISABLE, Promise, Requester, promise_problem, promised, term_for

DAY = date(2026, 3, 16)
FIVE = Promise(5, "Resolución 12 de 2026")
OWN = "5 días hábiles, hasta el martes 24 de marzo de 2026 (Resolución 12 de 2026)"
LAW = "15 días hábiles, hasta el jueves 9 de abril de 2026"
WORDS = f"Compromiso de la entidad: {OWN}. Por ley son {LAW}."
WHY = "Falta un concepto."


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
    assert told.basis == f"{WORDS} Norma del plazo de la ley: {plain.source}."
    assert (told.due_on, told.days, told.source) == (date(2026, 3, 24), 5, plain.source)
    assert (told.law_until, plain.law_until) == (date(2026, 4, 9), None)
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


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        (
            "2026-03-18",
            (
                "Día hábil 2 de 5. La entidad se comprometió a responder a más tardar el martes 24 "
                "de marzo de 2026; por ley vence el jueves 9 de abril de 2026."
            ),
        ),
        (
            "2026-03-24",
            (
                "Día hábil 5 de 5. La entidad se comprometió a responder a más tardar hoy, martes "
                "24 de marzo de 2026; por ley vence el jueves 9 de abril de 2026."
            ),
        ),
        (
            "2026-03-26",
            (
                "Compromiso vencido: la entidad se comprometió a responder a más tardar el martes "
                "24 de marzo de 2026, hace 2 días hábiles. Por ley vence el jueves 9 de abril de "
                "2026."
            ),
        ),
        (
            "2026-04-10",
            (
                "Venció por ley el jueves 9 de abril de 2026, hace 1 día hábil. La entidad se "
                "había comprometido a responder antes, el martes 24 de marzo de 2026."
            ),
        ),
    ],
)
def test_the_sentence_tells_the_promise_from_the_law(today, sentence):
    assert explain(course(), date.fromisoformat(today)).sentence == sentence


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ("2026-03-18", "el día hábil 2 de 5 del compromiso."),
        (
            "2026-03-26",
            (
                "después del compromiso, que era para el martes 24 de marzo de 2026; por ley "
                "vencía el jueves 9 de abril de 2026."
            ),
        ),
        ("2026-04-10", "fuera del plazo: venció el jueves 9 de abril de 2026."),
    ],
)
def test_an_answer_is_late_by_law_only_after_the_day_of_the_law(answered, told):
    done = acts.answer(course(), at=at(f"{answered}T09:00"))

    assert explain(done, date(2026, 4, 30)).sentence.endswith(told)


def test_the_table_runs_to_the_last_day_of_the_law_and_says_where_each_term_ends():
    told = explain(course(), DAY)

    numbered = [row for row in told.table if row.number]
    assert [row.number for row in numbered] == list(range(1, 16))
    ends = {f"{row.day}": row.why for row in numbered if "termina" in row.why}
    assert ends == {
        "2026-03-24": "Día hábil 5: termina el compromiso",
        "2026-04-09": "Día hábil 15: termina el plazo de la ley",
    }
    assert {row.source for row in numbered} == {FIVE.source, told.source}


def test_up_to_the_day_of_the_law_only_the_promise_has_another_date():
    moved = acts.extend(course(), at=at("2026-03-18T09:00"), until=date(2026, 3, 30), reason=WHY)

    told = explain(moved, date(2026, 3, 18))

    assert (moved.days, moved.is_extended, moved.is_promise) == (9, False, True)
    assert (moved.due_on, moved.ends_on) == (date(2026, 3, 30), date(2026, 4, 9))
    now = "Compromiso de la entidad: 9 días hábiles, hasta el lunes 30 de marzo de 2026."
    assert told.promise == f"{now} Antes era de {OWN}. Por ley son {LAW}."
    [move] = told.moves
    assert move.words == "La entidad puso otra fecha a su compromiso: 9 días hábiles en total."
    assert (move.source, move.was_promise, move.is_promise) == (FIVE.source, True, True)
    with pytest.raises(LawRefuses, match=FIVE.source) as refused:
        acts.extend(course(), at=at("2026-03-18T09:00"), until=date(2026, 3, 29), reason=WHY)
    assert refused.value.field == "until"


def test_an_extension_says_what_the_promise_and_the_law_were_before_it():
    extended = acts.extend(course(), at=at("2026-03-27T09:00"), until=date(2026, 4, 14), reason=WHY)

    told = explain(extended, date(2026, 3, 27))

    assert (extended.days, extended.is_extended, extended.is_promise) == (18, True, False)
    assert told.sentence.endswith("de 18, con prórroga. Vence el martes 14 de abril de 2026.")
    assert told.promise == (
        f"La prórroga reemplaza el compromiso de la entidad, que era de {OWN}. Antes de la "
        f"prórroga, por ley eran {LAW}."
    )
    [move] = told.moves
    assert move.words.endswith(
        "Antes: compromiso hasta el martes 24 de marzo de 2026, y por ley hasta el jueves 9 de "
        "abril de 2026."
    )
    assert "artículo 14, parágrafo" in move.source
    assert told.law_until is None


def test_a_promise_that_is_over_takes_no_power_that_the_law_gives():
    late = at("2026-03-27T10:00")  # within the ten days of article 17 and the fifteen of the law
    assert acts.refusal(course(), Action.ASK_TO_CLARIFY, late) is None

    asked = acts.ask_to_complete(course(), at=late, missing="Falta el acta de grado.")

    assert (asked.due_on, asked.ends_on, asked.balance) == (None, None, 7)
    assert "tiene 7 días hábiles más" in explain(asked, late.date()).sentence
    done = acts.complete(asked, at=at("2026-04-06T10:00"))
    assert (done.due_on, done.ends_on) == (date(2026, 3, 24), date(2026, 4, 15))
    assert explain(done, date(2026, 4, 7)).sentence.startswith("Compromiso vencido")
    with pytest.raises(LawRefuses, match=r"venció el jueves 9 de abril .* ya no se puede detener"):
        acts.ask_to_clarify(course(), at=at("2026-04-10T10:00"), doubt="No dice qué acta.")


def test_while_the_clock_stands_what_is_left_of_each_term_is_told():
    asked = acts.ask_to_complete(course(), at=at("2026-03-18T10:00"), missing="Falta el acta.")

    told = explain(asked, date(2026, 3, 18))

    left = "3 días hábiles{} para cumplir su compromiso (13 por ley)."
    assert told.sentence.endswith(f"la entidad tiene {left.format(' más')}")
    assert told.moves[0].words.endswith(f"a la entidad le quedan {left.format('')}")
    done = acts.complete(asked, at=at("2026-03-25T10:00"))
    assert (done.due_on, done.ends_on) == (date(2026, 3, 30), date(2026, 4, 15))


@pytest.mark.parametrize(("asked_on", "balance"), [(24, 1), (9, 1)])
def test_who_asks_on_the_last_day_of_either_term_has_it_after_the_delivery(asked_on, balance):
    month = 3 if asked_on == 24 else 4
    moment = datetime(2026, month, asked_on, 9, tzinfo=OFFICE)

    asked = acts.ask_to_clarify(course(), at=moment, doubt="No dice qué acta.")

    assert asked.balance == balance


def test_the_silence_of_the_law_does_not_look_at_promises():
    assert silence_of(Kind.PETITION, course(), DAY) == silence_of(Kind.PETITION, course(None), DAY)
    assert replace(course().term, law=None).lawful.days == 5

"""The explained deadline: its sentence, its table and what moved it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import acts
from app.domain.calendar import Closure
from app.domain.course import follow
from app.domain.deadline import Reading
from app.domain.events import Completed, Ended, MoreTimeAsked, Prioritised, PriorityGround
from app.domain.explanation import explain
from app.domain.requerimiento import Action, Kind
from tests.domain.test_course import GOLDEN, at, course_of, histories, on

PETITION = course_of("2026-03-16T10:00")
WAITING = acts.ask_to_complete(PETITION, at=at("2026-03-20T09:00"), missing="Falta el acta.")
DOUBTFUL = acts.ask_to_clarify(PETITION, at=at("2026-03-20T09:00"), doubt="No dice qué sede.")
EXTENDED = acts.extend(
    PETITION, at=at("2026-04-08T09:00"), until=date(2026, 4, 30), reason="Falta un concepto."
)


@pytest.mark.parametrize(
    ("course", "today", "sentence"),
    [
        (
            PETITION,
            "2026-03-16",
            (
                "15 días hábiles desde el martes 17 de marzo de 2026. Vence el jueves 9 de abril "
                "de 2026."
            ),
        ),
        (PETITION, "2026-03-26", "Día hábil 7 de 15. Vence el jueves 9 de abril de 2026."),
        (PETITION, "2026-03-29", "Día hábil 8 de 15. Vence el jueves 9 de abril de 2026."),
        (PETITION, "2026-04-09", "Día hábil 15 de 15. Vence hoy, jueves 9 de abril de 2026."),
        (PETITION, "2026-04-11", "Venció el jueves 9 de abril de 2026, hace 1 día hábil."),
        (PETITION, "2026-04-13", "Venció el jueves 9 de abril de 2026, hace 2 días hábiles."),
        (
            EXTENDED,
            "2026-04-10",
            "Día hábil 16 de 30, con prórroga. Vence el jueves 30 de abril de 2026.",
        ),
        (
            WAITING,
            "2026-04-08",
            (
                "El plazo está detenido: el viernes 20 de marzo de 2026 se pidió completar la "
                "solicitud. Hay tiempo hasta el lunes 20 de abril de 2026; después, la entidad "
                "tiene 11 días hábiles más."
            ),
        ),
        (
            DOUBTFUL,
            "2026-04-09",
            (
                "El plazo está detenido: el viernes 20 de marzo de 2026 se pidió aclarar la "
                "solicitud. El tiempo para hacerlo venció el miércoles 8 de abril de 2026."
            ),
        ),
        (
            acts.answer(PETITION, at=at("2026-03-26T09:00")),
            "2026-06-01",
            "Respondido el jueves 26 de marzo de 2026, el día hábil 7 de 15.",
        ),
        (
            acts.answer(PETITION, at=at("2026-03-16T12:00")),
            "2026-06-01",
            "Respondido el lunes 16 de marzo de 2026.",
        ),
        (
            acts.answer(PETITION, at=at("2026-04-13T09:00")),
            "2026-06-01",
            (
                "Respondido el lunes 13 de abril de 2026, fuera del plazo: venció el jueves 9 de "
                "abril de 2026."
            ),
        ),
        (
            acts.withdraw(WAITING, at=at("2026-04-13T09:00")),
            "2026-06-01",
            "El ciudadano desistió el lunes 13 de abril de 2026.",
        ),
    ],
)
def test_the_sentence_says_where_the_term_is(course, today, sentence):
    assert explain(course, on(today)).sentence == sentence


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize(("received", "kind", "requester", "first", "second"), GOLDEN)
def test_the_table_counts_to_the_day_counted_by_hand(
    received, kind, requester, first, second, reading
):
    course = course_of(received, kind=kind, requester=requester, reading=reading)

    explanation = explain(course, at(received).date())

    due = on(second if reading is Reading.SECOND else first)
    numbers = [row.number for row in explanation.table if row.number]
    assert numbers == list(range(1, course.term.days + 1))
    assert (explanation.due_on, explanation.table[-1].day) == (due, due)


def test_every_day_that_does_not_count_says_why_and_by_which_law():
    rows = {row.day.isoformat(): row for row in explain(PETITION, on("2026-03-26")).table}

    assert rows["2026-03-16"].why.startswith("Recepción")
    assert (rows["2026-03-17"].number, rows["2026-03-17"].why) == (1, "Día hábil 1")
    assert rows["2026-03-19"].number == 3  # San José moved to the 23rd
    assert rows["2026-03-21"].why == "Sábado"
    assert rows["2026-03-23"].why == "Festivo: Día de San José"
    assert rows["2026-03-23"].source == "Ley 51 de 1983, artículo 1"
    assert rows["2026-04-02"].why == "Festivo: Jueves Santo"
    assert all(row.source.startswith("Ley ") for row in rows.values())


def test_in_the_second_reading_the_table_says_that_it_came_after_hours():
    course = course_of("2026-04-01T21:30", reading=Reading.SECOND)

    explanation = explain(course, on("2026-04-06"))

    rows = {row.day.isoformat(): row.why for row in explanation.table}
    assert rows["2026-04-01"] == "Fuera del horario: se recibe el lunes 6 de abril de 2026"
    assert rows["2026-04-06"].startswith("Recepción")
    assert rows["2026-04-07"] == "Día hábil 1"
    (move,) = explanation.moves
    assert (move.due_before, move.due_after) == (on("2026-04-24"), on("2026-04-27"))
    assert move.source == "Ley 1437 de 2011, artículo 54"


def test_the_table_of_a_clock_that_stands_reaches_today():
    explanation = explain(WAITING, on("2026-03-27"))

    assert explanation.due_on is None
    assert explanation.table[-1].day == on("2026-03-27")
    assert explanation.table[-1].why == "Plazo detenido: se pidió completar la solicitud"
    assert "artículo 17" in explanation.table[-1].source
    assert [row.number for row in explanation.table if row.number] == [1, 2, 3, 4]


def test_the_days_on_which_the_clock_stood_are_in_the_table():
    course = acts.clarify(DOUBTFUL, at=at("2026-04-08T10:00"))

    rows = {row.day.isoformat(): row.why for row in explain(course, on("2026-04-09")).table}

    assert rows["2026-03-24"] == "Plazo detenido: se pidió aclarar la solicitud"
    assert rows["2026-04-08"] == "Se entregó lo pedido: el plazo sigue al día siguiente"
    assert rows["2026-04-09"] == "Día hábil 5"


def test_each_event_is_told_with_its_article_and_the_date_before_and_after():
    course = acts.ask_more_time(WAITING, at=at("2026-04-07T10:00"))
    course = acts.complete(course, at=at("2026-04-08T10:00"))
    course = acts.extend(
        course, at=at("2026-04-22T10:00"), until=on("2026-04-30"), reason="Falta un concepto."
    )
    ground = PriorityGround.JOURNALIST
    course = acts.prioritise(course, at=at("2026-04-23T10:00"), ground=ground)
    course = acts.refer(
        course, at=at("2026-04-24T10:00"), to="Secretaría de Salud", why_late="Se supo después."
    )

    told = [
        (move.due_before, move.due_after, move.words, move.source)
        for move in explain(course, on("2026-04-25")).moves
    ]

    law = "Ley 1437 de 2011, artículo"
    first, again, later = on("2026-04-09"), on("2026-04-23"), on("2026-04-30")
    assert told == [
        (
            first,
            None,
            (
                "Se pidió completar la solicitud, con tiempo hasta el lunes 20 de abril de 2026. "
                "El plazo se detiene y a la entidad le quedan 11 días hábiles."
            ),
            f"{law} 17",
        ),
        (
            None,
            None,
            "Se dio más tiempo para completar hasta el miércoles 20 de mayo de 2026.",
            f"{law} 17",
        ),
        (
            None,
            again,
            "Se completó la solicitud: el plazo sigue al día siguiente con 11 días hábiles.",
            f"{law} 17",
        ),
        (again, later, "Se prorrogó el plazo a 20 días hábiles en total.", f"{law} 14, parágrafo"),
        (
            later,
            later,
            "Tiene prioridad (La presenta un periodista en ejercicio). El plazo no cambia.",
            f"{law} 20",
        ),
        (
            later,
            later,
            (
                "Trasladado por competencia a Secretaría de Salud. Allá el plazo se cuenta desde "
                "el día siguiente a cuando lo reciban."
            ),
            f"{law} 21",
        ),
    ]


def test_a_clarification_is_told_too():
    course = acts.clarify(DOUBTFUL, at=at("2026-04-08T10:00"))

    asked, back = explain(course, on("2026-04-09")).moves

    assert asked.words.startswith("Se pidió aclarar la solicitud")
    assert back.words.startswith("Se aclaró la solicitud")
    assert {asked.source, back.source} == {"Ley 1437 de 2011, artículo 19"}


@pytest.mark.parametrize(
    ("closure", "before", "span"),
    [
        (("2026-03-25", "2026-03-25"), "2026-04-09", "del miércoles 25 de marzo de 2026."),
        (
            ("2026-03-25", "2026-03-26"),
            "2026-04-09",
            "del miércoles 25 de marzo de 2026 al jueves 26 de marzo de 2026.",
        ),
    ],
)
def test_a_suspension_is_told_with_its_act(closure, before, span):
    first, last = map(on, closure)
    suspended = Closure(first, last, "Suspensión de términos", "Resolución 12 de 2026")

    (move,) = explain(course_of("2026-03-16T10:00", closures=(suspended,)), on("2026-03-27")).moves

    assert move.on == first
    assert move.words.startswith("Suspensión de términos (Resolución 12 de 2026): ")
    assert move.words.endswith(span)
    assert move.source.startswith("Resolución 12 de 2026")
    assert move.due_before == on(before)
    assert move.due_after is not None
    assert move.due_after > move.due_before


@pytest.mark.parametrize("day", ["2026-03-13", "2026-03-16", "2026-03-21", "2026-04-10"])
def test_a_suspension_that_takes_no_day_is_not_told(day):
    suspended = Closure(on(day), on(day), "Suspensión de términos")

    assert (
        explain(course_of("2026-03-16T10:00", closures=(suspended,)), on("2026-03-27")).moves == ()
    )


def test_a_suspension_before_the_clock_stopped_is_told_though_nobody_knows_the_date():
    suspended = Closure(on("2026-03-18"), on("2026-03-18"), "Suspensión de términos")
    course = replace(WAITING, office=course_of("2026-03-16T10:00", closures=(suspended,)).office)

    closure, asked = explain(course, on("2026-03-27")).moves

    assert (closure.due_before, closure.due_after) == (None, None)
    assert "quedan 12 días hábiles" in asked.words


def test_events_that_make_no_sense_are_told_and_break_nothing():
    course = course_of(
        "2026-03-16T10:00",
        MoreTimeAsked(at("2026-03-17T10:00")),
        Completed(at("2026-03-18T10:00")),
        Ended(at("2026-03-19T10:00"), Action.REFER),
    )

    words = [move.words for move in explain(course, on("2026-03-20")).moves]

    assert words[0] == "Se dio más tiempo para completar."
    assert words[-1].startswith("Trasladado por competencia. ")


def test_what_ended_is_counted_until_that_day_and_no_further():
    course = acts.answer(PETITION, at=at("2026-03-26T09:00"))

    assert explain(course, on("2026-06-01")).counted == 7


@given(histories(), st.integers(-1, 200))
def test_the_table_adds_up_and_has_every_day_once(history, offset):
    course = follow(*history)
    today = history[0].date() + timedelta(days=offset)

    explanation = explain(course, today)

    days = [row.day for row in explanation.table]
    numbers = [row.number for row in explanation.table if row.number is not None]
    assert numbers == list(range(1, course.days + 1))
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert (days[0], days[-1]) == (history[0].date(), course.due_on)
    assert 0 <= explanation.counted <= explanation.days
    assert explanation.counted == sum(
        1 for row in explanation.table if row.number and row.day <= today
    )
    assert all(row.why and row.source for row in explanation.table)
    assert all(move.words.endswith(".") and move.source for move in explanation.moves)


@given(histories())
def test_the_moves_lead_from_the_first_date_to_the_last(history):
    received_at, term, office, _ = history
    first_reading = replace(office, reading=Reading.FIRST)
    plain = follow(received_at, term, first_reading).due_on
    course = follow(*history)

    moves = explain(course, received_at.date()).moves

    events = [move for move in moves if move.source != "Ley 1437 de 2011, artículo 54"]
    if not moves:
        assert course.due_on == plain
    if events:
        assert events[-1].due_after == course.due_on


@pytest.mark.parametrize("kind", Kind)
def test_before_filing_every_kind_has_its_sentence(kind):
    course = course_of("2026-03-16T10:00", kind=kind)

    sentence = explain(course, on("2026-03-16")).sentence

    assert sentence.startswith(f"{course.term.days} días hábiles desde el martes 17")


def test_a_priority_alone_is_told_and_moves_nothing():
    course = course_of(
        "2026-03-16T10:00", Prioritised(at("2026-03-17T10:00"), PriorityGround.DANGER)
    )

    (move,) = explain(course, on("2026-03-18")).moves

    assert move.due_before == move.due_after == on("2026-04-09")

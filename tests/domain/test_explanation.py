"""The explained deadline: its sentence, its table and what moved it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import acts
from app.domain.calendar import Calendar, Closure, Lifting
from app.domain.course import follow
from app.domain.deadline import Reading
from app.domain.events import (
    Completed,
    Ended,
    Extended,
    MoreTimeAsked,
    Prioritised,
    PriorityGround,
)
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


def test_a_suspension_while_the_clock_stands_says_what_is_left_since_nobody_knows_the_date():
    day, known = on("2026-03-18"), at("2026-03-25T09:00")
    suspended = Closure(day, day, "Suspensión de términos", ordered_at=known)
    course = replace(WAITING, office=course_of("2026-03-16T10:00", closures=(suspended,)).office)

    asked, closure = explain(course, on("2026-03-27")).moves

    assert "quedan 11 días hábiles" in asked.words
    assert (closure.on, closure.due_before, closure.due_after) == (known.date(), None, None)
    assert "después, la entidad tiene 12 días hábiles más." in closure.words


def test_a_suspension_after_an_extension_leads_from_the_extended_day():
    """Golden case 1, extended on 8 April to the 30th; then a suspension of 27 and 28 April."""
    extended = Extended(at("2026-04-08T09:00"), 30)
    strike = Closure(
        on("2026-04-27"), on("2026-04-28"), "Paro", "Res. 1", ordered_at=at("2026-04-20T09:00")
    )
    course = course_of("2026-03-16T10:00", extended, closures=(strike,))

    moves = explain(course, on("2026-04-21")).moves

    assert [(move.on, move.due_before, move.due_after) for move in moves] == [
        (on("2026-04-08"), on("2026-04-09"), on("2026-04-30")),
        (on("2026-04-20"), on("2026-04-30"), on("2026-05-05")),
    ]


def test_a_suspension_that_was_lifted_is_told_twice():
    strike = Closure(
        on("2026-03-25"),
        on("2026-03-27"),
        "Paro",
        "Res. 1",
        ordered_at=at("2026-03-20T09:00"),
        lifted=Lifting(at("2026-03-25T09:00"), on("2026-03-26"), "Res. 2"),
    )

    ordered, lifted = explain(
        course_of("2026-03-16T10:00", closures=(strike,)), on("2026-03-30")
    ).moves

    assert (ordered.due_before, ordered.due_after) == (on("2026-04-09"), on("2026-04-14"))
    assert ordered.words.endswith("al viernes 27 de marzo de 2026.")
    assert (lifted.on, lifted.due_before, lifted.due_after) == (
        on("2026-03-25"),
        on("2026-04-14"),
        on("2026-04-10"),
    )
    assert lifted.words.endswith("Los días cuentan desde el jueves 26 de marzo de 2026.")
    assert lifted.source == "Res. 2"


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


@st.composite
def closures_near(draw, received_at, after=-400):
    """A suspension near a case, known before or after it came in and, perhaps, lifted."""
    first = received_at.date() + timedelta(days=draw(st.integers(-3, 60)))
    ordered_at = received_at + timedelta(hours=draw(st.integers(after, 1200)))
    closure = Closure(
        first,
        first + timedelta(days=draw(st.integers(0, 6))),
        draw(st.sampled_from(["Paro", "Obras", "Vacancia"])),
        ordered_at=ordered_at,
    )
    if not draw(st.booleans()):
        return closure
    at_once = ordered_at + timedelta(hours=draw(st.integers(1, 300)))
    return replace(closure, lifted=Lifting(at_once, at_once.date() + timedelta(days=1)))


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


@given(histories(), st.data())
def test_each_move_begins_where_the_one_before_ended_and_the_last_leads_to_the_due_date(
    history, data
):
    received_at, term, office, events = history
    closures = data.draw(st.lists(closures_near(received_at), max_size=3))
    calendar = replace(office.calendar, closures=tuple(closures))
    bare = replace(office, reading=Reading.FIRST)
    course = follow(received_at, term, replace(office, calendar=calendar), events)

    moves = explain(course, received_at.date()).moves

    reached = follow(received_at, term, bare).due_on
    for move in moves:
        assert move.due_before == reached
        reached = move.due_after
    assert reached == course.due_on


@given(histories(), st.data())
def test_what_was_known_at_filing_is_not_touched_by_what_is_ordered_or_lifted_later(history, data):
    received_at = history[0]
    known = data.draw(st.lists(closures_near(received_at), max_size=2))
    later = data.draw(st.lists(closures_near(received_at, after=1), max_size=2))

    calendar = Calendar((*known, *later)).known_at(received_at)

    assert calendar == Calendar(tuple(known)).known_at(received_at)


@pytest.mark.parametrize(
    ("course", "last", "number", "why", "happened"),
    [
        (
            acts.answer(PETITION, at=at("2026-03-26T09:00")),
            "2026-03-26",
            7,
            "Día hábil 7",
            "Respondido",
        ),
        (
            acts.answer(PETITION, at=at("2026-04-13T09:00")),
            "2026-04-13",
            None,
            "Fuera del plazo: venció el jueves 9 de abril de 2026",
            "Respondido",
        ),
        (
            acts.refer(PETITION, at=at("2026-03-20T09:00"), to="Alcaldía de Bosa"),
            "2026-03-20",
            4,
            "Día hábil 4",
            "Trasladado por competencia a Alcaldía de Bosa",
        ),
        (
            acts.withdraw(WAITING, at=at("2026-03-29T09:00")),
            "2026-03-29",
            None,
            "Plazo detenido: se pidió completar la solicitud",
            "El ciudadano desistió",
        ),
    ],
)
def test_the_table_of_what_ended_ends_with_the_act_that_ended_it(
    course, last, number, why, happened
):
    row = explain(course, on("2026-06-01")).table[-1]

    assert (row.day, row.number, row.why, row.happened) == (on(last), number, why, happened)


def test_a_referral_says_to_whom_it_went_and_that_the_term_is_counted_there():
    course = acts.refer(PETITION, at=at("2026-03-20T09:00"), to="Alcaldía de Bosa")

    assert explain(course, on("2026-06-01")).sentence == (
        "Trasladado por competencia a Alcaldía de Bosa el viernes 20 de marzo de 2026. Allá el "
        "plazo se cuenta desde el día siguiente a cuando lo reciban."
    )


def test_the_time_of_the_citizen_is_counted_too():
    month, days = explain(WAITING, on("2026-03-27")).wait, explain(DOUBTFUL, on("2026-03-27")).wait
    longer = explain(acts.ask_more_time(WAITING, at=at("2026-04-07T10:00")), on("2026-04-08")).wait
    asked = acts.ask_to_complete(
        course_of("2026-11-20T10:00"), at=at("2026-11-25T11:00"), missing="Falta el acta."
    )
    moved = explain(asked, on("2026-11-26")).wait

    assert month is not None
    assert days is not None
    assert longer is not None
    assert moved is not None
    assert month.words == (
        "Un mes desde el viernes 20 de marzo de 2026: hasta el lunes 20 de abril de 2026."
    )
    assert month.table == ()
    assert longer.words.startswith("Un mes desde el viernes 20 de marzo de 2026, y otro mes")
    assert moved.words.endswith("porque el viernes 25 de diciembre de 2026 no es un día hábil.")
    assert [(row.day, row.why) for row in moved.table] == [
        (on("2026-12-25"), "Festivo: Navidad"),
        (on("2026-12-26"), "Sábado"),
        (on("2026-12-27"), "Domingo"),
        (on("2026-12-28"), "Último día"),
    ]
    assert [row.number for row in days.table if row.number] == list(range(1, 11))
    assert days.table[-1].day == days.until == on("2026-04-08")
    assert explain(PETITION, on("2026-03-27")).wait is None


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

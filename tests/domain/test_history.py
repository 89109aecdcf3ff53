"""A case held against its history: whatever its row says that the lines do not is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.consent import Decision
from app.domain.history import (
    Consent,
    Line,
    Reserve,
    Said,
    Standing,
    Taken,
    Task,
    appeal_faults,
    consent_faults,
    message_faults,
    radicado_faults,
    reserve_faults,
    standing_faults,
    untold_faults,
)
from app.domain.requerimiento import Action, Kind, Status
from app.domain.telling import Untold

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
DUE = date(2026, 4, 9)
CITIZEN, OFFICIAL = 1, 2


def at(day: int) -> datetime:
    return NOON + timedelta(days=day)


def line(action: Action, status: Status, day: int, **more) -> Line:
    return Line(action, status, OFFICIAL, at(day), **{"due_on": DUE} | more)


FILED = line(Action.FILE, Status.FILED, 0)
ASSIGNED = line(Action.ASSIGN, Status.ASSIGNED, 1)
ANSWERED = line(Action.ANSWER, Status.ANSWERED, 2, message_id=7)
CLOSED = line(Action.CLOSE, Status.CLOSED, 3)
OPENED = Line(Action.OPEN, Status.CLOSED, CITIZEN, at(4), DUE, 7)
HISTORY = [FILED, ASSIGNED, ANSWERED, CLOSED, OPENED]
STANDING = Standing(Status.CLOSED, False, False, at(0), DUE, at(2), at(3), None, None)
ANSWER = Said(7, "respuesta", "SOA2026EE000001", OFFICIAL, at(2), at(4), taken_at=at(2))


def test_a_case_that_is_as_its_history_tells_has_no_fault():
    assert list(standing_faults(STANDING, HISTORY)) == []
    assert list(message_faults([ANSWER], HISTORY)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", Status.ANSWERED),
        ("is_open", True),
        ("is_priority", True),
        ("received_at", at(1)),
        ("due_on", DUE + timedelta(days=1)),
        ("answered_at", at(1)),
        ("answered_at", None),
        ("closed_at", None),
        ("undelivered_at", at(3)),
        ("annulled_at", at(3)),
    ],
)
def test_each_column_that_says_something_else_is_named(name, value):
    [fault] = standing_faults(STANDING._replace(**{name: value}), HISTORY)

    assert fault.startswith(f"its {name} is ")


def test_the_day_is_the_one_of_the_last_line_that_says_it():
    before, moved = DUE - timedelta(days=1), DUE + timedelta(days=7)
    lines = [FILED, line(Action.EXTEND, Status.FILED, 1, due_on=moved), FILED._replace(due_on=None)]
    lines[2] = lines[2]._replace(action=Action.MOVE)
    old = [FILED._replace(due_on=None)]
    standing = Standing(Status.FILED, True, False, at(0), moved, None, None, None, None)

    assert list(standing_faults(standing, lines)) == []
    assert len(list(standing_faults(standing._replace(due_on=before), lines))) == 1
    # Of lines that are older than that column nothing is said.
    assert list(standing_faults(standing._replace(due_on=before), old)) == []


def test_what_came_back_stays_open_from_the_first_time_until_it_is_told():
    back, again = (line(Action.RETURN_MAIL, Status.FILED, day) for day in (1, 2))
    told = line(Action.NOTIFY, Status.FILED, 3)
    standing = Standing(Status.FILED, True, False, at(0), DUE, None, None, at(1), None)

    assert list(standing_faults(standing, [FILED, back, again])) == []
    assert list(standing_faults(standing._replace(undelivered_at=None), [FILED, back, told])) == []
    assert len(list(standing_faults(standing, [FILED, back, told]))) == 1


def test_what_was_presented_against_the_end_waits_from_the_first_time_until_it_is_decided():
    rejected = line(Action.REJECT, Status.REJECTED, 1)
    first, again = (line(Action.CONTRIBUTE, Status.REJECTED, day) for day in (2, 3))
    ruled = line(Action.RULE, Status.REJECTED, 4)
    answered = [ANSWERED, line(Action.CONTRIBUTE, Status.ANSWERED, 3)]

    assert list(appeal_faults(at(2), [FILED, rejected, first, again])) == []
    assert list(appeal_faults(None, [FILED, rejected, first, ruled])) == []
    assert list(appeal_faults(at(3), [FILED, rejected, first, again])) != []
    assert list(appeal_faults(None, [FILED, rejected, first])) != []
    assert list(appeal_faults(None, [FILED, *answered])) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "does not begin"),
        (HISTORY[1:], "does not begin"),
        ([*HISTORY, FILED], "twice"),
    ],
)
def test_a_history_begins_with_the_filing_and_has_one(lines, words):
    assert words in next(standing_faults(STANDING, lines))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opened_at": None}, "its opened_at is none"),
        ({"opened_at": at(3)}, "its opened_at is 2026-03-19"),
        ({"kind": "mensaje"}, "its kind, author or moment"),
        ({"author_id": CITIZEN}, "its kind, author or moment"),
        ({"written_at": at(1)}, "its kind, author or moment"),
        ({"id": 8, "opened_at": None}, "no line of its history"),
    ],
)
def test_a_message_that_says_something_else_is_named(changes, words):
    [fault] = message_faults([ANSWER._replace(**changes)], HISTORY)

    assert fault.startswith("SOA2026EE000001: ")
    assert words in fault


def test_an_answer_on_its_way_has_no_line_yet():
    prepared = Said(9, "nota", None, OFFICIAL, at(1), None, prepared=True)

    assert list(message_faults([prepared, ANSWER], HISTORY)) == []
    assert list(message_faults([prepared._replace(prepared=False)], [])) == [
        "message 9: no line of its history tells of it"
    ]


def test_decisions_on_being_told_are_those_of_the_history():
    lines = [
        FILED,
        Line(Action.ACCEPT_NOTICES, Status.FILED, CITIZEN, at(1)),
        Line(Action.REFUSE_NOTICES, Status.FILED, CITIZEN, at(2)),
    ]
    decided = [Consent(CITIZEN, True, at(1)), Consent(CITIZEN, False, at(2))]

    assert list(consent_faults(decided, lines)) == []
    for others in ([], decided[:1], [*decided, decided[0]], [decided[0], decided[0]]):
        assert len(list(consent_faults(others, lines))) == 1


def test_the_annulment_of_a_radicado_is_that_of_its_line():
    annulled = line(Action.ANNUL, Status.ANNULLED, 1, note="Se radicó dos veces.")
    taken = Taken(at(0), OFFICIAL, "Se radicó dos veces.")

    assert list(radicado_faults(taken, [FILED, annulled])) == []
    assert list(radicado_faults(taken, [FILED, annulled._replace(note="Dato suprimido")])) == []
    for name, value in (
        ("taken_at", at(1)), ("annulled_by_id", CITIZEN), ("annulment_reason", "Otra cosa.")
    ):  # fmt: skip
        [fault] = radicado_faults(taken._replace(**{name: value}), [FILED, annulled])
        assert fault.startswith(f"its {name} is ")


def test_the_mark_of_a_sensitive_case_is_that_of_its_lines():
    marked = line(Action.RESERVE, Status.FILED, 1, ground="menor")
    lifted = line(Action.UNRESERVE, Status.FILED, 2)

    def faults(is_sensitive, ground, *lines, kind=Kind.PETITION):
        return len(list(reserve_faults(Reserve(is_sensitive, ground), kind, [FILED, *lines])))

    assert faults(False, None) == faults(True, "menor", marked) == 0
    assert faults(False, "menor", marked, lifted) == 0
    assert faults(True, "denuncia", kind=Kind.REPORT) == 0
    assert faults(False, "denuncia", lifted, kind=Kind.REPORT) == 0
    assert faults(True, "menor") == 2
    assert faults(False, "menor", marked) == faults(True, "otro", marked) == 1
    assert faults(False, "denuncia", kind=Kind.REPORT) == 1


def test_a_letter_of_another_act_is_named():
    asked = line(Action.EXTEND, Status.ASSIGNED, 1, message_id=7)
    letter = Said(
        7, "mensaje", "SOA2026EE000001", OFFICIAL, at(1), None, False, Action.EXTEND, at(1)
    )

    assert list(message_faults([letter], [FILED, asked])) == []
    for value in (None, Action.REJECT):
        [fault] = message_faults([letter._replace(action=value)], [FILED, asked])
        assert "not the letter of the act" in fault
    [fault] = message_faults([letter._replace(taken_at=at(2))], [FILED, asked])
    assert "its radicado was taken at another moment" in fault


NOTIFIED = line(Action.NOTIFY, Status.CLOSED, 5, message_id=9)
CONSENT = Line(Action.ACCEPT_NOTICES, Status.FILED, CITIZEN, at(1), DUE)
NOBODY_WROTE, NEVER_ACCEPTED = Task(Untold.NO_MAIL, at(2)), Task(Untold.NO_CONSENT, at(2))
NOTHING = Task(None, None)
CANDIDATES = (NOBODY_WROTE, NEVER_ACCEPTED, NOTHING, Task(Untold.NO_MAIL, at(1)))


def possible(lines, *, opened_at=None, elsewhere=(), author=OFFICIAL) -> list[Task]:
    """Which of the candidates the history of a case admits."""
    letter = ANSWER._replace(opened_at=opened_at)
    lines = [one._replace(author_id=author) if one is ANSWERED else one for one in lines]
    return [
        task
        for task in CANDIDATES
        if not list(untold_faults(task, CITIZEN, lines, [letter], elsewhere))
    ]


def test_what_has_to_be_told_follows_from_what_went_out_and_what_was_accepted():
    """No line says whether they got mail: both reasons may be, and that there is none may not."""
    sent, all_cases = [FILED, ANSWERED], Decision(accepts=True, at=at(1), about_case=False)

    assert possible([FILED]) == [NOTHING]
    assert possible(sent) == [NOBODY_WROTE, NEVER_ACCEPTED]
    assert possible([FILED, CONSENT, ANSWERED]) == [NOBODY_WROTE, NOTHING]
    assert possible(sent, elsewhere=[all_cases]) == [NOBODY_WROTE, NOTHING]
    assert possible(sent, elsewhere=[replace(all_cases, at=at(3))]) == [
        NOBODY_WROTE,
        NEVER_ACCEPTED,
    ]
    assert possible([*sent, NOTIFIED]) == [NOTHING]
    assert possible(sent, author=CITIZEN) == [NOTHING]  # who withdraws on line reads it there
    assert possible([FILED, ANSWERED._replace(due_on=None)]) == list(CANDIDATES[:3])


def test_what_was_opened_is_no_task_only_for_who_had_accepted():
    opened = [FILED, ANSWERED, OPENED]

    assert possible(opened, opened_at=at(4)) == [NOBODY_WROTE, NEVER_ACCEPTED]
    assert possible([FILED, CONSENT, ANSWERED, OPENED], opened_at=at(4)) == [NOBODY_WROTE, NOTHING]
    late = CONSENT._replace(happened_at=at(3))
    assert NOTHING in possible([FILED, ANSWERED, late, OPENED], opened_at=at(4))
    assert NOTHING not in possible([FILED, ANSWERED, late, OPENED], opened_at=None)
    [fault] = untold_faults(NOTHING, CITIZEN, [FILED, ANSWERED], [ANSWER], [])
    assert fault == (
        f"its untold is none since none, and by its history it is sin_aceptar since {at(2)} or "
        f"sin_correo since {at(2)}"
    )

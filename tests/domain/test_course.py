"""How a term runs through its events: the cases counted by hand, and what must always hold."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.acts import last_day_of_extension, last_day_to_ask, last_day_to_refer
from app.domain.calendar import OFFICE, Calendar, Closure
from app.domain.course import Course, follow
from app.domain.deadline import OfficeHours, Reading, deadline_for
from app.domain.events import (
    AskedToClarify,
    AskedToComplete,
    Clarified,
    Completed,
    Ended,
    Extended,
    MoreTimeAsked,
    Prioritised,
    PriorityGround,
)
from app.domain.requerimiento import Action, Kind
from app.domain.terms import Requester, term_for

CALENDAR = Calendar()
READINGS = {reading: OfficeHours(CALENDAR, reading) for reading in Reading}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


def on(text: str) -> date:
    return date.fromisoformat(text)


def course_of(
    received: str,
    *events,
    kind: Kind = Kind.PETITION,
    reading: Reading = Reading.FIRST,
    requester: Requester = Requester.PERSON,
    closures: tuple[Closure, ...] = (),
) -> Course:
    moment = at(received)
    office = OfficeHours(Calendar(closures), reading)
    return follow(moment, term_for(kind, moment.date(), requester), office, events)


# Received, kind, who asks, due in the first reading, due in the second (closing at 17:00).
GOLDEN = [
    ("2026-03-16T10:00", Kind.PETITION, Requester.PERSON, "2026-04-09", "2026-04-09"),
    ("2026-03-27T16:59", Kind.INFORMATION, Requester.PERSON, "2026-04-14", "2026-04-14"),
    ("2026-04-01T21:30", Kind.PETITION, Requester.PERSON, "2026-04-24", "2026-04-27"),
    ("2026-04-02T09:00", Kind.DOCUMENTS, Requester.PERSON, "2026-04-17", "2026-04-20"),
    ("2026-12-14T08:00", Kind.PETITION, Requester.PERSON, "2027-01-06", "2027-01-06"),
    ("2026-12-18T15:00", Kind.INFORMATION, Requester.AUTHORITY, "2027-01-05", "2027-01-05"),
]


@pytest.mark.parametrize(("received", "kind", "requester", "first", "second"), GOLDEN)
def test_the_answer_is_due_on_the_day_counted_by_hand(received, kind, requester, first, second):
    for reading, due in zip(Reading, (first, second), strict=True):
        course = course_of(received, kind=kind, requester=requester, reading=reading)

        assert course.due_on == on(due)
        assert course.legal_due_on == on(due)


@pytest.mark.parametrize("reading", Reading)
def test_a_referral_is_due_on_the_day_counted_by_hand(reading):
    course = course_of("2026-12-03T10:00", reading=reading)

    assert last_day_to_refer(course) == on("2026-12-11")


@pytest.mark.parametrize("reading", Reading)
def test_an_extension_reaches_the_day_counted_by_hand(reading):
    course = course_of("2026-03-16T10:00", reading=reading)

    assert last_day_of_extension(course) == on("2026-04-30")
    extended = course_of("2026-03-16T10:00", Extended(at("2026-04-09T16:00"), 30), reading=reading)
    assert extended.due_on == on("2026-04-30")
    assert extended.is_extended
    assert extended.legal_due_on == on("2026-04-09")


@pytest.mark.parametrize("reading", Reading)
def test_the_office_asks_until_the_day_counted_by_hand(reading):
    assert last_day_to_ask(course_of("2026-07-06T09:00", reading=reading)) == on("2026-07-22")


@pytest.mark.parametrize("reading", Reading)
def test_the_citizen_completes_until_the_day_counted_by_hand(reading):
    asked = AskedToComplete(at("2026-11-25T11:00"))

    course = course_of("2026-11-20T10:00", asked, reading=reading)

    assert course.waiting is not None
    assert course.waiting.citizen_until == on("2026-12-28")


def test_the_clock_stands_from_the_day_after_the_request_and_nobody_knows_the_due_date():
    course = course_of("2026-03-16T10:00", AskedToComplete(at("2026-03-20T09:00")))

    assert course.due_on is None
    assert course.balance == 11  # 17, 18, 19 and 20 March have run
    assert not course.counts(on("2026-03-24"))


def test_the_clock_goes_on_with_its_balance_the_day_after_the_delivery():
    course = course_of(
        "2026-03-16T10:00",
        AskedToComplete(at("2026-03-20T09:00")),
        Completed(at("2026-04-08T10:00")),
    )

    # 9 and 10 April, five days of the next week, and four until Thursday the 23rd.
    assert course.due_on == on("2026-04-23")
    assert course.waiting is None
    assert course.balance == 0


def test_in_the_second_reading_a_delivery_after_closing_is_of_the_next_day():
    events = AskedToComplete(at("2026-03-20T09:00")), Completed(at("2026-04-08T21:00"))

    assert course_of("2026-03-16T10:00", *events).due_on == on("2026-04-23")
    late = course_of("2026-03-16T10:00", *events, reading=Reading.SECOND)
    assert late.due_on == on("2026-04-24")


def test_what_is_delivered_on_the_day_of_the_request_stops_nothing():
    course = course_of(
        "2026-03-16T10:00",
        AskedToComplete(at("2026-03-20T09:00")),
        Completed(at("2026-03-20T15:00")),
    )

    assert course.due_on == on("2026-04-09")


def test_the_last_day_of_the_term_is_left_for_after_the_delivery():
    asked = AskedToComplete(at("2026-04-14T09:00"))  # the tenth day of ten

    course = course_of("2026-03-27T16:59", asked, kind=Kind.INFORMATION)
    assert course.balance == 1

    back = course_of(
        "2026-03-27T16:59", asked, Completed(at("2026-04-20T09:00")), kind=Kind.INFORMATION
    )
    assert back.due_on == on("2026-04-21")


def test_more_time_is_as_much_again_and_only_once():
    asked = AskedToComplete(at("2026-11-25T11:00"))
    more = MoreTimeAsked(at("2026-12-20T11:00"))
    again = MoreTimeAsked(at("2027-01-10T11:00"))

    for events in ((asked, more), (asked, more, again)):
        stop = course_of("2026-11-20T10:00", *events).waiting

        assert stop is not None
        assert (stop.citizen_until, stop.more_time) == (on("2027-01-28"), True)


def test_a_clarification_gives_ten_days_and_stops_the_clock():
    asked = AskedToClarify(at("2026-03-20T09:00"))

    course = course_of("2026-03-16T10:00", asked)
    assert course.waiting is not None
    assert course.waiting.citizen_until == on("2026-04-08")
    assert course.due_on is None
    assert "artículo 19" in course.waiting.source

    back = course_of("2026-03-16T10:00", asked, Clarified(at("2026-04-08T10:00")))
    assert back.due_on == on("2026-04-23")


def test_no_more_time_is_given_to_clarify():
    asked, more = AskedToClarify(at("2026-03-20T09:00")), MoreTimeAsked(at("2026-03-24T09:00"))

    stop = course_of("2026-03-16T10:00", asked, more).waiting

    assert stop is not None
    assert stop.citizen_until == on("2026-04-08")


def test_an_extension_and_a_stop_add_up():
    course = course_of(
        "2026-03-16T10:00",
        AskedToComplete(at("2026-03-20T09:00")),
        Completed(at("2026-04-08T10:00")),
        Extended(at("2026-04-22T10:00"), 20),
    )

    assert course.due_on == on("2026-04-30")
    assert course.counted(on("2026-04-30")) == 20


@pytest.mark.parametrize(
    "event",
    [
        Completed(at("2026-03-20T09:00")),
        Clarified(at("2026-03-20T09:00")),
        MoreTimeAsked(at("2026-03-20T09:00")),
        Prioritised(at("2026-03-20T09:00"), PriorityGround.JOURNALIST),
        Ended(at("2026-03-20T09:00"), Action.ANSWER),
        Ended(at("2026-03-20T09:00"), Action.REFER, "Otra entidad"),
    ],
)
def test_nothing_else_moves_the_due_date(event):
    assert course_of("2026-03-16T10:00", event).due_on == on("2026-04-09")


def test_what_ended_waits_for_nobody():
    asked, gone = AskedToComplete(at("2026-03-20T09:00")), at("2026-03-24T09:00")

    assert course_of("2026-03-16T10:00", asked, Ended(gone, Action.WITHDRAW)).waiting is None


def test_events_are_taken_in_the_order_in_which_they_happened():
    asked, back = AskedToComplete(at("2026-03-20T09:00")), Completed(at("2026-04-08T10:00"))

    assert course_of("2026-03-16T10:00", back, asked) == course_of("2026-03-16T10:00", asked, back)


# What must always hold

DAY = timedelta(days=1)
KINDS = st.sampled_from(sorted(Kind))
OFFICES = st.builds(
    OfficeHours,
    st.builds(Calendar, st.just(()), st.booleans()),
    st.sampled_from(Reading),
    st.sampled_from([time(12), time(17)]),
)


@st.composite
def histories(draw):
    """A petition with, perhaps, a stop that ends and an extension told in time."""
    day = draw(st.dates(date(2023, 1, 1), date(2057, 12, 31)))
    received_at = datetime.combine(day, draw(st.times()), OFFICE)
    office = draw(OFFICES)
    term = term_for(draw(KINDS), day)
    events = []
    moment = received_at
    if draw(st.booleans()):
        moment += timedelta(hours=draw(st.integers(1, 240)))
        pair = draw(st.sampled_from([(AskedToComplete, Completed), (AskedToClarify, Clarified)]))
        delivered = moment + timedelta(hours=draw(st.integers(1, 1500)))
        events += [pair[0](moment), pair[1](delivered)]
        moment = delivered
    if draw(st.booleans()):
        days = draw(st.integers(term.days + 1, 2 * term.days))
        events.append(Extended(moment + timedelta(hours=1), days))
    return received_at, term, office, tuple(events)


@given(histories())
def test_the_due_date_is_a_business_day_and_the_days_add_up_to_the_term(history):
    course = follow(*history)

    assert course.due_on is not None
    assert course.office.calendar.is_business_day(course.due_on)
    assert course.counted(course.due_on) == course.days
    assert course.counted(course.due_on - timedelta(days=1)) == course.days - 1


@given(histories(), st.integers(-2, 120), st.integers(0, 6))
def test_a_closure_never_brings_the_due_date_nearer(history, offset, length):
    received_at, term, office, events = history
    first = received_at.date() + timedelta(days=offset)
    closure = Closure(first, first + timedelta(days=length), "Suspensión de términos")
    closed = replace(office.calendar, closures=(closure,))

    before = follow(received_at, term, office, events).due_on
    later = follow(received_at, term, replace(office, calendar=closed), events).due_on

    assert before is not None
    assert later is not None
    assert before <= later


@given(histories())
def test_a_stop_takes_no_day_from_the_office_and_gives_it_none(history):
    received_at, term, office, events = history
    plain = follow(received_at, term, office, [e for e in events if isinstance(e, Extended)])
    course = follow(received_at, term, office, events)

    assert plain.due_on is not None
    assert course.due_on is not None
    if not course.stops:
        assert course.due_on == plain.due_on
        return
    stop = course.stops[0]
    assert stop.last is not None
    if stop.first <= plain.due_on:
        stood = office.calendar.count(max(course.received_on, stop.first - DAY), stop.last)
        assert office.calendar.count(course.received_on, course.due_on) == course.days + stood
    else:
        assert course.due_on == plain.due_on


@given(histories(), st.integers(1, 400))
def test_the_balance_is_what_runs_after_the_delivery(history, hours):
    received_at, term, office, events = history
    asked = [event for event in events if isinstance(event, (AskedToComplete, AskedToClarify))][:1]
    waiting = follow(received_at, term, office, asked)
    if waiting.due_on is not None:
        assert waiting.balance == 0 or waiting.waiting is not None
        return
    assert 1 <= waiting.balance <= term.days
    moment = asked[0].at + timedelta(hours=hours)
    back = Completed(moment) if isinstance(asked[0], AskedToComplete) else Clarified(moment)

    course = follow(received_at, term, office, (*asked, back))

    last = course.stops[0].last
    assert last is not None
    if last >= course.stops[0].first:
        assert course.due_on == office.calendar.add(last, waiting.balance)


@given(histories())
def test_the_second_reading_is_never_due_before_the_first(history):
    received_at, term, office, events = history

    first, second = (
        follow(received_at, term, replace(office, reading=reading), events).due_on
        for reading in Reading
    )

    assert first is not None
    assert second is not None
    assert first <= second


@given(histories())
def test_without_events_it_is_the_deadline_of_any_case(history):
    received_at, term, office, _ = history

    course, deadline = (
        follow(received_at, term, office),
        deadline_for(received_at, term.days, office),
    )

    assert (course.received_on, course.due_on) == (deadline.received_on, deadline.due_on)

"""The course of a term: what was received, and how the events of the law stopped, resumed,
extended or ended the count. Nothing else stops the clock.

Where the law leaves two readings, the answer falls due on the earlier day, and what the citizen
has to do, on the later one:

* The day on which the office asks counts, unless it is the last of the term: that one is left for
  after the citizen delivers, so that a clock that was stopped always has a day to go on.
* The clock goes on with the balance, on the business day after the delivery (article 17).
* A clarification stops and resumes the clock as article 17 does; article 19 does not say.
* More time to complete runs from the last day of the first time, as it was moved by holidays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count

from app.domain.deadline import OfficeHours, reception_day
from app.domain.events import (
    AskedToClarify,
    AskedToComplete,
    Clarified,
    Completed,
    Ended,
    Event,
    Extended,
    MoreTimeAsked,
)
from app.domain.terms import Matter, Term, term_of


@dataclass(frozen=True)
class Stop:
    """Days on which the clock stands: from `first` until `last`, the day of the delivery, which
    does not count either. `last` is None while the citizen has not delivered."""

    asked: AskedToComplete | AskedToClarify
    first: date
    citizen_until: date
    more_time: bool = False
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether the office still waits."""
        return self.last is None

    @property
    def source(self) -> str:
        """The article that stops the clock."""
        matter = Matter.COMPLETE if isinstance(self.asked, AskedToComplete) else Matter.CLARIFY
        return term_of(matter, self.asked.at.date()).source

    def covers(self, day: date) -> bool:
        """Whether the clock stands on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Course:
    """How a term has run. `days` are all that the office has, with its extension."""

    received_at: datetime
    received_on: date
    term: Term
    office: OfficeHours
    days: int
    events: tuple[Event, ...] = ()
    stops: tuple[Stop, ...] = ()
    ended: Ended | None = None

    @property
    def waiting(self) -> Stop | None:
        """What the office waits for from the citizen, if it does."""
        if self.stops and self.stops[-1].is_open and self.ended is None:
            return self.stops[-1]
        return None

    @property
    def is_extended(self) -> bool:
        """Whether the office has more days than the law gave it at first."""
        return self.days > self.term.lawful.days

    @property
    def is_promise(self) -> bool:
        """Whether the office has undertaken to answer sooner than the law commands."""
        return self.days < self.term.lawful.days

    @property
    def due_on(self) -> date | None:
        """The last day to answer, by the law or by what the entity undertook; None while the clock
        stands, since nobody can know it.

        Raises:
            YearUnknown: it would fall in a year whose holidays are not known.
        """
        return None if self.waiting else self.last_day_of(self.days)

    @property
    def legal_due_on(self) -> date | None:
        """The last day of the term of the law, without the extension and whatever the entity
        promised: until then an extension may be told."""
        return self.last_day_of(self.term.lawful.days)

    @property
    def ends_on(self) -> date | None:
        """The last day by the law with its extension, whatever the entity promised: after it the
        answer is late by law. None while the clock stands."""
        return self.last_day_of(max(self.days, self.term.lawful.days))

    def counts(self, day: date) -> bool:
        """Whether `day` is one of those that run for the office, were the term long enough."""
        return (
            day > self.received_on
            and self.office.calendar.is_business_day(day)
            and not any(stop.covers(day) for stop in self.stops)
        )

    def counted(self, until: date) -> int:
        """How many days have run up to and with `until`."""
        first = self.received_on.toordinal() + 1
        days = map(date.fromordinal, range(first, until.toordinal() + 1))
        return sum(map(self.counts, days))

    @property
    def balance(self) -> int:
        """The days that are left to the office while the clock stands; 0 when it does not. Those of
        the law, where what the entity promised was over before."""
        left = self.legal_balance
        promised = left - max(self.term.lawful.days - self.days, 0)
        return promised if promised > 0 else left

    @property
    def legal_balance(self) -> int:
        """The same by the law, whatever the entity promised."""
        if self.waiting is None:
            return 0
        gone = self.counted(self.waiting.first - timedelta(days=1))
        return max(self.days, self.term.lawful.days) - gone

    def last_day_of(self, days: int) -> date | None:
        """The day on which that many days will have run; None if the clock stands before."""
        left = days
        for day in self._days():
            if self.stops and self.stops[-1].is_open and day >= self.stops[-1].first:
                return None
            left -= self.counts(day)
            if left <= 0:
                return day
        raise AssertionError("the calendar has no end")

    def _days(self) -> Iterator[date]:
        first = self.received_on.toordinal() + 1
        return map(date.fromordinal, count(first))


def follow(
    received_at: datetime, term: Term, office: OfficeHours, events: Sequence[Event] = ()
) -> Course:
    """Run the term from its reception through its events, in the order in which they happened.

    What makes no sense (a delivery that nobody asked for) moves nothing: `gates` keeps it out,
    and a history is read all the same.
    """
    course = Course(
        received_at=received_at,
        received_on=reception_day(received_at, office),
        term=term,
        office=office,
        days=term.days,
    )
    for event in sorted(events, key=lambda event: event.at):
        course = after(course, event)
    return course


def after(course: Course, event: Event) -> Course:
    """The course once `event` has happened too."""
    course = replace(course, events=(*course.events, event))
    match event:
        case AskedToComplete() | AskedToClarify() if course.waiting is None:
            return replace(course, stops=(*course.stops, _stop(course, event)))
        case MoreTimeAsked() if course.waiting is not None:
            return _with_more_time(course, course.waiting)
        case Completed() | Clarified() if course.waiting is not None:
            last = reception_day(event.at, course.office)
            return _with_last_stop(course, replace(course.waiting, last=last))
        case Extended():
            return replace(course, days=max(course.days, event.days))
        case Ended():
            return replace(course, ended=event)
    return course


def _stop(course: Course, asked: AskedToComplete | AskedToClarify) -> Stop:
    day = asked.at.date()
    ends = (course.days, max(course.days, course.term.lawful.days))
    is_last = course.counts(day) and course.counted(day) in ends
    return Stop(
        asked=asked,
        first=day if is_last else day + timedelta(days=1),
        citizen_until=_citizen_until(course, asked),
    )


def _citizen_until(course: Course, asked: AskedToComplete | AskedToClarify) -> date:
    day, calendar = asked.at.date(), course.office.calendar
    if isinstance(asked, AskedToComplete):
        return calendar.add_months(day, term_of(Matter.COMPLETE, day).amount)
    return calendar.add(day, term_of(Matter.CLARIFY, day).days)


def _with_more_time(course: Course, stop: Stop) -> Course:
    if stop.more_time or not isinstance(stop.asked, AskedToComplete):
        return course
    months = term_of(Matter.COMPLETE, stop.asked.at.date()).amount
    until = course.office.calendar.add_months(stop.citizen_until, months)
    return _with_last_stop(course, replace(stop, more_time=True, citizen_until=until))


def _with_last_stop(course: Course, stop: Stop) -> Course:
    return replace(course, stops=(*course.stops[:-1], stop))

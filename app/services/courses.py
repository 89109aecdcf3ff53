"""The course of a case's term, from its rows: filing, every act and every page read it here."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from app.domain.calendar import Calendar
from app.domain.course import Course, follow
from app.domain.deadline import OfficeHours, Reading
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
    RejectionGround,
    Ruled,
    Ruling,
)
from app.domain.events import Event as LawEvent
from app.domain.requerimiento import Action, Kind
from app.domain.terms import Promise, Requester, promised, term_for
from app.extensions import db
from app.models import Entity, Event, Message, Requerimiento
from app.services import entities


def begin(
    kind: Kind,
    requester: Requester,
    received_at: datetime,
    entity: Entity,
    reading: Reading,
    promise: Promise | None = None,
) -> Course:
    """The course of what is filed now, by the calendar of this transaction; `promise` is what the
    entity undertook for it, if it did."""
    hours = OfficeHours(entities.calendar_now(entity), reading, entity.closes_at)
    law = term_for(kind, received_at.date(), requester)
    return follow(received_at, promised(law, promise), hours)


def load(case: Requerimiento) -> Course:
    """The course of a case for whoever decides by it, in two statements of this transaction."""
    return course_of(case, _lines_of(case), entities.calendar_now(case.entity))


def course_of(case: Requerimiento, lines: Sequence[Event], calendar: Calendar) -> Course:
    """The course of a case from what is already read. What ended is counted by the calendar as it
    was known then: a suspension that is saved later moves it no more."""
    happened = [_EVENTS[line.action](line) for line in lines if line.action in _EVENTS]
    end = next((event.at for event in happened if isinstance(event, Ended)), None)
    return _followed(case, happened, calendar.known_at(end) if end else calendar)


def at_filing(case: Requerimiento, calendar: Calendar) -> Course:
    """The course of a case as it was filed, before anything else happened or became known."""
    return _followed(case, (), calendar.known_at(case.received_at))


def left_by(letter: Message) -> Course:
    """The course of a case as a letter of the law left it, by the calendar that was known then."""
    case = letter.requerimiento
    lines = _lines_of(case)
    own = next((line for line in lines if line.message_id == letter.id), None)
    if own is None:  # written before lines named their letter
        happened = [line for line in lines if line.happened_at <= letter.written_at]
    else:
        happened = [line for line in lines if line.id <= own.id]
    calendar = entities.calendar_now(case.entity).known_at(letter.written_at)
    return course_of(case, happened, calendar)


def _lines_of(case: Requerimiento) -> Sequence[Event]:
    return db.session.scalars(
        select(Event).filter_by(requerimiento_id=case.id).order_by(Event.id)
    ).all()


def _followed(case: Requerimiento, happened: Sequence[LawEvent], calendar: Calendar) -> Course:
    """Its term is the one that the case was filed with, whatever the entity promises by now."""
    hours = OfficeHours(calendar, Reading(case.reading), case.closes_at)
    law = term_for(case.kind, case.received_at.date(), case.requester)
    term = promised(law, Promise(case.term_days, case.term_source))
    return follow(case.received_at, term, hours, happened)


def listed_on(course: Course) -> date:
    """The day that lists sort by: when the answer is due or, while the clock stands and nobody
    knows it, until when the citizen may answer."""
    return course.due_on or course.stops[-1].citizen_until


# What a line of the history is to the law; an ending is one by its action.
_EVENTS: dict[Action, Callable[[Event], LawEvent]] = {
    Action.ASK_TO_COMPLETE: lambda line: AskedToComplete(line.happened_at, line.note),
    Action.ASK_TO_CLARIFY: lambda line: AskedToClarify(line.happened_at, line.note),
    Action.ASK_MORE_TIME: lambda line: MoreTimeAsked(line.happened_at),
    Action.COMPLETE: lambda line: Completed(line.happened_at),
    Action.CLARIFY: lambda line: Clarified(line.happened_at),
    Action.EXTEND: lambda line: Extended(line.happened_at, line.days or 0, line.note),
    Action.PRIORITISE: lambda line: Prioritised(
        line.happened_at, PriorityGround(line.ground or PriorityGround.FUNDAMENTAL_RIGHT)
    ),
    Action.RULE: lambda line: Ruled(line.happened_at, Ruling(line.ground or Ruling.CONFIRM)),
    Action.REJECT: lambda line: Ended(
        line.happened_at,
        line.action,
        line.note,
        RejectionGround(line.ground) if line.ground else None,
    ),
    **{
        action: lambda line: Ended(line.happened_at, line.action, line.note)
        for action in (
            Action.ANSWER,
            Action.REFER,
            Action.WITHDRAW,
            Action.DECLARE_WITHDRAWN,
            Action.SHELVE,
            Action.ANNUL,
        )
    },
}

"""The course of a case's term, from its rows: filing, every act and every page read it here."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

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
)
from app.domain.events import Event as LawEvent
from app.domain.requerimiento import Action, Kind
from app.domain.terms import Requester, term_for
from app.extensions import db
from app.models import Entity, Event, Requerimiento
from app.services import entities


def begin(
    kind: Kind, requester: Requester, received_at: datetime, entity: Entity, reading: Reading
) -> Course:
    """The course of what is filed now, by the calendar of this transaction."""
    hours = OfficeHours(entities.calendar_now(entity), reading, entity.closes_at)
    return follow(received_at, term_for(kind, received_at.date(), requester), hours)


def load(case: Requerimiento) -> Course:
    """The course of a case for whoever decides by it, in two statements of this transaction."""
    lines = db.session.scalars(
        select(Event).filter_by(requerimiento_id=case.id).order_by(Event.id)
    ).all()
    return course_of(case, lines, entities.calendar_now(case.entity))


def course_of(case: Requerimiento, lines: Sequence[Event], calendar: Calendar) -> Course:
    """The course of a case from what is already read. Without lines, as it was when filed."""
    hours = OfficeHours(calendar, Reading(case.reading), case.entity.closes_at)
    return follow_lines(case.kind, case.requester, case.received_at, hours, lines)


def follow_lines(
    kind: Kind,
    requester: Requester,
    received_at: datetime,
    hours: OfficeHours,
    lines: Iterable[Any],
) -> Course:
    """The course of a term through the lines of a history: events, or rows with their columns."""
    term = term_for(kind, received_at.date(), requester)
    happened = [_EVENTS[line.action](line) for line in lines if line.action in _EVENTS]
    return follow(received_at, term, hours, happened)


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
    **{
        action: lambda line: Ended(line.happened_at, line.action, line.note)
        for action in (
            Action.ANSWER,
            Action.REFER,
            Action.WITHDRAW,
            Action.DECLARE_WITHDRAWN,
            Action.SHELVE,
            Action.REJECT,
            Action.ANNUL,
        )
    },
}

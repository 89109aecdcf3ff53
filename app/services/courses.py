"""The course of a case's term, from its rows: filing, every act and every page read it here."""

from collections.abc import Sequence
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
)
from app.domain.events import Event as LawEvent
from app.domain.requerimiento import Action, Kind
from app.domain.terms import term_for
from app.extensions import db
from app.models import Entity, Event, Requerimiento
from app.services import entities

ENDINGS = frozenset(
    {
        Action.ANSWER,
        Action.REFER,
        Action.WITHDRAW,
        Action.DECLARE_WITHDRAWN,
        Action.SHELVE,
        Action.REJECT,
        Action.ANNUL,
    }
)


def begin(kind: Kind, received_at: datetime, entity: Entity, reading: Reading) -> Course:
    """The course of what is filed now, by the calendar of this transaction."""
    hours = OfficeHours(entities.calendar_now(entity), reading, entity.closes_at)
    return follow(received_at, term_for(kind, received_at.date()), hours)


def load(case: Requerimiento) -> Course:
    """The course of a case for whoever decides by it, in two statements of this transaction."""
    lines = db.session.scalars(
        select(Event).filter_by(requerimiento_id=case.id).order_by(Event.id)
    ).all()
    return course_of(case, lines, entities.calendar_now(case.entity))


def course_of(case: Requerimiento, lines: Sequence[Event], calendar: Calendar) -> Course:
    """The course of a case from what is already read. Without lines, as it was when filed."""
    hours = OfficeHours(calendar, Reading(case.reading), case.entity.closes_at)
    term = term_for(case.kind, case.received_at.date())
    happened = [event for event in map(_event_of, lines) if event is not None]
    return follow(case.received_at, term, hours, happened)


def listed_on(course: Course) -> date:
    """The day that lists sort by: when the answer is due or, while the clock stands and nobody
    knows it, until when the citizen may answer."""
    return course.due_on or course.stops[-1].citizen_until


def _event_of(line: Event) -> LawEvent | None:
    """What a line of the history is to the law; None for what moves no clock and ends nothing."""
    at, note = line.happened_at, line.note
    if line.action in ENDINGS:
        return Ended(at, line.action, note)
    match line.action:
        case Action.ASK_TO_COMPLETE:
            return AskedToComplete(at, note)
        case Action.ASK_TO_CLARIFY:
            return AskedToClarify(at, note)
        case Action.ASK_MORE_TIME:
            return MoreTimeAsked(at)
        case Action.COMPLETE:
            return Completed(at)
        case Action.CLARIFY:
            return Clarified(at)
        case Action.EXTEND if line.days is not None:
            return Extended(at, line.days, note)
        case Action.PRIORITISE if line.ground is not None:
            return Prioritised(at, PriorityGround(line.ground))
    return None

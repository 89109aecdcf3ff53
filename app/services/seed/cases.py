"""The synthetic cases, a batch at a time, with their radicados, histories and receipts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from app.domain.calendar import OFFICE
from app.domain.deadline import Deadline
from app.domain.radicado import Direction, format_radicado
from app.domain.requerimiento import Action, Channel, Kind, Status, excerpt
from app.domain.reserve import Ground
from app.domain.terms import Requester, term_for
from app.models import Event, Radicado, RadicadoCounter, Receipt, Requerimiento
from app.services import receipts, register, search
from app.services.entities import EntityFacts
from app.services.register import Written
from app.services.seed import figures
from app.services.seed.bulk import Row, advance_ids, insert, next_id
from app.services.seed.people import Desk, Scene

YEARS = 3
# The share of the cases that came in lately enough to be in time, and the days of "lately".
SHARE_LATELY, LATELY = 0.08, 21
OPENS, CLOSES = 8, 16  # office hours
ANNULMENT = "Radicado por duplicado."
ASSIGNED_AFTER, STARTED_AFTER = timedelta(hours=1), timedelta(hours=2)
COMES_TO = {
    Action.FILE: Status.FILED,
    Action.ASSIGN: Status.ASSIGNED,
    Action.START: Status.IN_PROGRESS,
    Action.ANSWER: Status.ANSWERED,
    Action.CLOSE: Status.CLOSED,
    Action.ANNUL: Status.ANNULLED,
}


def moments(facts: EntityFacts, count: int, now: datetime) -> list[datetime]:
    """When so many cases came in, in order: in office hours, up to yesterday."""
    yesterday = now.date() - timedelta(days=1)
    begin, turn = yesterday - timedelta(days=365 * YEARS), yesterday - timedelta(days=LATELY)
    lately = round(count * SHARE_LATELY)
    return [
        *_spread(_business_days(facts, begin, turn), count - lately),
        *_spread(_business_days(facts, turn + timedelta(days=1), yesterday), lately),
    ]


def add_cases(
    session: Session, scene: Scene, received: Sequence[datetime], random: Random, now: datetime
) -> None:
    """Insert a case for each moment. Part of another use case's transaction."""
    writer = _Writer(session, scene, random, now)
    first = next_id(session, Requerimiento)
    drafted = [writer.case(first + i, moment) for i, moment in enumerate(received)]
    insert(session, Radicado, [writer.radicado(case) for case in drafted])
    insert(session, Requerimiento, drafted)
    lived = [(case, line) for case in drafted for line in writer.history(case)]
    first_event = next_id(session, Event)
    events = [{"id": first_event + i} | line for i, (_, line) in enumerate(lived)]
    insert(session, Event, events)
    insert(session, Receipt, [writer.receipt(case) for case in drafted])
    for model in (Requerimiento, Event):
        advance_ids(session, model)
    search.index_from(first)
    register.chain(
        scene.facts.id,
        [_written(event, case) for event, (case, _) in zip(events, lived, strict=True)],
    )


class _Writer:
    """Makes the rows of a batch and keeps the counters of their years."""

    def __init__(self, session: Session, scene: Scene, random: Random, now: datetime) -> None:
        self._session = session
        self._scene = scene
        self._random = random
        self._now = now
        self._counters: dict[int, RadicadoCounter] = {}
        self._deadlines: dict[tuple[Kind, date], tuple[Deadline, str]] = {}

    def case(self, number: int, received_at: datetime) -> Row:
        scene, random = self._scene, self._random
        kind = _drawn(random, figures.KINDS)
        channel = _drawn(random, figures.CHANNELS)
        deadline, source = self._deadline(kind, received_at)
        is_past = deadline.due_on < self._now.date()
        status: Status = _drawn(random, figures.PAST if is_past else figures.PRESENT)
        desk = random.choice(scene.desks)
        body = figures.body(random, number)
        return {
            "id": number,
            "entity_id": scene.facts.id,
            "radicado": self._take(received_at.year),
            "kind": kind,
            "status": status,
            "is_open": status.is_open,
            "channel": channel,
            "topic_id": desk.topic_id,
            "office_id": desk.office_id,
            "assignee_id": self._assignee(desk, status),
            "citizen_id": random.choice(scene.citizens),
            "clerk_id": None if channel is Channel.WEB else random.choice(scene.clerks),
            "excerpt": excerpt(body),
            "body": body,
            "received_at": received_at,
            "received_on": deadline.received_on,
            "reading": scene.facts.hours.reading,
            "term_days": deadline.days,
            "term_source": source,
            "due_on": deadline.due_on,
            "is_sensitive": kind is Kind.REPORT,
            "sensitive_ground": Ground.REPORT if kind is Kind.REPORT else None,
            **self._ends(status, received_at, deadline),
            "submission": f"seed-{number}",
            "version": 1,
        }

    def radicado(self, case: Row) -> Row:
        """The line of the register for a case."""
        is_annulled = case["status"] is Status.ANNULLED
        received_at: datetime = case["received_at"]
        return {
            "code": case["radicado"],
            "entity_id": case["entity_id"],
            "year": received_at.year,
            "direction": Direction.INCOMING,
            "number": int(case["radicado"].rpartition(Direction.INCOMING)[2]),
            "taken_at": received_at,
            "annulled_at": case["closed_at"] if is_annulled else None,
            "annulled_by_id": self._scene.coordinator if is_annulled else None,
            "annulment_reason": ANNULMENT if is_annulled else "",
        }

    def history(self, case: Row) -> Iterator[Row]:
        """The lines that lead a case to where it stands."""
        office, holder = self._scene.coordinator, case["assignee_id"]
        received_at, status = case["received_at"], case["status"]
        yield _line(case, Action.FILE, case["clerk_id"] or case["citizen_id"], received_at)
        if status is Status.ANNULLED:
            yield _line(case, Action.ANNUL, office, case["closed_at"], ANNULMENT)
        elif status is not Status.FILED:
            yield _line(case, Action.ASSIGN, office, received_at + ASSIGNED_AFTER)
        if status is Status.IN_PROGRESS:
            yield _line(case, Action.START, holder, received_at + STARTED_AFTER)
        if case["answered_at"] is not None:
            yield _line(case, Action.ANSWER, holder, case["answered_at"])
        if status is Status.CLOSED:
            yield _line(case, Action.CLOSE, office, case["closed_at"])

    def receipt(self, case: Row) -> Row:
        """The receipt of a case, which came without annexes."""
        prefix = self._scene.facts.prefix
        return receipts.drawn_up(SimpleNamespace(**case), prefix, (), case["due_on"])

    def _take(self, year: int) -> str:
        entity = self._scene.facts
        if year not in self._counters:
            key = (entity.id, year, Direction.INCOMING)
            counter = self._session.get(RadicadoCounter, key, with_for_update=True)
            if counter is None:
                counter = RadicadoCounter(
                    entity_id=entity.id, year=year, direction=Direction.INCOMING, last=0
                )
                self._session.add(counter)
            self._counters[year] = counter
        self._counters[year].last += 1
        return format_radicado(entity.prefix, year, Direction.INCOMING, self._counters[year].last)

    def _assignee(self, desk: Desk, status: Status) -> int | None:
        if status in (Status.FILED, Status.ANNULLED):
            return None
        return self._random.choice(desk.officials)

    def _ends(self, status: Status, received_at: datetime, deadline: Deadline) -> Row:
        """When it was answered and when it was closed, never after now."""
        answered_at = closed_at = None
        if status in (Status.ANSWERED, Status.CLOSED):
            spent = timedelta(days=self._random.uniform(0.2, deadline.days * 1.3))
            answered_at = min(received_at + spent, self._now)
        if status is Status.CLOSED and answered_at is not None:
            closed_at = min(answered_at + timedelta(days=7), self._now)
        if status is Status.ANNULLED:
            closed_at = min(received_at + timedelta(hours=3), self._now)
        return {"answered_at": answered_at, "closed_at": closed_at}

    def _deadline(self, kind: Kind, received_at: datetime) -> tuple[Deadline, str]:
        key = (kind, received_at.date())
        if key not in self._deadlines:
            deadline = self._scene.facts.deadline(kind, received_at)
            self._deadlines[key] = (deadline, term_for(kind, key[1]).source)
        return self._deadlines[key]


def _line(case: Row, action: Action, author_id: int, moment: datetime, note: str = "") -> Row:
    return {
        "requerimiento_id": case["id"],
        "action": action,
        "status": COMES_TO[action],
        "author_id": author_id,
        "happened_at": moment,
        "note": note,
        "due_on": case["due_on"],
    }


def _written(event: Row, case: Row) -> Written:
    """A line of the history, as the services chain it."""
    return Written(
        event_id=event["id"],
        action=event["action"],
        status=event["status"],
        happened_at=event["happened_at"],
        author_id=event["author_id"],
        days=None,
        ground=None,
        note=event["note"],
        due_on=event["due_on"],
        message_id=None,
        radicado=case["radicado"],
        kind=case["kind"],
        channel=case["channel"],
        received_on=case["received_on"],
        reading=case["reading"],
        term_days=case["term_days"],
        requester=Requester.PERSON,
        citizen_id=case["citizen_id"],
        letter=None,
        words=case["body"] if event["action"] is Action.FILE else None,
    )


def _business_days(facts: EntityFacts, first: date, last: date) -> list[date]:
    span = (last - first).days + 1
    days = (first + timedelta(days=number) for number in range(span))
    return [day for day in days if facts.calendar.is_business_day(day)]


def _spread(days: Sequence[date], count: int) -> Iterator[datetime]:
    """So many moments, evenly over the office hours of the days."""
    seconds = (CLOSES - OPENS) * 3600
    for number in range(count):
        day, rest = divmod(number * len(days) * seconds // count, seconds)
        opening = datetime.combine(days[day], time(OPENS), OFFICE)
        yield opening + timedelta(seconds=rest)


def _drawn(random: Random, chances: dict[Any, int]) -> Any:
    return random.choices(list(chances), list(chances.values()))[0]

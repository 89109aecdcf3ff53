"""The proof that the tables agree with the register: each case with its history, its receipt and
its radicado, and the radicados with their counters. What `verify` does beside `heads`.

Cases are read `BATCH` at a time, in a fixed number of statements for each batch that see one
moment: others go on writing meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, case, func, select

from app.domain.calendar import Calendar, YearUnknown
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
from app.domain.radicado import Direction, format_radicado
from app.domain.requerimiento import Action, Channel
from app.domain.terms import TermUnknown
from app.extensions import db, see_one_moment
from app.models import (
    AccessKey,
    Account,
    AdministrationChange,
    Attachment,
    Entity,
    Event,
    Message,
    NotificationConsent,
    PreparedAnswer,
    Radicado,
    RadicadoCounter,
    Receipt,
    RegisterEntry,
    Requerimiento,
    SpokenFiling,
    Suspension,
)
from app.services import calendars, courses, entities, houses, receipts

BATCH = 1000  # cases read at once
SHOWN = 20  # radicados that are missing from one counter


@dataclass
class _Batch:
    """Cases with all that is held against them, by the number of the case."""

    cases: Sequence[Any]
    lines: Mapping[int, list[Any]]
    messages: Mapping[int, list[Said]]
    consents: Mapping[int, list[Consent]]
    decisions: Mapping[int, list[Decision]]
    annexes: Mapping[int, list[Any]]
    spoken: Mapping[int, list[Any]]
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    resettled: Mapping[int, datetime] = field(default_factory=dict)


def count_cases() -> int:
    """How many cases there are."""
    return db.session.scalar(select(func.count(Requerimiento.id))) or 0


def problems(progress: Callable[[int], object] = lambda _count: None) -> Iterator[str]:
    """Where the tables do not agree with the register, by radicado. `progress` is told how many
    cases more were looked at."""
    last = 0
    while True:
        batch = _read(last)
        db.session.rollback()
        for row in batch.cases:
            yield from (f"{row.radicado}: {fault}" for fault in _faults(row, batch))
            progress(1)
        if len(batch.cases) < BATCH:
            break
        last = batch.cases[-1].id
    see_one_moment()
    found = [*_unnumbered(), *_unused(), *_undeclared(), *_unrecorded(), *_unordered()]
    db.session.rollback()
    yield from found


def _faults(row: Any, batch: _Batch) -> Iterator[str]:
    if row.prefix is None:
        yield f"it is of entity {row.entity_id}, and there is no such entity"
        return
    lines = batch.lines.get(row.id, [])
    if any(line.sequence is None for line in lines):
        yield "a line of its history is not in the register"
    if any(line.register_id not in (row.entity_id, None) for line in lines):
        yield "a line of its history is in the register of another entity"
    told = [Line(*line[1:9]) for line in lines]
    yield from _holder_faults(row, told)
    yield from standing_faults(Standing(*row[1:10]), told)
    yield from radicado_faults(Taken(*row[10:13]), told)
    yield from reserve_faults(Reserve(*row[13:15]), row.kind, told)
    yield from appeal_faults(row.appealed_at, told)
    yield from message_faults(batch.messages.get(row.id, ()), told)
    yield from consent_faults(batch.consents.get(row.id, ()), told)
    yield from untold_faults(
        Task(*row[15:17]),
        row.citizen_id,
        told,
        batch.messages.get(row.id, ()),
        batch.decisions.get(row.id, ()),
    )
    calendar = batch.calendars[row.entity_id]
    if row.is_open or _is_known(calendar):
        yield from _date_faults(row, lines, calendar, batch.resettled.get(row.entity_id))
    yield from _receipt_faults(row, told, batch)


def _holder_faults(row: Any, lines: Sequence[Line]) -> Iterator[str]:
    """Whether it is the case of who filed it, or of whom the clerk filed for: that one is in the
    register (`register.HOLDER`). What is filed without an account is opened with its key alone."""
    by = row.citizen_id if row.channel is Channel.WEB else row.clerk_id
    if lines and lines[0].author_id != by:
        yield f"its history says that account {lines[0].author_id} filed it, and its row {by}"
    if row.channel is Channel.WEB and row.clerk_id is not None:
        yield f"it was filed on line, and its row says that account {row.clerk_id} took it"
    if row.is_guest and not row.has_key:
        yield "it was filed without an account, and the key that opens it is missing"
    if row.has_key and not row.is_guest:
        yield "a key opens it, and it was filed with an account"


def _is_known(calendar: Calendar) -> bool:
    """Whether each suspension says since when it is known."""
    return all(closure.ordered_at for closure in calendar.closures)


def _date_faults(
    row: Any, lines: Sequence[Any], calendar: Calendar, resettled_at: datetime | None
) -> Iterator[str]:
    """Whether a case is due on the day that the calendar gives now or, once it has ended, gave then
    (`courses.course_of`). What ended before Saturdays counted, or stopped to, and what was ended
    while the clock stood, stays as it was."""
    try:
        course = courses.course_of(row, lines, calendar)
        if course.ended and (course.due_on is None or _is_before(course.ended.at, resettled_at)):
            return
        ought = courses.listed_on(course)
    except (TermUnknown, YearUnknown) as unknown:
        yield f"its term cannot be counted: {unknown}"
        return
    if row.due_on != ought:
        yield (
            f"it is due on {row.due_on}, and by its events and the calendar of today on {ought}: "
            "something was altered, or the holidays changed and terms were not counted again"
        )


def _is_before(moment: datetime, other: datetime | None) -> bool:
    return other is not None and moment < other


def _receipt_faults(row: Any, lines: Sequence[Line], batch: _Batch) -> Iterator[str]:
    if row.payload is None:
        yield "its receipt is missing"
        return
    is_erased = any(line.action is Action.ERASE for line in lines)
    promised = lines[0].due_on if lines else None
    is_whole = receipts.holds(
        row,
        row,
        batch.annexes.get(row.id, ()),
        prefix=row.prefix,
        spoken=next(iter(batch.spoken.get(row.id, ())), None),
        due_on=promised,
        is_erased=is_erased,
    )
    if not is_whole:
        yield "its receipt is not the one that was signed, or says something else than the case"


# Reading


def _read(last: int) -> _Batch:
    see_one_moment()
    cases = db.session.execute(_CASES.where(Requerimiento.id > last).limit(BATCH)).all()
    first, end = (cases[0].id, cases[-1].id) if cases else (0, -1)
    read = {
        name: _by_case(query.where(owner.between(first, end)))
        for name, (query, owner) in _PARTS.items()
    }
    return _Batch(
        cases=cases,
        lines=read["lines"],
        messages={
            number: [Said(*row[1:]) for row in rows] for number, rows in read["messages"].items()
        },
        consents={
            number: [Consent(*row[1:]) for row in rows] for number, rows in read["consents"].items()
        },
        decisions={
            number: [Decision(accepts, at, about_case=False) for _, accepts, at in rows]
            for number, rows in read["decisions"].items()
        },
        annexes=read["annexes"],
        spoken=read["spoken"],
        calendars=_calendars(),
        resettled=_resettled(),
    )


def _by_case(query: Select[Any]) -> dict[int, list[Any]]:
    """Rows by the number of the case that they begin with."""
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(query):
        found.setdefault(row[0], []).append(row)
    return found


def _calendars() -> dict[int, Calendar]:
    """The calendar of each entity as it stands now."""
    closed: dict[int, list[Suspension]] = {}
    for row in db.session.scalars(select(Suspension).order_by(Suspension.first)):
        closed.setdefault(row.entity_id, []).append(row)
    return {
        entity.id: Calendar(
            tuple(entities.closures(closed.get(entity.id, ()))), entity.saturday_counts
        )
        for entity in db.session.scalars(select(Entity))
    }


def _resettled() -> dict[int, datetime]:
    """When each entity last decided whether Saturdays count."""
    changes = select(AdministrationChange).filter_by(subject=houses.SUBJECT)
    return {
        change.entity_id: change.happened_at
        for change in db.session.scalars(changes.order_by(AdministrationChange.id))
        if change.before and "saturday_counts" in change.after
    }


_CASES = (
    select(
        Requerimiento.id,
        # As `Standing` has them.
        Requerimiento.status,
        Requerimiento.is_open,
        Requerimiento.is_priority,
        Requerimiento.received_at,
        Requerimiento.due_on,
        Requerimiento.answered_at,
        Requerimiento.closed_at,
        Requerimiento.undelivered_at,
        Radicado.annulled_at,
        # As `Taken` and `Reserve` have them.
        Radicado.taken_at,
        Radicado.annulled_by_id,
        Radicado.annulment_reason,
        Requerimiento.is_sensitive,
        Requerimiento.sensitive_ground,
        # As `Task` has them.
        Requerimiento.untold,
        Requerimiento.untold_at,
        Requerimiento.appealed_at,
        Requerimiento.entity_id,
        Requerimiento.radicado,
        Requerimiento.kind,
        Requerimiento.requester,
        Requerimiento.channel,
        Requerimiento.received_on,
        Requerimiento.reading,
        Requerimiento.closes_at,
        Requerimiento.term_days,
        Requerimiento.term_source,
        Requerimiento.body,
        Requerimiento.citizen_id,
        Requerimiento.clerk_id,
        Account.is_guest,
        AccessKey.requerimiento_id.is_not(None).label("has_key"),
        Entity.prefix,
        Receipt.code,
        Receipt.payload,
        Receipt.key_id,
        Receipt.signature,
    )
    .outerjoin(Radicado, Radicado.code == Requerimiento.radicado)
    .outerjoin(Entity, Entity.id == Requerimiento.entity_id)
    .outerjoin(Account, Account.id == Requerimiento.citizen_id)
    .outerjoin(AccessKey, AccessKey.requerimiento_id == Requerimiento.id)
    .outerjoin(Receipt, Receipt.requerimiento_id == Requerimiento.id)
    .order_by(Requerimiento.id)
)
# Each with the column of the case that its rows belong to.
_PARTS: dict[str, tuple[Any, Any]] = {
    "lines": (
        select(
            Event.requerimiento_id,
            # As `Line` has them.
            Event.action,
            Event.status,
            Event.author_id,
            Event.happened_at,
            Event.due_on,
            Event.message_id,
            Event.note,
            Event.ground,
            # What the course of the term reads besides.
            Event.days,
            RegisterEntry.sequence,
            RegisterEntry.entity_id.label("register_id"),
        )
        .outerjoin(RegisterEntry, RegisterEntry.event_id == Event.id)
        .order_by(Event.requerimiento_id, Event.id),
        Event.requerimiento_id,
    ),
    "messages": (
        select(
            Message.requerimiento_id,
            # As `Said` has them.
            Message.id,
            Message.kind,
            Message.radicado,
            Message.author_id,
            Message.written_at,
            Message.opened_at,
            PreparedAnswer.message_id.is_not(None),
            Message.action,
            Radicado.taken_at,
        )
        .outerjoin(Radicado, Radicado.code == Message.radicado)
        .outerjoin(PreparedAnswer, PreparedAnswer.message_id == Message.id)
        .order_by(Message.requerimiento_id, Message.id),
        Message.requerimiento_id,
    ),
    "consents": (
        select(
            NotificationConsent.requerimiento_id,
            # As `Consent` has them.
            NotificationConsent.account_id,
            NotificationConsent.accepts,
            NotificationConsent.decided_at,
        ).order_by(NotificationConsent.id),
        NotificationConsent.requerimiento_id,
    ),
    # For all the cases of their citizen.
    "decisions": (
        select(Requerimiento.id, NotificationConsent.accepts, NotificationConsent.decided_at)
        .join(NotificationConsent, NotificationConsent.account_id == Requerimiento.citizen_id)
        .where(NotificationConsent.requerimiento_id.is_(None))
        .order_by(NotificationConsent.id),
        Requerimiento.id,
    ),
    "spoken": (
        select(
            SpokenFiling.requerimiento_id,
            SpokenFiling.taken_by,
            SpokenFiling.is_confirmed,
            SpokenFiling.language,
        ),
        SpokenFiling.requerimiento_id,
    ),
    "annexes": (
        select(
            Attachment.requerimiento_id,
            Attachment.name,
            Attachment.size,
            Attachment.sha256,
        )
        .where(Attachment.message_id.is_(None))
        .order_by(Attachment.id),
        Attachment.requerimiento_id,
    ),
}


# Radicados


def _unnumbered() -> Iterator[str]:
    """The counters that do not say the last of their radicados, and the numbers missing below."""
    counted = _taken_by_counter()
    counters = db.session.scalars(select(RadicadoCounter)).all()
    known = {(row.entity_id, row.year, row.direction): row.last for row in counters}
    prefixes = {row.id: row.prefix for row in db.session.scalars(select(Entity))}
    for key in sorted({*known, *counted}):
        entity_id, year, direction = key
        count, highest = counted.get(key, (0, 0))
        prefix, last = prefixes.get(entity_id), known.get(key, 0)
        name = f"{prefix or f'entity {entity_id}, which there is not,'} {year} {direction}"
        if last != highest or prefix is None:
            yield f"{name}: its counter says {last} and its last radicado is {highest}"
        if count != max(last, highest) and prefix is not None:
            gone = _gaps(key, max(last, highest))
            codes = [format_radicado(prefix, year, direction, one) for one in gone]
            yield from (f"{code}: this radicado was taken and is missing" for code in codes)


def _taken_by_counter() -> dict[tuple[int, int, Direction], tuple[int, int]]:
    counter = (Radicado.entity_id, Radicado.year, Radicado.direction)
    rows = db.session.execute(
        select(*counter, func.count(), func.max(Radicado.number)).group_by(*counter)
    )
    return {(one, year, way): (count, highest) for one, year, way, count, highest in rows}


def _gaps(key: tuple[int, int, Direction], highest: int) -> list[int]:
    """The first numbers that no radicado of a counter has."""
    entity_id, year, direction = key
    taken = set(
        db.session.scalars(
            select(Radicado.number).filter_by(entity_id=entity_id, year=year, direction=direction)
        )
    )
    missing = (number for number in range(1, highest + 1) if number not in taken)
    return list(islice(missing, SHOWN))


def _unused() -> Iterator[str]:
    """The radicados that no case, and no letter, has."""
    has = case(
        (Radicado.direction == Direction.INCOMING, Requerimiento.radicado), else_=Message.radicado
    )
    query = (
        select(Radicado.code)
        .outerjoin(Requerimiento, Requerimiento.radicado == Radicado.code)
        .outerjoin(Message, Message.radicado == Radicado.code)
        .where(has.is_(None))
        .order_by(Radicado.code)
    )
    for code in db.session.scalars(query):
        yield f"{code}: this radicado was taken, and nothing has it"


def _undeclared() -> Iterator[str]:
    """What people decided for all their cases that is not in the register."""
    query = (
        select(NotificationConsent.id, NotificationConsent.account_id)
        .outerjoin(RegisterEntry, RegisterEntry.consent_id == NotificationConsent.id)
        .where(NotificationConsent.requerimiento_id.is_(None), RegisterEntry.consent_id.is_(None))
        .order_by(NotificationConsent.id)
    )
    for number, account_id in db.session.execute(query):
        yield f"decision {number} of account {account_id} on being notified is not in the register"


def _unrecorded() -> Iterator[str]:
    """The changes of administrators that are not in the register of their entity."""
    query = (
        select(AdministrationChange.id, AdministrationChange.entity_id)
        .outerjoin(RegisterEntry, RegisterEntry.change_id == AdministrationChange.id)
        .where(RegisterEntry.entity_id.is_distinct_from(AdministrationChange.entity_id))
        .order_by(AdministrationChange.id)
    )
    for number, entity_id in db.session.execute(query):
        yield f"change {number} of what entity {entity_id} decides is not in its register"


def _unordered() -> Iterator[str]:
    """The suspensions that are not as the record of what the entity decides says."""
    rows = {row.id: row for row in db.session.scalars(select(Suspension))}
    recorded = select(AdministrationChange).filter_by(subject=calendars.SUBJECT)
    told: dict[int, dict[str, Any]] = {}
    for change in db.session.scalars(recorded.order_by(AdministrationChange.id)):
        if change.subject_id is not None:
            told.setdefault(change.subject_id, {}).update(change.after)
    for number, facts in sorted(told.items()):
        row = rows.get(number)
        if row is None:
            yield f"suspension {number} was ordered and is missing"
            continue
        for name in sorted(facts.keys() - {"moved"}):
            is_so, ought = str(getattr(row, name)), str(facts[name])
            if is_so != ought:
                yield f"suspension {number}: its {name} is {is_so}, and was recorded as {ought}"
        if row.lifted_on is not None and "lifted_on" not in facts:
            yield f"suspension {number}: it is lifted, and no record says so"

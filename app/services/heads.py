"""The daily heads of the register, and the proof of it: what `flask heads` and `verify` do.

A head that was sent away, to a mailbox or a printed page, is what shows that even the end of the
register was cut off, or all of it written anew by somebody who had the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.domain.errors import RuleBroken
from app.domain.register import Break, Head, Row, breaks
from app.extensions import db, register_key, writing
from app.models import Entity, Event, PublishedHead, RegisterEntry, RegisterHead, Requerimiento
from app.services import register
from app.services.outbox import post


class Published(NamedTuple):
    """The head of an entity, named by its prefix, on the morning of a day."""

    prefix: str
    day: date
    head: Head

    def __str__(self) -> str:
        return f"{self.prefix} {self.day} {self.head.sequence} {self.head.link}"


def publish(now: datetime, mail_to: str = "") -> None:
    """Keep the head of each entity once a day, and send it to `mail_to` if that is somebody."""
    day = now.date()
    with writing() as session:
        kept = select(PublishedHead.entity_id).where(PublishedHead.day == day)
        heads = session.execute(
            select(Entity.prefix, RegisterHead)
            .join(RegisterHead, RegisterHead.entity_id == Entity.id)
            .where(Entity.id.not_in(kept))
        ).all()
        for prefix, head in heads:
            session.add(
                PublishedHead(
                    entity_id=head.entity_id,
                    day=day,
                    sequence=head.sequence,
                    link=head.link,
                    published_at=now,
                )
            )
            if mail_to:
                line = Published(prefix, day, Head(head.sequence, head.link))
                post(
                    letter="register_head",
                    recipient=mail_to,
                    context={"head_on": day.isoformat(), "line": str(line)},
                    entity_id=head.entity_id,
                    dedupe=f"head:{prefix}:{day}",
                    now=now,
                )


def published() -> list[Published]:
    """Every head that was kept, by entity and day."""
    rows = db.session.execute(
        select(Entity.prefix, PublishedHead.day, PublishedHead.sequence, PublishedHead.link)
        .join(Entity, Entity.id == PublishedHead.entity_id)
        .order_by(Entity.prefix, PublishedHead.day)
    )
    return [Published(prefix, day, Head(end, link)) for prefix, day, end, link in rows]


def read_lines(lines: Iterable[str]) -> list[Published]:
    """The heads that `flask heads` printed once.

    Raises:
        RuleBroken: a line is none of them.
    """
    return [_read_line(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def count_events() -> int:
    """How many events the register holds."""
    return db.session.scalar(select(func.count()).select_from(RegisterEntry)) or 0


def problems(
    kept_elsewhere: Sequence[Published] = (),
    progress: Callable[[int], object] = lambda _count: None,
) -> Iterator[str]:
    """What is wrong with the register of each entity, by radicado where one is known.

    `kept_elsewhere` are heads from outside this database. `progress` is told how many events
    more were looked at.
    """
    entities = db.session.execute(select(Entity.id, Entity.prefix).order_by(Entity.id)).all()
    heads = [*published(), *kept_elsewhere]
    for entity_id, prefix in entities:
        current = db.session.get(RegisterHead, entity_id, populate_existing=True)
        end = Head(current.sequence, current.link) if current else Head(0, "")
        known = [line.head for line in heads if line.prefix == prefix]
        rows = _counted(register.read(entity_id), progress)
        for broken in breaks(rows, register_key(), [*known, end] if current else known):
            yield _words(prefix, broken)
        last = db.session.scalar(
            select(func.max(RegisterEntry.sequence)).where(RegisterEntry.entity_id == entity_id)
        )
        if (last or 0) > end.sequence:
            yield f"{prefix}: the head says row {end.sequence} and the register has row {last}"
    unknown = {line.prefix for line in heads} - {prefix for _, prefix in entities}
    yield from (f"{prefix}: there are heads of it and no such entity" for prefix in sorted(unknown))
    for radicado in _left_out():
        yield f"{radicado}: a line of its history is not in the register"


def _left_out() -> list[str]:
    """The cases with an event that is not chained."""
    return list(
        db.session.scalars(
            select(Requerimiento.radicado)
            .join(Event, Event.requerimiento_id == Requerimiento.id)
            .outerjoin(RegisterEntry, RegisterEntry.event_id == Event.id)
            .where(RegisterEntry.event_id.is_(None))
            .order_by(Event.id)
        )
    )


def _counted(rows: Iterable[Row], progress: Callable[[int], object]) -> Iterator[Row]:
    for row in rows:
        progress(1)
        yield row


def _words(prefix: str, broken: Break) -> str:
    return f"{broken.radicado or prefix}: row {broken.sequence} of the register: {broken.words}"


def _read_line(number: int, line: str) -> Published:
    found = re.fullmatch(r"\s*([A-Z]{2,6}) (\d{4}-\d\d-\d\d) (\d{1,18}) ([0-9a-f]{64})\s*", line)
    try:
        if found is None:
            raise ValueError
        return Published(found[1], date.fromisoformat(found[2]), Head(int(found[3]), found[4]))
    except ValueError:
        raise RuleBroken(f"line {number} is not a head such as `flask heads` prints") from None

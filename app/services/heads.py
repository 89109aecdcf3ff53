"""The daily heads of the register, and the proof of it: what `flask heads` and `verify` do.

Every head is sealed with the key, so that cutting off the end of the register takes an older copy
of its head. One that was sent away, to a mailbox or a printed page, shows even that, and that all
of it was written anew by somebody who had the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.domain.errors import RuleBroken
from app.domain.register import Break, Head, Row, breaks, is_sealed, seal
from app.extensions import db, register_key, see_one_moment, writing
from app.models import Entity, PublishedHead, RegisterEntry, RegisterHead
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
            .order_by(Entity.id)
            .with_for_update(of=RegisterHead)
        ).all()
        for prefix, head in heads:
            end = Head(head.sequence, head.link)
            session.add(_kept(head, end, now))
            if mail_to:
                line = Published(prefix, day, end)
                post(
                    letter="register_head",
                    recipient=mail_to,
                    context={"head_on": day.isoformat(), "line": str(line)},
                    entity_id=head.entity_id,
                    dedupe=f"head:{prefix}:{day}",
                    now=now,
                )


def _kept(head: RegisterHead, end: Head, now: datetime) -> PublishedHead:
    """The head of a day, after the one before; the head of now tells of it from here on."""
    entity_id, day = head.entity_id, now.date()
    place = register.place_of(entity_id, head.published_tag, day)
    tag = seal(end, place, register_key())
    head.published_tag = tag
    head.tag = seal(end, register.place_of(entity_id, tag), register_key())
    return PublishedHead(
        entity_id=entity_id,
        day=day,
        sequence=end.sequence,
        link=end.link,
        tag=tag,
        published_at=now,
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
    """How many events, decisions of people and changes of administrators the register holds."""
    return db.session.scalar(select(func.count()).select_from(RegisterEntry)) or 0


def problems(
    kept_elsewhere: Sequence[Published] = (),
    progress: Callable[[int], object] = lambda _count: None,
) -> Iterator[str]:
    """What is wrong with the register of each entity, by radicado where one is known.

    `kept_elsewhere` are heads from outside this database. `progress` is told how many events
    more were looked at.
    """
    yield from _unsealed()
    entities = db.session.execute(select(Entity.id, Entity.prefix).order_by(Entity.id)).all()
    heads = [*published(), *kept_elsewhere]
    for entity_id, prefix in entities:
        end, last = _ends(entity_id)
        known = [line.head for line in heads if line.prefix == prefix]
        rows = _counted(register.read(entity_id), progress)
        for broken in breaks(rows, register_key(), [*known, end] if end.link else known):
            yield _words(prefix, broken)
        if last > end.sequence:
            yield f"{prefix}: the head says row {end.sequence} and the register has row {last}"
    unknown = {line.prefix for line in heads} - {prefix for _, prefix in entities}
    yield from (f"{prefix}: there are heads of it and no such entity" for prefix in sorted(unknown))


def _ends(entity_id: int) -> tuple[Head, int]:
    """The head of an entity and its last row, as they stood at one moment: others go on writing
    while a long register is read."""
    last = select(func.coalesce(func.max(RegisterEntry.sequence), 0)).filter_by(entity_id=entity_id)
    ends = select(RegisterHead.sequence, RegisterHead.link, last.scalar_subquery())
    found = db.session.execute(ends.where(RegisterHead.entity_id == entity_id)).one_or_none()
    if found is None:
        return Head(0, ""), db.session.scalar(last) or 0
    return Head(found[0], found[1]), found[2]


def _unsealed() -> list[str]:
    """The heads, of now and of each day, that nobody with the key has written, that are of no
    entity, or that are gone: as they stood at one moment."""
    see_one_moment()
    found: list[str] = []
    last: dict[int, str] = {}
    of_days = select(Entity.prefix, PublishedHead).outerjoin(
        Entity, Entity.id == PublishedHead.entity_id
    )
    order = (PublishedHead.entity_id, PublishedHead.day)
    for prefix, kept in db.session.execute(of_days.order_by(*order)):
        owner, before = kept.entity_id, last.get(kept.entity_id, "")
        if not _is_sealed(kept, register.place_of(owner, before, kept.day)):
            gone = "was not written with the key, or the one before it is missing"
            found.append(f"{_named(prefix, owner)}: the head of {kept.day} {gone}")
        last[owner] = kept.tag
    of_now = select(Entity.prefix, RegisterHead).outerjoin(
        Entity, Entity.id == RegisterHead.entity_id
    )
    ends = db.session.execute(of_now.order_by(RegisterHead.entity_id)).all()
    for prefix, head in ends:
        owner, name = head.entity_id, _named(prefix, head.entity_id)
        if not _is_sealed(head, register.place_of(owner, head.published_tag)):
            found.append(f"{name}: the head at row {head.sequence} was not written with the key")
        if head.published_tag != last.get(owner, ""):
            found.append(f"{name}: the head that was published last is missing, or is another")
        if not prefix:
            found.append(f"{name}: there is a head of it and no such entity")
    headless = last.keys() - {head.entity_id for _, head in ends}
    found += [
        f"entity {owner}: heads of it were published, and now it has none"
        for owner in sorted(headless)
    ]
    db.session.rollback()
    return found


def _named(prefix: str | None, entity_id: int) -> str:
    return prefix or f"entity {entity_id}"


def _is_sealed(head: RegisterHead | PublishedHead, place: str) -> bool:
    return is_sealed(Head(head.sequence, head.link), place, head.tag, register_key())


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

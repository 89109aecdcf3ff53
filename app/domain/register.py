"""The register of events: every row is chained to the one before with a secret key, so that none
can be changed, put in or taken out unseen. Personal fields are in it only as salted digests:
erasing the value and its salt leaves the chain whole and says nothing of whom it was.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

VERSION = 1
SHORTEST_SALT, SHORTEST_KEY = 16, 32  # bytes
_MARK = b"SAC registro %d\n" % VERSION


@dataclass(frozen=True)
class Entry:
    """An event as the register keeps it. `sequence` runs from 1 without gaps; `facts` say
    nothing of a person; `digests` are those of the fields that do (`digest`).

    Raises:
        ValueError: the moment does not say its time zone.
    """

    sequence: int
    radicado: str
    action: str
    status: str
    happened_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.happened_at.tzinfo is None:
            raise ValueError("a moment needs its time zone")


@dataclass(frozen=True)
class Row:
    """An entry with the link that was stored beside it, in hexadecimal."""

    entry: Entry
    link: str


@dataclass(frozen=True)
class Head:
    """Where a chain ended at some moment: what is published, so that even its end cannot be cut
    off unseen."""

    sequence: int
    link: str


EMPTY = Head(0, "0" * 64)


@dataclass(frozen=True)
class Personal:
    """The value behind a digest, as long as nobody has asked to erase it."""

    value: str
    salt: bytes


@dataclass(frozen=True)
class Break:
    """The first thing that is wrong. `radicado` is empty where a row is missing."""

    sequence: int
    radicado: str
    words: str


@dataclass(frozen=True)
class Verdict:
    """How far a chain holds: the last good row, and the first break if there is one."""

    head: Head
    broken: Break | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None


def digest(personal: Personal) -> str:
    """The salted digest that stands for a personal value.

    Raises:
        ValueError: the salt is too short to hide a value that can be guessed.
    """
    if len(personal.salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has {SHORTEST_SALT} bytes or more")
    return hmac.new(personal.salt, personal.value.encode(), sha256).hexdigest()


def altered_fields(entry: Entry, known: Mapping[str, Personal]) -> list[str]:
    """The names of the values that are no longer those of the entry. What was erased is not
    among `known`, and nothing is said of it."""
    return [
        name
        for name, personal in sorted(known.items())
        if not hmac.compare_digest(entry.digests.get(name, ""), digest(personal))
    ]


def canonical(entry: Entry) -> bytes:
    """The bytes of an entry that its link is made of."""
    moment = entry.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    facts = [
        entry.sequence,
        entry.radicado,
        entry.action,
        entry.status,
        moment,
        dict(entry.facts),
        dict(entry.digests),
    ]
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return _MARK + text.encode()


def link(previous: str, entry: Entry, key: bytes) -> str:
    """The link of `entry` after the link of the row before; after `EMPTY.link` for the first.

    Raises:
        ValueError: the key is too short.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key has {SHORTEST_KEY} bytes or more")
    return hmac.new(key, previous.encode() + b"\n" + canonical(entry), sha256).hexdigest()


def chain(entries: Iterable[Entry], key: bytes, start: Head = EMPTY) -> list[Row]:
    """Link entries one after the other from `start` on."""
    rows, previous = [], start.link
    for entry in entries:
        previous = link(previous, entry, key)
        rows.append(Row(entry, previous))
    return rows


def check(
    rows: Iterable[Row], key: bytes, heads: Iterable[Head] = (), start: Head = EMPTY
) -> Verdict:
    """Follow the chain from `start` and stop at the first row that breaks it.

    `heads` are those that were published: one that the rows do not pass through, or do not
    reach, tells of rows that were changed with the key in hand or cut off from the end. Rows
    are read one by one, so there may be millions.
    """
    published = {head.sequence: head.link for head in heads if head.sequence > start.sequence}
    last = start
    for row in rows:
        broken = _break_at(row, last, key, published)
        if broken is not None:
            return Verdict(last, broken)
        last = Head(row.entry.sequence, row.link)
    furthest = max(published, default=0)
    if furthest > last.sequence:
        gone = f"the register ends here, and a head was published for row {furthest}"
        return Verdict(last, Break(last.sequence + 1, "", gone))
    return Verdict(last)


def _break_at(row: Row, last: Head, key: bytes, published: Mapping[int, str]) -> Break | None:
    entry = row.entry
    expected = last.sequence + 1
    if entry.sequence > expected:
        return Break(expected, "", f"missing: the next row is {entry.sequence}")
    if entry.sequence < expected:
        return Break(entry.sequence, entry.radicado, "out of order or repeated")
    if not hmac.compare_digest(row.link, link(last.link, entry, key)):
        return Break(entry.sequence, entry.radicado, "altered: its link is not that of its facts")
    head = published.get(entry.sequence)
    if head is not None and not hmac.compare_digest(head, row.link):
        return Break(entry.sequence, entry.radicado, "not the row whose head was published")
    return None

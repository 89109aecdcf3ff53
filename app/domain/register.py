"""The register of events: every row is chained to the one before with a secret key, so that none
can be changed, put in or taken out unseen, and where it ends is sealed with that key. Personal
fields are in it only as salted digests: erasing the value and its salt leaves the chain whole and
says nothing of whom it was, as long as a later row tells that they were erased.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

VERSION = 1
SHORTEST_SALT, SHORTEST_KEY = 16, 32  # bytes
ERASED = "Dato suprimido"  # what stands in the place of an erased value
FILES = "files"  # the value that names files, one a line: digest, size, name
HOLDER = "holder"  # the value that is the number of an account: kept as it is, also once erased
CHANGE = "cambiar_administracion"  # the action of an entry that is a change of an administrator
_MARK = b"SAC registro %d\n" % VERSION
_JSON = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))
_HEAD_MARK = b"SAC cabeza %d\n" % VERSION


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
class Personal:
    """The value behind a digest, until somebody asks to erase it."""

    value: str
    salt: bytes


@dataclass(frozen=True)
class Row:
    """An entry with the link that was stored beside it, in hexadecimal, and its personal values as
    they stand now with the salt of their digests. `is_erased` says that a later row of the chain
    tells of their erasing: only then may the salt be gone."""

    entry: Entry
    link: str
    values: Mapping[str, str] = field(default_factory=dict)
    salt: bytes | None = None
    is_erased: bool = False


@dataclass(frozen=True)
class Head:
    """Where a chain ended at some moment: what is published, so that even its end cannot be cut
    off unseen."""

    sequence: int
    link: str


EMPTY = Head(0, "0" * 64)


@dataclass(frozen=True)
class Break:
    """Something that is wrong. `radicado` is empty where a row is missing."""

    sequence: int
    radicado: str
    words: str


def digest(personal: Personal) -> str:
    """The salted digest that stands for a personal value.

    Raises:
        ValueError: the salt is too short to hide a value that can be guessed.
    """
    if len(personal.salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has {SHORTEST_SALT} bytes or more")
    return hmac.new(personal.salt, personal.value.encode(), sha256).hexdigest()


def kept(name: str, value: str, salt: bytes) -> str:
    """What an entry keeps of a value: its salted digest or, where it is only a number, itself."""
    return value if name == HOLDER else digest(Personal(value, salt))


def altered_fields(row: Row) -> list[str]:
    """The names of the personal values that are neither those of the entry nor rightly erased."""
    names = {*row.entry.digests, *row.values}
    return sorted(name for name in names if not _stands(row, name))


def is_erased(name: str, value: str) -> bool:
    """Whether nothing of a person is left in a value. Files keep their digest and size."""
    if name == FILES:
        return all(line.split(" ", 2)[2:] == [ERASED] for line in value.splitlines())
    return value in ("", ERASED)


def _stands(row: Row, name: str) -> bool:
    value, chained = row.values.get(name, ""), row.entry.digests.get(name, "")
    if name == HOLDER:
        return value == chained
    if row.salt is None:
        return row.is_erased and is_erased(name, value)
    if len(row.salt) < SHORTEST_SALT:
        return False
    return hmac.compare_digest(chained, digest(Personal(value, row.salt)))


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
    return _MARK + _JSON.encode(facts).encode()


def link(previous: str, entry: Entry, key: bytes) -> str:
    """The link of `entry` after the link of the row before; after `EMPTY.link` for the first.

    Raises:
        ValueError: the key is too short.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key has {SHORTEST_KEY} bytes or more")
    return hmac.new(key, previous.encode() + b"\n" + canonical(entry), sha256).hexdigest()


def seal(head: Head, place: str, key: bytes) -> str:
    """The tag of a head, in hexadecimal, that shows that who wrote it had the key. `place` names
    the chain that it ends and, once published, the day: no head can stand in for another's."""
    said = _JSON.encode([place, head.sequence, head.link])
    return hmac.new(key, _HEAD_MARK + said.encode(), sha256).hexdigest()


def is_sealed(head: Head, place: str, tag: str, key: bytes) -> bool:
    """Whether that is the tag of a head."""
    return hmac.compare_digest(tag.encode(), seal(head, place, key).encode())


def chain(entries: Iterable[Entry], key: bytes, start: Head = EMPTY) -> list[Row]:
    """Link entries one after the other from `start` on."""
    rows, previous = [], start.link
    for entry in entries:
        previous = link(previous, entry, key)
        rows.append(Row(entry, previous))
    return rows


def breaks(
    rows: Iterable[Row], key: bytes, heads: Iterable[Head] = (), start: Head = EMPTY
) -> Iterator[Break]:
    """Follow the chain from `start` and give every place where it does not hold.

    `heads` are those that were published: one that the rows do not pass through, or do not
    reach, tells of rows that were changed with the key in hand or cut off from the end. Rows
    are read one by one, so there may be millions.
    """
    published: dict[int, set[str]] = {}
    for head in heads:
        if head.sequence > start.sequence:
            published.setdefault(head.sequence, set()).add(head.link)
    last, links = start.sequence, {start.link}
    for row in rows:
        right = {link(before, row.entry, key) for before in links}
        broken = _break_at(row, last, right, published)
        if broken is not None:
            yield broken
        # A link that was altered alone is one fault: the next row may follow the one it had.
        links = right | {row.link}
        last = row.entry.sequence
    furthest = max(published, default=0)
    if furthest > last:
        gone = f"the register ends before it, and a head was published for row {furthest}"
        yield Break(last + 1, "", gone)


def _break_at(
    row: Row, last: int, right: set[str], published: Mapping[int, set[str]]
) -> Break | None:
    entry = row.entry
    if entry.sequence > last + 1:
        return Break(last + 1, "", f"missing: the next row is {entry.sequence}")
    if entry.sequence <= last:
        return Break(entry.sequence, entry.radicado, "out of order or repeated")
    if row.link not in right:
        return Break(entry.sequence, entry.radicado, "altered: its link is not that of its facts")
    if row.salt is None and entry.digests and not row.is_erased:
        gone = "its salt is missing, and no later row tells that it was erased"
        return Break(entry.sequence, entry.radicado, gone)
    if changed := altered_fields(row):
        return Break(entry.sequence, entry.radicado, f"altered: {', '.join(changed)}")
    if published.get(entry.sequence, {row.link}) != {row.link}:
        return Break(entry.sequence, entry.radicado, "not the row whose head was published")
    return None

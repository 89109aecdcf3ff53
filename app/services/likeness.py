"""Cases that look like one another, offered to whoever sorts them and to whoever files again (W5).

Nothing here reads a text: the stems that the index of words keeps are compared (`domain.likeness`),
and of however many cases only some hundreds are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.domain.likeness import LATELY, is_alike, likeness, may_be_alike, telling
from app.domain.searching import stems
from app.extensions import db
from app.models import Account, CaseWords, Requerimiento
from app.services import cases, search

SHOWN = 5
SAMPLE = 300  # of the newest cases, whoever's, that say which words are rare
CANDIDATES = 200  # the newest that have a telling word
OF_ONE = 30  # the newest of one person


@dataclass(frozen=True)
class Alike:
    """A case that looks like another one, how much, and whether the same person filed it."""

    case: Requerimiento
    share: float
    same_person: bool


def alike(case: Requerimiento, *, account: Account, now: datetime) -> list[Alike]:
    """The entity's cases of the last 60 days that look most like a case, in whatever state: first
    those of the same person. In five statements."""
    words = db.session.scalars(select(CaseWords.words).filter_by(requerimiento_id=case.id)).one()
    said = search.said(words, _names(case.citizen))
    if not said:
        return []
    lately = (
        _compared()
        .where(Requerimiento.entity_id == case.entity_id, Requerimiento.id != case.id)
        .where(Requerimiento.received_at >= now - LATELY)
    )
    theirs = (
        lately.where(Requerimiento.citizen_id == case.citizen_id)
        .order_by(Requerimiento.id.desc())
        .limit(OF_ONE)
    )
    rows = {row.id: row for row in db.session.execute(theirs)}
    rows |= {row.id: row for row in _with_telling_words(lately, said, case)}
    shares = {number: _share(said, row) for number, row in rows.items()}
    of_one = {number for number, row in rows.items() if row.citizen_id == case.citizen_id}
    best = sorted(
        (number for number in rows if is_alike(shares[number], same_person=number in of_one)),
        key=lambda number: (number not in of_one, -shares[number], -number),
    )
    shown = _seen(best[: 4 * SHOWN], account)
    return [Alike(shown[n], shares[n], n in of_one) for n in best if n in shown][:SHOWN]


def of_citizen(
    citizen: Account, body: str, *, entity_id: int, forms: Iterable[str], account: Account
) -> Requerimiento | None:
    """An open case of that person in the entity that says what they are about to file, as far as
    `account` may see it: the one that looks most like it. None too if one of those forms has filed
    already, since it is being sent again."""
    query = (
        select(Requerimiento, CaseWords.words)
        .join(CaseWords, CaseWords.requerimiento_id == Requerimiento.id)
        .where(Requerimiento.citizen_id == citizen.id, Requerimiento.entity_id == entity_id)
        .where(Requerimiento.is_open)
        .order_by(Requerimiento.id.desc())
        .limit(OF_ONE)
    )
    rows = cases.others(query, account=account)
    if {row[0].submission for row in rows} & set(forms):
        return None
    said, names = frozenset(stems(body)), _names(citizen)
    mine = frozenset(stem for name in names if name for stem in stems(name))
    shares = [(likeness(said - mine, search.said(row[1], names)), row[0]) for row in rows]
    share, case = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return case if is_alike(share, same_person=True) else None


def _compared() -> Select[*tuple[Any, ...]]:
    """What is compared of a case: never its text."""
    return (
        select(
            Requerimiento.id,
            Requerimiento.citizen_id,
            CaseWords.words,
            Account.first_names,
            Account.surnames,
            Account.legal_name,
        )
        .join(CaseWords, CaseWords.requerimiento_id == Requerimiento.id)
        .join(Account, Account.id == Requerimiento.citizen_id)
    )


def _with_telling_words(
    lately: Select[*tuple[Any, ...]], said: Set[str], case: Requerimiento
) -> Sequence[Any]:
    newest = select(CaseWords.words).order_by(CaseWords.requerimiento_id.desc()).limit(SAMPLE)
    own = CaseWords.requerimiento_id != case.id
    sample = [frozenset(words.split()) for words in db.session.scalars(newest.where(own))]
    question = search.question_of_any(telling(said, sample), case.entity_id)
    hits = search.hits(db.engine.dialect.name, is_next=False, limit=CANDIDATES).subquery()
    query = lately.join(hits, hits.c.id == Requerimiento.id)
    return db.session.execute(query, {"question": question}).all()


def _share(said: Set[str], row: Any) -> float:
    if not may_be_alike(said, row.words.split()):
        return 0.0  # most are not, and stemming their names is what takes long
    names = (row.first_names, row.surnames, row.legal_name)
    return likeness(said, search.said(row.words, names))


def _seen(numbers: Sequence[int], account: Account) -> dict[int, Requerimiento]:
    query = (
        select(Requerimiento)
        .where(Requerimiento.id.in_(numbers))
        .options(joinedload(Requerimiento.citizen), joinedload(Requerimiento.office))
    )
    return {row[0].id: row[0] for row in cases.others(query, account=account)}


def _names(person: Account) -> tuple[str | None, ...]:
    return person.first_names, person.surnames, person.legal_name

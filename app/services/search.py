"""Finding cases by their words: the newest first, and fast however many there are.

The database's own index is asked for the cases, never for how well they match: to rank, it would
have to look at every case that has a common word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
    text,
    union_all,
    update,
)

from app.domain.searching import asked, indexed, stems
from app.extensions import db
from app.models import Account, CaseWords, Requerimiento

# With filters beside the words, only the newest that have the words are looked through.
LOOKED_THROUGH = 5000
FEW = 2000  # that PostgreSQL finds by its index before they are put in order
MARK, SENSITIVE_MARK = "0entidad", "0reservado"
_INDEX = table("case_index", column("rowid", BigInteger))
_INDEXED = (Requerimiento.id, Requerimiento.entity_id, Requerimiento.is_sensitive)


def index(case: Requerimiento, citizen: Account) -> None:
    """Let a case be found by what it says and by who filed it. Part of the transaction that
    files."""
    words = words_of(case.entity_id, case.body, citizen, is_sensitive=case.is_sensitive)
    db.session.add(CaseWords(requerimiento_id=case.id, words=words))


def index_from(first: int) -> None:
    """Let the cases from that number on be found, which were inserted without the services. Part of
    the transaction that inserts them."""
    columns = (*_INDEXED, Requerimiento.body)
    names = (Account.first_names, Account.surnames, Account.legal_name)
    rows = db.session.execute(
        select(*columns, *names)
        .join(Account, Account.id == Requerimiento.citizen_id)
        .where(Requerimiento.id >= first)
        .order_by(Requerimiento.id)
    )
    db.session.execute(
        insert(CaseWords),
        [
            {
                "requerimiento_id": number,
                "words": _words(_mark(entity_id, is_sensitive=is_sensitive), (body, *theirs)),
            }
            for number, entity_id, is_sensitive, body, *theirs in rows
        ],
    )


def rename(citizen: Account) -> None:
    """Let the cases of a person be found by their present name. Part of the transaction that
    changes it."""
    theirs = select(*_INDEXED, Requerimiento.body).where(Requerimiento.citizen_id == citizen.id)
    for number, entity_id, is_sensitive, body in db.session.execute(theirs).all():
        _write(number, words_of(entity_id, body, citizen, is_sensitive=is_sensitive))


def reserve(case: Requerimiento) -> None:
    """Let a case be found as it is now: a sensitive one only by who may look through those. Part of
    the transaction that marks it or takes the mark away."""
    words = words_of(case.entity_id, case.body, case.citizen, is_sensitive=case.is_sensitive)
    _write(case.id, words)


def words_of(entity_id: int, body: str, citizen: Account, *, is_sensitive: bool) -> str:
    """What the index keeps of a case: the mark of its entity, what it says and who filed it."""
    names = (citizen.first_names, citizen.surnames, citizen.legal_name)
    return _words(_mark(entity_id, is_sensitive=is_sensitive), (body, *names))


def question(typed: str, entity_id: int, *, with_sensitive: bool = False) -> str | None:
    """What the index of this database is asked, for the entity's cases that have every word that
    was typed, sensitive ones among them or not; None when that says nothing."""
    words = asked(typed)
    if not words:
        return None
    marks = [_mark(entity_id)]
    if with_sensitive:
        marks.append(_mark(entity_id, is_sensitive=True))
    if db.engine.dialect.name == "postgresql":
        either = " | ".join(f"'{mark}'" for mark in marks)
        return " & ".join([*(f"'{word}'" for word in words), f"({either})"])
    # Each word in quotes: AND and NOT are words too.
    either = " OR ".join(f'"{mark}"' for mark in marks)
    return " AND ".join([*(f'"{word}"' for word in words), f"({either})"])


def question_of_any(any_of: Sequence[str], entity_id: int) -> str:
    """What the index of this database is asked, for the entity's cases that have one of those stems
    at least."""
    if db.engine.dialect.name == "postgresql":
        some = " | ".join(f"'{stem}'" for stem in any_of)
        return f"'{_mark(entity_id)}' & ({some})"
    some = " OR ".join(f'"{stem}"' for stem in any_of)
    return f'"{_mark(entity_id)}" AND ({some})'


def said(words: str, names: Iterable[str | None]) -> frozenset[str]:
    """The stems of what a case says, from what the index keeps of it: without the mark of its
    entity and the names of who filed it."""
    theirs = {stem for name in names if name for stem in stems(name)}
    return (
        frozenset(word for word in words.split() if not word.startswith((MARK, SENSITIVE_MARK)))
        - theirs
    )


def hits(dialect: str, *, is_next: bool, limit: int) -> Select[Any]:
    """The numbers of the cases that answer the parameter `question`, the newest first, `limit` at
    most; those older than the parameter `after_id` if it is a next page."""
    if dialect == "postgresql":
        return _in_postgresql(is_next, limit)
    number = _INDEX.c.rowid
    query = select(number.label("id")).where(text("case_index MATCH :question"))
    return _older(query, number, is_next).order_by(number.desc()).limit(limit)


def _in_postgresql(is_next: bool, limit: int) -> Select[Any]:
    """The index finds few cases quickly and many slowly, and walking back over the cases does the
    contrary; the planner does not know which words are rare. So a few are asked for first."""
    number = CaseWords.__table__.c.requerimiento_id
    match = text("case_words.tokens @@ CAST(:question AS tsquery)")
    query = _older(select(number.label("id")).where(match), number, is_next)
    few = query.limit(FEW + 1).cte("few")
    count = select(func.count()).select_from(few).scalar_subquery()
    newest = query.where(count > FEW).order_by(number.desc()).limit(limit).subquery()
    found = union_all(select(few.c.id).where(count <= FEW), select(newest.c.id)).subquery()
    return select(found.c.id).order_by(found.c.id.desc()).limit(limit)


def _older(query: Select[Any], number: ColumnElement[int], is_next: bool) -> Select[Any]:
    return query.where(number < bindparam("after_id")) if is_next else query


def _write(number: int, words: str) -> None:
    db.session.execute(
        update(CaseWords)
        .where(CaseWords.requerimiento_id == number)
        .values(words=words)
        .execution_options(synchronize_session=False)
    )


def _words(mark: str, texts: Iterable[str]) -> str:
    return f"{mark} {indexed(texts)}"


def _mark(entity_id: int, *, is_sensitive: bool = False) -> str:
    """A word that no text has, so that each entity looks through its own cases alone, and through
    its sensitive ones only who may read some."""
    return f"{SENSITIVE_MARK if is_sensitive else MARK}{entity_id}"

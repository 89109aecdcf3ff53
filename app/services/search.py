"""Finding cases by their words: the newest first, and fast however many there are.

The database's own index is asked for the cases, never for how well they match: to rank, it would
have to look at every case that has a common word.
"""

from __future__ import annotations

from collections.abc import Iterable
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

from app.domain.searching import asked, indexed
from app.extensions import db
from app.models import Account, CaseWords, Requerimiento

# With filters beside the words, only the newest that have the words are looked through.
LOOKED_THROUGH = 5000
FEW = 2000  # that PostgreSQL finds by its index before they are put in order
_INDEX = table("case_index", column("rowid", BigInteger))


def index(case: Requerimiento, citizen: Account) -> None:
    """Let a case be found by what it says and by who filed it. Part of the transaction that
    files."""
    words = words_of(case.entity_id, case.body, citizen)
    db.session.add(CaseWords(requerimiento_id=case.id, words=words))


def index_from(first: int) -> None:
    """Let the cases from that number on be found, which were inserted without the services. Part of
    the transaction that inserts them."""
    columns = (Requerimiento.id, Requerimiento.entity_id, Requerimiento.body)
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
            {"requerimiento_id": number, "words": _words(entity_id, (body, *theirs))}
            for number, entity_id, body, *theirs in rows
        ],
    )


def index_anew(case: Requerimiento) -> None:
    """Let a case be found by what it says now, and no longer by what it said. Part of the
    transaction that changes it."""
    db.session.execute(
        update(CaseWords)
        .where(CaseWords.requerimiento_id == case.id)
        .values(words=words_of(case.entity_id, case.body, case.citizen))
        .execution_options(synchronize_session=False)
    )


def rename(citizen: Account) -> None:
    """Let the cases of a person be found by their present name. Part of the transaction that
    changes it."""
    columns = (Requerimiento.id, Requerimiento.entity_id, Requerimiento.body)
    theirs = select(*columns).where(Requerimiento.citizen_id == citizen.id)
    for number, entity_id, body in db.session.execute(theirs).all():
        db.session.execute(
            update(CaseWords)
            .where(CaseWords.requerimiento_id == number)
            .values(words=words_of(entity_id, body, citizen))
            .execution_options(synchronize_session=False)
        )


def words_of(entity_id: int, body: str, citizen: Account) -> str:
    """What the index keeps of a case: the mark of its entity, what it says and who filed it."""
    names = (citizen.first_names, citizen.surnames, citizen.legal_name)
    return _words(entity_id, (body, *names))


def question(typed: str, entity_id: int) -> str | None:
    """What the index of this database is asked, for the entity's cases that have every word that
    was typed; None when that says nothing."""
    words = asked(typed)
    if not words:
        return None
    words.append(_mark(entity_id))
    if db.engine.dialect.name == "postgresql":
        return " & ".join(f"'{word}'" for word in words)
    # Each word in quotes: AND and NOT are words too.
    return " ".join(f'"{word}"' for word in words)


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


def _words(entity_id: int, texts: Iterable[str]) -> str:
    return f"{_mark(entity_id)} {indexed(texts)}"


def _mark(entity_id: int) -> str:
    """A word that no text has, so that each entity looks through its own cases alone."""
    return f"0entidad{entity_id}"

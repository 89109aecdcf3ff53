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

from app.domain.searching import Question, added, read
from app.extensions import db
from app.models import Account, CaseWords, Message, Requerimiento

# With filters beside the words, only the newest that have the words are looked through.
LOOKED_THROUGH = 5000
FEW = 2000  # that PostgreSQL finds by its index before they are put in order
_INDEX = table("case_index", column("rowid", BigInteger))


def index(case: Requerimiento, citizen: Account) -> None:
    """Let a case be found by what it says and by who filed it. Part of the transaction that
    files."""
    names = (citizen.first_names, citizen.surnames, citizen.legal_name)
    words = _words(case.entity_id, (case.body, *names))
    db.session.add(CaseWords(requerimiento_id=case.id, words=words))


def extend(case: Requerimiento, text: str) -> None:
    """Let a case be found by what is said in it from now on: an answer, a message, a note. Part of
    the transaction that adds it."""
    if case.found_by is not None:
        case.found_by.words = added(case.found_by.words, (text,))


def index_from(first: int) -> None:
    """Let the cases from that number on be found, which were inserted without the services. Part of
    the transaction that inserts them."""
    rows = _rows(Requerimiento.id >= first)
    if rows:
        db.session.execute(insert(CaseWords), rows)


def rename(citizen: Account) -> None:
    """Let the cases of a person be found by their present name. Part of the transaction that
    changes it."""
    db.session.flush()
    for row in _rows(Requerimiento.citizen_id == citizen.id):
        db.session.execute(
            update(CaseWords)
            .where(CaseWords.requerimiento_id == row["requerimiento_id"])
            .values(words=row["words"])
            .execution_options(synchronize_session=False)
        )


def forget(case: Requerimiento) -> None:
    """Let a case be found no longer by what was taken out of it. Part of the transaction that
    takes it out."""
    db.session.flush()
    for row in _rows(Requerimiento.id == case.id):
        if case.found_by is not None:
            case.found_by.words = row["words"]


def question(typed: str, entity_id: int) -> str | None:
    """What the index of this database is asked, for the entity's cases that have every word that
    was typed, the last of which may be only begun; None when that says nothing."""
    asked = read(typed)
    if asked.says_nothing:
        return None
    whole = (*asked.stems, *_marks(entity_id))
    if db.engine.dialect.name == "postgresql":
        return _joined(whole, asked, begun="'{}':*", word="'{}'", every=" & ", either=" | ")
    # Each word in quotes: AND and NOT are words too.
    return _joined(whole, asked, begun='"{}" *', word='"{}"', every=" AND ", either=" OR ")


def _joined(
    whole: Iterable[str], asked: Question, *, begun: str, word: str, every: str, either: str
) -> str:
    terms = [word.format(stem) for stem in whole]
    if asked.beginning:
        may_be = [begun.format(asked.beginning), *(word.format(stem) for stem in asked.grown)]
        terms.insert(0, f"({either.join(may_be)})")
    return every.join(terms)


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


def _rows(which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What the index keeps of those cases: what each says, who filed it, and what was said in it
    since."""
    columns = (Requerimiento.id, Requerimiento.entity_id, Requerimiento.body)
    names = (Account.first_names, Account.surnames, Account.legal_name)
    cases = db.session.execute(
        select(*columns, *names)
        .join(Account, Account.id == Requerimiento.citizen_id)
        .where(which)
        .order_by(Requerimiento.id)
    ).all()
    said: dict[int, list[str]] = {}
    messages = (
        select(Message.requerimiento_id, Message.body)
        .join(Requerimiento, Requerimiento.id == Message.requerimiento_id)
        .where(which)
        .order_by(Message.id)
    )
    for number, body in db.session.execute(messages):
        said.setdefault(number, []).append(body)
    return [
        {"requerimiento_id": number, "words": _words(entity_id, (*own, *said.get(number, ())))}
        for number, entity_id, *own in cases
    ]


def _words(entity_id: int, texts: Iterable[str]) -> str:
    return added(" ".join(_marks(entity_id)), texts)


def _marks(entity_id: int) -> tuple[str, ...]:
    """The words that no text has, in every row and in every question: each entity looks through its
    own cases alone. What else only some may find is kept apart by another mark here."""
    return (f"0entidad{entity_id}",)

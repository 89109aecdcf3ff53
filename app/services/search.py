"""Finding cases by their words: the newest first, and fast however many there are.

The database's own index is asked for the cases, never for how well they match: to rank, it would
have to look at every case that has a common word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

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
)

from app.domain.searching import Question, added, forms, read, stems
from app.extensions import db
from app.models import Account, CaseWords, Message, Requerimiento

# With filters beside the words, only the newest that have the words are looked through.
LOOKED_THROUGH = 5000
FEW = 2000  # that PostgreSQL finds by its index before they are put in order
# Words that no text has, one in every row: each entity looks through its own cases alone, and
# through its sensitive ones only who may read some.
MARK, SENSITIVE_MARK = "0entidad", "0reservado"
_INDEX = table("case_index", column("rowid", BigInteger))


def index(case: Requerimiento, citizen: Account) -> None:
    """Let a case be found by what it says and by who filed it. Part of the transaction that
    files."""
    names = (citizen.first_names, citizen.surnames, citizen.legal_name)
    mark = _mark(case.entity_id, is_sensitive=case.is_sensitive)
    words = added(mark, (case.body, *names))
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
    _write_again(Requerimiento.citizen_id == citizen.id)


def reword(case: Requerimiento) -> None:
    """Let a case be found as it is now: by what was not taken out of it and, while it is sensitive,
    only by who may look through those. Part of the transaction that changes it."""
    _write_again(Requerimiento.id == case.id)


def reword_all(numbers: Sequence[int]) -> None:
    """As `reword`, of the cases of those numbers."""
    _write_again(Requerimiento.id.in_(numbers))


def question(typed: str, entity_id: int, *, with_sensitive: bool = False) -> str | None:
    """What the index of this database is asked, for the entity's cases that have every word that
    was typed, the last of which may be only begun, sensitive ones among them or not; None when that
    says nothing."""
    asked = read(typed)
    if asked.says_nothing:
        return None
    marks = [_mark(entity_id)]
    if with_sensitive:
        marks.append(_mark(entity_id, is_sensitive=True))
    return _joined(marks, asked, _grammar())


def question_of_any(any_of: Sequence[str], entity_id: int) -> str:
    """What the index of this database is asked, for the entity's cases that have one of those stems
    at least; sensitive ones are not among them."""
    grammar = _grammar()
    some = grammar.either.join(grammar.word.format(stem) for stem in any_of)
    return f"{grammar.word.format(_mark(entity_id))}{grammar.every}({some})"


def said(words: str, names: Iterable[str | None]) -> frozenset[str]:
    """The stems of what a case says, from what the index keeps of it: without the mark of its
    entity and the names of who filed it."""
    theirs = {stem for name in names if name for stem in stems(name)}
    marks = (MARK, SENSITIVE_MARK)
    return frozenset(word for word in words.split() if not word.startswith(marks)) - theirs


class _Grammar(NamedTuple):
    """How a database is asked for words."""

    word: str
    begun: str
    every: str
    either: str


def _grammar() -> _Grammar:
    if db.engine.dialect.name == "postgresql":
        return _Grammar(word="'{}'", begun="'{}':*", every=" & ", either=" | ")
    # Each word in quotes: AND and NOT are words too.
    return _Grammar(word='"{}"', begun='"{}" *', every=" AND ", either=" OR ")


def _joined(marks: Sequence[str], asked: Question, grammar: _Grammar) -> str:
    terms = [_any(forms(stem), grammar) for stem in asked.stems]
    if asked.beginning:
        may_be = (grammar.word.format(stem) for stem in asked.grown)
        some = grammar.either.join([grammar.begun.format(asked.beginning), *may_be])
        terms.insert(0, f"({some})")
    terms.append(_any(marks, grammar))
    return grammar.every.join(terms)


def _any(words: Sequence[str], grammar: _Grammar) -> str:
    return f"({grammar.either.join(grammar.word.format(word) for word in words)})"


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


def _write_again(which: ColumnElement[bool]) -> None:
    """Write anew what the index keeps of those cases, also in what the session has read of it."""
    db.session.flush()
    for row in _rows(which):
        kept = db.session.get(CaseWords, row["requerimiento_id"])
        if kept is not None:
            kept.words = row["words"]


def _rows(which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What the index keeps of those cases: what each says, who filed it, and what was said in it
    since."""
    case = Requerimiento
    columns = (case.id, case.entity_id, case.is_sensitive, case.body)
    names = (Account.first_names, Account.surnames, Account.legal_name)
    cases = db.session.execute(
        select(*columns, *names)
        .join(Account, Account.id == Requerimiento.citizen_id)
        .where(which)
        .order_by(Requerimiento.id)
    ).all()
    said_in: dict[int, list[str]] = {}
    messages = (
        select(Message.requerimiento_id, Message.body)
        .join(Requerimiento, Requerimiento.id == Message.requerimiento_id)
        .where(which)
        .order_by(Message.id)
    )
    for number, body in db.session.execute(messages):
        said_in.setdefault(number, []).append(body)
    return [
        {
            "requerimiento_id": number,
            "words": added(
                _mark(entity_id, is_sensitive=is_sensitive), (*own, *said_in.get(number, ()))
            ),
        }
        for number, entity_id, is_sensitive, *own in cases
    ]


def _mark(entity_id: int, *, is_sensitive: bool = False) -> str:
    return f"{SENSITIVE_MARK if is_sensitive else MARK}{entity_id}"

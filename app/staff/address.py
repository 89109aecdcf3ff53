"""The address of the queue: what its words mean, and how to write them again."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from app.domain.requerimiento import Kind, Status
from app.services.queue import Filters

OPEN, FINISHED, UNDELIVERED, UNTOLD = "abiertos", "terminados", "sin_notificar", "sin_correo"
TO_APPROVE, MENTIONED, APPEALED = "por_aprobar", "me_mencionan", "con_recurso"
DUE_WORDS = {
    "vencidos": "antes de hoy",
    "hoy": "hoy",
    "semana": "esta semana",
}
MINE, NOBODY, SUBSTITUTED = "me", "none", "reemplazo"
# What a row may show beside the case itself; the first two unless others are asked for.
COLUMNS = {
    "plazo": "Plazo",
    "a_cargo": "A cargo de",
    "recibido": "Recibido",
    "canal": "Cómo llegó",
}
USUAL = ("plazo", "a_cargo")
KEY = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{1,18})")
LONGEST_QUERY = 100  # characters
_SUBSTITUTED = -1

_Value = TypeVar("_Value")
_NAMES = {
    "status": "el estado",
    "kind": "el tipo",
    "office": "la dependencia",
    "assignee": "la persona",
    "due": "el vencimiento",
    "after": "la página",
}


@dataclass
class Asked:
    """What an address asks for, and the names of what in it was not understood."""

    filters: Filters = field(default_factory=Filters)
    unknown: list[str] = field(default_factory=list)


def read(
    args: MultiDict[str, str],
    *,
    reader_id: int,
    offices: Collection[int],
    people: Collection[int],
) -> Asked:
    """Turn the query of the address into filters. What makes no sense is left out and named."""
    asked = Asked()

    def understood(name: str, meaning: Callable[[str], _Value | None]) -> _Value | None:
        text = args.get(name, "").strip()
        value = meaning(text) if text else None
        if text and value is None:
            asked.unknown.append(_NAMES[name])
        return value

    status = understood("status", lambda text: text if _is_status(text) else None)
    assignee = understood("assignee", lambda text: _assignee(text, reader_id, people))
    office = understood("office", lambda text: 0 if text == NOBODY else _one_of(text, offices))
    q = "".join(c for c in args.get("q", "") if c.isprintable())[:LONGEST_QUERY].strip()
    asked.filters = Filters(
        q=q,
        status=Status(status) if status in set(Status) else None,
        closed=status == FINISHED,
        is_open=status == OPEN and bool(q),  # without words they are the open ones anyway
        undelivered=status == UNDELIVERED,
        untold=status == UNTOLD,
        appealed=status == APPEALED,
        to_approve=status == TO_APPROVE,
        mentioned=reader_id if status == MENTIONED else None,
        kind=understood("kind", lambda text: Kind(text) if text in set(Kind) else None),
        office=office or None,
        unplaced=office == 0,
        assignee=assignee if assignee and assignee > 0 else None,
        unassigned=assignee == 0,
        substituted=reader_id if assignee == _SUBSTITUTED else None,
        due=understood("due", lambda text: text if text in DUE_WORDS else None) or "",
        columns=tuple(name for name in COLUMNS if name in args.getlist("cols")),
        after=understood("after", key),
    )
    return asked


def write(filters: Filters, *, reader_id: int) -> dict[str, Any]:
    """The query of the address that leads to these filters."""
    words = {
        "q": filters.q,
        "status": status_word(filters),
        "kind": filters.kind or "",
        "office": office_word(filters),
        "assignee": assignee_word(filters, reader_id),
        "due": filters.due,
        "after": written_key(filters.after),
    }
    found: dict[str, Any] = {name: str(text) for name, text in words.items() if text}
    return found | ({"cols": list(filters.columns)} if filters.columns else {})


def status_word(filters: Filters) -> str:
    """The value of `status` that says which states are asked for."""
    if filters.undelivered or filters.untold:
        return UNDELIVERED if filters.undelivered else UNTOLD
    if filters.appealed:
        return APPEALED
    if filters.to_approve or filters.mentioned:
        return TO_APPROVE if filters.to_approve else MENTIONED
    if filters.q and not filters.is_open:
        return FINISHED if filters.closed else filters.status or ""
    return FINISHED if filters.closed else filters.status or OPEN


def office_word(filters: Filters) -> str:
    """The value of `office` that says which is asked for."""
    return NOBODY if filters.unplaced else str(filters.office or "")


def assignee_word(filters: Filters, reader_id: int) -> str:
    """The value of `assignee` that says who is asked for."""
    if filters.unassigned:
        return NOBODY
    if filters.substituted:
        return SUBSTITUTED
    return MINE if filters.assignee == reader_id else str(filters.assignee or "")


def _is_status(text: str) -> bool:
    named = (OPEN, FINISHED, UNDELIVERED, UNTOLD, TO_APPROVE, MENTIONED, APPEALED)
    return text in named or text in set(Status)


def _assignee(text: str, reader_id: int, people: Collection[int]) -> int | None:
    """The id of a person; 0 stands for nobody, and -1 for whom the reader stands in for."""
    named = {MINE: reader_id, NOBODY: 0, SUBSTITUTED: _SUBSTITUTED}
    return named.get(text, _one_of(text, people))


def _one_of(text: str, known: Collection[int]) -> int | None:
    return next((number for number in known if str(number) == text), None)


def written_key(after: tuple[date, int] | None) -> str:
    """The key of a page as an address has it; "" for the first."""
    return f"{after[0].isoformat()}_{after[1]}" if after else ""


def key(text: str) -> tuple[date, int] | None:
    """The key of a page, or None if it is none."""
    found = KEY.fullmatch(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        return None

"""Routes of the workload: what each person and each office has, and what comes due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import staff_only
from app.domain.requerimiento import Status
from app.domain.roles import Permission
from app.models import Office
from app.services import entities, workload
from app.services.casework import Colleague
from app.services.workload import Load, Loads
from app.staff import address
from app.staff.blueprint import bp
from app.web import entity, short_day, thousands


@dataclass(frozen=True)
class Figure:
    """A number and the list of the queue that it counts; no address where there is none."""

    number: str
    url: str
    says: str


@dataclass(frozen=True)
class Row:
    """What somebody has. `note` says that they are away."""

    name: str
    figures: Sequence[Figure]
    note: str = ""


@dataclass(frozen=True)
class Group:
    """An office with what it has, and its people."""

    office: Row
    people: Sequence[Row]


@bp.get("/carga", endpoint="workload")
@staff_only(Permission.ASSIGN)
def show() -> ResponseReturnValue:
    """Who has how much: to give what comes to who can take it."""
    today = clock.now().date()
    loads = workload.of_entity(entity().id, today)
    people = workload.colleagues(entity().id, today)
    groups = _groups(entities.offices(entity().id), people, loads)
    return render_template(
        "staff/workload.html",
        groups=groups,
        rest=_rest(people, loads),
        columns=COLUMNS,
        heads=["Quién", *((column, "numeric") for column in COLUMNS)],
    )


COLUMNS = ("Abiertos", "Vencidos", "Vencen esta semana", "En espera del ciudadano")
# What each figure asks of the queue.
ASKED: Sequence[Mapping[str, str]] = (
    {"status": address.OPEN},
    {"status": address.OPEN, "due": "vencidos"},
    {"status": address.OPEN, "due": "semana"},
    {"status": Status.WAITING.value},
)


def _groups(offices: Sequence[Office], people: Sequence[Colleague], loads: Loads) -> list[Group]:
    known = {office.id for office in offices}
    groups = [
        Group(
            _row(office.name, loads.office.get(office.id, Load()), office=str(office.id)),
            [_person(each, loads) for each in people if each.office_id == office.id],
        )
        for office in offices
    ]
    homeless = [_person(each, loads) for each in people if each.office_id not in known]
    nowhere = _row("Sin dependencia", loads.office.get(None, Load()), office=address.NOBODY)
    return [*groups, Group(nowhere, homeless)] if homeless or loads.office.get(None) else groups


def _person(person: Colleague, loads: Loads) -> Row:
    note = ""
    if person.away_until is not None:
        note = f"Ausente hasta el {short_day(person.away_until)}"
        note += f", reemplaza {person.substitute}" if person.substitute else ""
    load = loads.person.get(person.id, Load())
    return _row(person.name, load, note=note, assignee=str(person.id))


def _rest(people: Sequence[Colleague], loads: Loads) -> list[Row]:
    """What nobody has, and what those have who no longer work here: it waits for a person."""
    known = {person.id for person in people}
    gone = [load for number, load in loads.person.items() if number and number not in known]
    rows = []
    if load := loads.person.get(None):
        rows.append(_row("Nadie todavía", load, assignee=address.NOBODY))
    if gone:
        rows.append(_row("Personas que ya no reciben requerimientos", _sum(gone)))
    return rows


def _sum(loads: Sequence[Load]) -> Load:
    return Load(
        sum(load.open for load in loads),
        sum(load.overdue for load in loads),
        sum(load.week for load in loads),
        sum(load.waiting for load in loads),
    )


def _row(name: str, load: Load, *, note: str = "", **whose: str) -> Row:
    wanted: list[dict[str, Any]] = [{**asked, **whose} for asked in ASKED]
    numbers = (load.open, load.overdue, load.week, load.waiting)
    figures = [
        Figure(
            thousands(number),
            url_for("staff.queue", **query) if whose and number else "",
            f"{name}: {column.lower()}",
        )
        for number, column, query in zip(numbers, COLUMNS, wanted, strict=True)
    ]
    return Row(name, figures, note)

"""Routes of the queue: which cases, in the words of the address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import account, staff_only
from app.domain import lateness
from app.domain.deadline import Light, Tone, lights_for
from app.domain.person import normalise_document
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.requerimiento import Kind, Status
from app.domain.roles import Permission
from app.explained import mark_of, waiting_light
from app.models import Account, SavedView
from app.refusals import attempt
from app.services import bulk, casework, citizens, entities, views
from app.services import queue as cases_queue
from app.services.queue import COUNT_CAP, Filters, Line
from app.staff import address, returning
from app.staff.blueprint import bp
from app.staff.bulk import WORDS
from app.staff.forms import ViewForm
from app.web import entity, short_day, thousands

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")  # as it is typed among words
# Shown where there is some.
UNDELIVERED_TAB, APPROVE_TAB, MENTIONS_TAB = "Correo devuelto", "Por aprobar", "Me nombraron"
UNTOLD_TAB, APPEALED_TAB = "Sin correo", "Con recurso o insistencia"
ALL_MARKED = "marcas=todas"  # in an address: every row of the page comes marked
NONE_LEFT = "No tiene casos abiertos por ahora."
FINISHED_TAB, WAITING_TAB = "Respondidos y cerrados", "En espera"
# What goes below «Más» where all do not fit in a line, the least used first; and how many letters
# fit, each tab with the room around its words.
FOLDED_FIRST = (
    *(FINISHED_TAB, WAITING_TAB, UNTOLD_TAB, UNDELIVERED_TAB, "Vencen hoy"),
    *("Mi dependencia", "De quien reemplazo", "Sin asignar"),
)
LETTERS, ROOM = 128, 4
PASSING_TABS = {UNDELIVERED_TAB, UNTOLD_TAB, APPEALED_TAB, APPROVE_TAB, MENTIONS_TAB}


@dataclass(frozen=True)
class Tab:
    """A ready question to the queue, with how many cases answer it."""

    label: str
    count: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class KeptView:
    """A view that somebody kept."""

    id: int
    name: str
    url: str
    is_shared: bool
    may_remove: bool


@dataclass(frozen=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Deadline:
    """The term of a row: its light, if there is one, its date in words, and the mark of a silence
    that accepts."""

    light: Light | None
    words: str
    mark: str = ""


@bp.get("")
@staff_only(Permission.SEE_CASES)
def queue() -> ResponseReturnValue:
    """The cases of the entity, those due first before the rest."""
    asked = _asked(request.args)
    returning.remember(_written(asked.filters, asked.filters.after) if request.args else "")
    if not request.args:
        asked.filters = _usual(account())
    return _page(asked, ViewForm(formdata=None))


@dataclass
class Asked:
    """What an address asks for, what in it was not understood, and the names that it may name."""

    filters: Filters
    unknown: Sequence[str]
    offices: Mapping[int, str]
    people: Mapping[int, str]


def _asked(args: MultiDict[str, str]) -> Asked:
    offices = {office.id: office.name for office in entities.offices(entity().id)}
    people = {person.id: person.name for person in casework.people(entity().id)}
    found = address.read(args, reader_id=account().id, offices=offices, people=people)
    return Asked(found.filters, found.unknown, offices, people)


def _page(asked: Asked, form: ViewForm) -> ResponseReturnValue:
    reader, filters, today = account(), asked.filters, clock.now().date()
    found = cases_queue.page(reader, filters, today=today)
    form.query.data = _written(filters)
    columns = filters.columns or address.USUAL
    choices = _choices(filters, reader, asked.offices, asked.people)
    all_marked = request.args.get("marcas") == "todas"
    tabs = _tabs(reader, filters, today)
    page = render_template(
        "staff/queue.html",
        page=found,
        filters=filters,
        unknown=asked.unknown,
        tabs=tabs,
        folded=_folded(tabs),
        choices=choices,
        chosen=_in_force(choices),
        deadlines=_deadlines(found.rows, today),
        case_url=url_for("staff.case", radicado=""),
        next_url=_url(replace(filters, after=found.next_after)) if found.next_after else "",
        first_url=_url(replace(filters, after=None)) if filters.after else "",
        verbs=_verbs(reader, filters),
        all_marked=all_marked,
        marks_url=_url(filters) if all_marked else f"{_url(filters)}&{ALL_MARKED}",
        columns=columns,
        labels=[address.COLUMNS[name] for name in columns],
        all_columns=address.COLUMNS,
        address=address.write(replace(filters, after=None, columns=()), reader_id=reader.id),
        views=[_kept(view, reader) for view in views.seen_by(reader)],
        form=form,
    )
    return page, 422 if form.errors else 200


def _verbs(reader: Account, filters: Filters) -> list[tuple[str, str]]:
    """What can be done with the marked rows of a list: the word of the form and the button."""
    if filters.appealed:  # what has ended is nobody's to move
        return []
    is_answered = filters.closed or filters.status is Status.ANSWERED
    if filters.status is not None and not filters.status.is_open and not is_answered:
        return []
    return [
        (verb.value, f"{WORDS[verb].does} los marcados")
        for verb in bulk.offered(reader, finished=is_answered)
    ]


@bp.get("/siguiente")
@staff_only(Permission.WORK)
def next_case() -> ResponseReturnValue:
    """Go to the case of one's own that is due after another, or to the queue if there is none."""
    here, reader = request.args.get("despues", ""), account()
    following = cases_queue.next_of(reader, here, today=clock.now().date())
    if following is not None:
        return redirect(url_for("staff.case", radicado=following), code=303)
    words = "Ninguno de sus casos abiertos vence después de ese." if here else NONE_LEFT
    flash(words, "info")
    return redirect(_url(Filters(assignee=reader.id)), code=303)


@bp.post("/vistas")
@staff_only(Permission.SEE_CASES)
def save_view() -> ResponseReturnValue:
    """Keep the filters of the address under a name."""
    form = ViewForm()
    asked = _asked(MultiDict(parse_qsl(form.query.data or "")))
    query = _written(asked.filters)

    def keep() -> None:
        views.save(
            account(),
            name=form.name.data or "",
            query=query,
            is_shared=form.is_shared.data,
            now=clock.now(),
        )

    refusal = attempt(keep)
    if refusal is not None:
        form.name.errors = [refusal.sentence]
        return _page(asked, form)
    flash("Vista guardada.", "success")
    return redirect(f"{url_for('staff.queue')}?{query}", code=303)


@bp.post("/vistas/<int(max=2147483647):view_id>/quitar")
@staff_only(Permission.SEE_CASES)
def remove_view(view_id: int) -> ResponseReturnValue:
    """Take a view away."""
    views.remove(account(), view_id)
    flash("Vista quitada.", "success")
    return redirect(url_for("staff.queue"), code=303)


def _written(filters: Filters, after: tuple[date, int] | None = None) -> str:
    """The address of some filters. A document or an e-mail is not kept: addresses have none."""
    kept = replace(filters, after=after)
    if cases_queue.may_be_a_document(kept.q) or EMAIL.search(kept.q):
        kept = replace(kept, q="")
    return urlencode(address.write(kept, reader_id=account().id), doseq=True)


def _kept(view: SavedView, reader: Account) -> KeptView:
    url = f"{url_for('staff.queue')}?{view.query}"
    may_remove = view.owner_id == reader.id or reader.may(Permission.ASSIGN)
    return KeptView(view.id, view.name, url, view.is_shared, may_remove)


@bp.post("/buscar")
@staff_only(Permission.SEE_CASES)
def search() -> ResponseReturnValue:
    """Go to the case of a radicado, to the person of a document, or to what has those words.

    It is a POST so that no document number and no e-mail is written in an address.
    """
    typed = "".join(c for c in request.form.get("q", "") if c.isprintable())
    typed = typed[: address.LONGEST_QUERY].strip()
    code = normalise_radicado(typed)
    if is_radicado(code):
        return _case_of(code)
    email = EMAIL.search(typed)
    if email:
        people = citizens.with_email(email[0], reader=account())
    else:
        people = citizens.with_document(normalise_document(typed), reader=account())
    if people:
        return redirect(url_for("staff.person", person_id=people[0].id), code=303)
    if not typed:
        flash("Escriba qué busca.", "warning")
    if email or cases_queue.may_be_a_document(typed):
        what = "correo. Revíselo" if email else "documento. Revise el número"
        flash(
            f"No hay requerimientos de esta entidad con ese {what}, o busque por nombre o por "
            "palabras.",
            "warning",
        )
        return redirect(url_for("staff.queue"), code=303)
    return redirect(url_for("staff.queue", q=typed or None), code=303)


def _case_of(code: str) -> ResponseReturnValue:
    radicado = cases_queue.radicado_of(code, account())
    if radicado is not None:
        return redirect(url_for("staff.case", radicado=radicado), code=303)
    flash(f"Nada de esta entidad tiene el radicado {code}. Revise el número.", "warning")
    return redirect(url_for("staff.queue", q=code), code=303)


def _usual(reader: Account) -> Filters:
    """What a person sees first: officials their own cases, the rest all that is open."""
    can_be_given = reader.may(Permission.WORK) and not reader.may(Permission.ASSIGN)
    return Filters(assignee=reader.id) if can_be_given else Filters()


def _tabs(reader: Account, filters: Filters, today: date) -> list[Tab]:
    asked: dict[str, Filters] = {}
    if reader.may(Permission.WORK):
        asked["Míos"] = Filters(assignee=reader.id)
    if reader.office_id is not None:
        asked["Mi dependencia"] = Filters(office=reader.office_id)
    if reader.stands_in_for:
        asked["De quien reemplazo"] = Filters(substituted=reader.id)
    asked |= {
        "Sin asignar": Filters(unassigned=True),
        WAITING_TAB: Filters(status=Status.WAITING),
        "Vencidos": Filters(due="vencidos"),
        "Vencen hoy": Filters(due="hoy"),
        "Todos los abiertos": Filters(),
        FINISHED_TAB: Filters(closed=True),
        UNDELIVERED_TAB: Filters(undelivered=True),
        UNTOLD_TAB: Filters(untold=True),
        APPEALED_TAB: Filters(appealed=True),
        MENTIONS_TAB: Filters(mentioned=reader.id),
    }
    if reader.may(Permission.APPROVE):
        asked[APPROVE_TAB] = Filters(to_approve=True)
    numbers = cases_queue.counts(reader, asked, today=today)
    here = replace(filters, after=None)
    return [
        Tab(label, _in_words(numbers[label]), _url(wanted), wanted == here)
        for label, wanted in asked.items()
        if label not in PASSING_TABS or numbers[label] or wanted == here
    ]


def _folded(tabs: Sequence[Tab]) -> Sequence[Tab]:
    """The tabs below «Más», in their order, so that the rest are one line of a wide window. The one
    that is shown never is."""
    room = {tab.label: len(tab.label) + len(tab.count) + ROOM for tab in tabs}
    folded: set[str] = set()
    may_fold = {tab.label for tab in tabs if not tab.is_current}
    for label in FOLDED_FIRST:
        if sum(room.values()) - sum(room[each] for each in folded) <= LETTERS:
            break
        folded |= {label} & may_fold
    return [tab for tab in tabs if tab.label in folded]


def _in_words(number: int) -> str:
    return f"más de {thousands(COUNT_CAP)}" if number > COUNT_CAP else thousands(number)


def _url(filters: Filters) -> str:
    return url_for("staff.queue", **address.write(filters, reader_id=account().id))


def _choices(
    filters: Filters, reader: Account, offices: Mapping[int, str], people: Mapping[int, str]
) -> dict[str, list[Choice]]:
    """The filters as a sentence of lists; the first of each asks for nothing."""
    statuses = {"": "de cualquier estado"} if filters.q else {}
    statuses |= {address.OPEN: "abiertos"}
    statuses |= {status.value: status.label.lower() for status in Status}
    statuses[address.FINISHED] = "respondidos y cerrados"
    statuses[address.UNDELIVERED] = "con correo devuelto"
    statuses[address.UNTOLD] = "sin correo, por comunicar"
    statuses[address.APPEALED] = "con recurso o insistencia"
    statuses[address.MENTIONED] = "donde me nombraron"
    if reader.may(Permission.APPROVE):
        statuses[address.TO_APPROVE] = "con respuesta por aprobar"
    persons = {"": "cualquier persona", address.MINE: "mí", address.NOBODY: "nadie"}
    if reader.stands_in_for or filters.substituted:
        persons[address.SUBSTITUTED] = "quien reemplazo"
    persons |= {str(number): name for number, name in people.items() if number != reader.id}
    if not reader.may(Permission.WORK):
        del persons[address.MINE]
    rooms = {"": "cualquier dependencia", address.NOBODY: "ninguna"}
    rooms |= {str(number): name for number, name in offices.items()}
    return {
        "status": _options(statuses, address.status_word(filters)),
        "kind": _options(
            {"": "cualquier tipo"} | {kind.value: kind.label.lower() for kind in Kind},
            filters.kind or "",
        ),
        "office": _options(rooms, address.office_word(filters)),
        "assignee": _options(persons, address.assignee_word(filters, reader.id)),
        "due": _options({"": "cualquier día"} | address.DUE_WORDS, filters.due),
    }


def _in_force(choices: Mapping[str, Sequence[Choice]]) -> list[str]:
    """What the filters ask for, in their words."""
    options = (choice for some in choices.values() for choice in some)
    return [choice.label for choice in options if choice.is_chosen and choice.value]


def _options(labels: Mapping[str, str], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in labels.items()]


def _deadlines(rows: Sequence[Line], today: date) -> dict[str, Deadline]:
    """What each row says of its term, by radicado. Dates repeat: each is put in words once."""
    lights = lights_for(
        {row.due_on for row in rows if row.status.is_open}, today, entity().calendar
    )
    days = {due_on: short_day(due_on) for due_on in {row.due_on for row in rows}}
    return {row.radicado: _deadline(row, today, lights, days[row.due_on]) for row in rows}


def _deadline(row: Line, today: date, lights: Mapping[date, Light], day: str) -> Deadline:
    if row.status is Status.WAITING:
        return Deadline(waiting_light(row.due_on, today), "El plazo está detenido")
    if row.status.is_open:
        if row.days_of_law:
            return _promised(row, row.days_of_law, today, day)
        verb = "Venció" if row.due_on < today else "Vence"
        light = lights[row.due_on]
        mark = mark_of(row.kind, row.due_on, today, light) if row.kind else ""
        return Deadline(light, f"{verb} el {day}", mark)
    return Deadline(_ended(row), f"Vencía el {day}")


def _promised(row: Line, days_of_law: int, today: date, day: str) -> Deadline:
    """Of what was filed under a promise, what is late by it is not told as late by law."""
    calendar = entity().calendar
    law = lateness.law_of_row(row.received_on, row.due_on, days_of_law, calendar)
    words = f"{'Venció' if row.due_on < today else 'Vence'} el {day}"
    if law is not None:
        words = f"Compromiso: {day}. Por ley: {short_day(law)}"
    return Deadline(lateness.light_between(row.due_on, law, today, calendar), words)


def _ended(row: Line) -> Light | None:
    """How what was answered ended; what ended otherwise has its state to say so."""
    if row.answered_at is None:
        return None
    when = f"Respondido el {short_day(row.answered_at)}"
    last = row.due_on
    if row.days_of_law:
        calendar = entity().calendar
        last = lateness.law_of_row(row.received_on, last, row.days_of_law, calendar) or last
    is_late = row.answered_at.date() > last
    return Light(Tone.RED, f"{when}, fuera de término") if is_late else Light(Tone.DONE, when)

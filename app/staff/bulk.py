"""Routes that move many cases at once."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.roles import Permission
from app.forms import ConfirmForm, Form
from app.services import bulk, entities, workload
from app.services.bulk import Order, Verb
from app.staff import returning
from app.staff.blueprint import bp
from app.staff.forms import AssignForm, HandOverForm, ReleaseForm
from app.web import entity


@dataclass(frozen=True)
class Words:
    """What a verb is called: on its button, in the preview, and once it was done."""

    form: type[Form]
    does: str
    done: str
    one: str
    many: str
    refused_one: str
    refused_many: str


WORDS = {
    Verb.ASSIGN: Words(
        AssignForm,
        *("Asignar", "Asignado", "Se asignó", "Se asignaron", "no se asignó", "no se asignaron"),
    ),
    Verb.TAKE: Words(
        ConfirmForm,
        *("Tomar", "Es suyo", "Tomó", "Tomó", "no quedó a su cargo", "no quedaron a su cargo"),
    ),
    Verb.HAND_OVER: Words(
        HandOverForm, *("Pasar", "Pasó", "Pasó", "Pasaron", "no pasó", "no pasaron")
    ),
    Verb.RELEASE: Words(
        ReleaseForm,
        *("Devolver", "Devuelto", "Se devolvió", "Se devolvieron"),
        *("no se devolvió", "no se devolvieron"),
    ),
    Verb.CLOSE: Words(
        ConfirmForm,
        *("Cerrar", "Cerrado", "Se cerró", "Se cerraron", "no se cerró", "no se cerraron"),
    ),
}
# What will happen with each, where it can; in whose hands, once that was chosen.
WILL = {
    Verb.ASSIGN: "Queda en",
    Verb.TAKE: "Queda a su cargo, en trámite",
    Verb.HAND_OVER: "Pasa a",
    Verb.RELEASE: "Vuelve a su dependencia, sin persona",
    Verb.CLOSE: "Se cierra: nadie puede escribir más en él",
}


@bp.post("/varios")
@staff_only(Permission.WORK)
def many() -> ResponseReturnValue:
    """Say to whom or why, see what will happen with each of the marked cases, and see what did."""
    verb = _verb(request.form.get("verb", Verb.ASSIGN.value))
    lines = bulk.chosen(verb, request.form.getlist("radicado"), account()) if verb else []
    if verb is None or not lines:
        flash("Marque al menos uno de los requerimientos de la lista.", "warning")
        return redirect(returning.address(), code=303)
    words, marked = WORDS[verb], [line for line in lines if not line.refusal]
    form, asked = words.form(), {"confirm", "look"} & set(request.form)
    _offer(form)
    is_good = bool(asked) and form.validate()
    if is_good and "confirm" in asked and _is_as_seen(form):
        report = bulk.carry_out(verb, [line.radicado for line in lines], _order(form))
        return render_template("staff/many_done.html", report=report, words=words)
    if not asked:
        form.process(formdata=None)
        _offer(form)
    if is_good:
        lines = bulk.rehearse(verb, [line.radicado for line in lines], _order(form))
    page = render_template(
        "staff/many.html",
        verb=verb,
        words=words,
        will=WILL[verb],
        lines=lines,
        marked=marked,
        form=form,
        foreseen=_choice(form) if is_good else "",
    )
    return page, 422 if form.errors else 200


def _choice(form: Form) -> str:
    """To whom the form gives them; "" in one that does not ask."""
    return f"{form.office.data}.{form.assignee.data}" if isinstance(form, AssignForm) else ""


def _is_as_seen(form: Form) -> bool:
    """Whether what will happen was seen for this very choice."""
    return request.form.get("foreseen", "") == _choice(form)


def _verb(text: str) -> Verb | None:
    return Verb(text) if text in set(Verb) else None


def _offer(form: Form) -> None:
    if isinstance(form, AssignForm):
        people = workload.colleagues(entity().id, clock.now().date())
        form.offer(entities.offices(entity().id), people)


def _order(form: Form) -> Order:
    typed = form.data
    return Order(
        author=account(),
        now=clock.now(),
        office_id=int(typed.get("office") or 0),
        assignee_id=int(typed["assignee"]) if typed.get("assignee") else None,
        note=typed.get("note") or "",
        seen=dict(pair.partition("=")[::2] for pair in request.form.getlist("seen")),
    )

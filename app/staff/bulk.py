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
# What will happen with each, where it can.
WILL = {
    Verb.ASSIGN: "Se asigna",
    Verb.TAKE: "Queda a su cargo, en trámite",
    Verb.HAND_OVER: "Pasa a la dependencia que elija",
    Verb.RELEASE: "Vuelve a su dependencia, sin persona",
    Verb.CLOSE: "Se cierra: nadie puede escribir más en él",
}


@bp.post("/varios")
@staff_only(Permission.WORK)
def many() -> ResponseReturnValue:
    """See what will happen with each of the marked cases, say to whom or why, and see what did."""
    verb = _verb(request.form.get("verb", Verb.ASSIGN.value))
    lines = bulk.chosen(verb, request.form.getlist("radicado"), account()) if verb else []
    if verb is None or not lines:
        flash("Marque al menos uno de los requerimientos de la lista.", "warning")
        return redirect(returning.address(), code=303)
    words, is_sent = WORDS[verb], "confirm" in request.form
    form = words.form()
    _offer(form)
    if is_sent and form.validate():
        report = bulk.carry_out(verb, [line.radicado for line in lines], _order(form))
        return render_template("staff/many_done.html", report=report, words=words)
    if not is_sent:
        form.process(formdata=None)
        _offer(form)
    page = render_template(
        "staff/many.html", verb=verb, words=words, will=WILL[verb], lines=lines, form=form
    )
    return page, 422 if form.errors else 200


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

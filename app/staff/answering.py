"""Routes of an answer on its way, approved, returned or undone, and of who else is on the case."""

from datetime import timedelta

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.services import answering, cases, presence
from app.services.answering import Changed, Outcome, Shown
from app.services.presence import Present
from app.staff.blueprint import bp
from app.staff.case import decide, open_for, show, unsent
from app.staff.forms import ReturnForm
from app.web import settings


def undo_time() -> timedelta:
    """For how long an answer can be undone."""
    return timedelta(seconds=settings().undo_seconds)


def said_of(outcome: Outcome) -> str:
    """What came of sending an answer, in words; of one on its way the page of the case says it."""
    return f"Respondido con el radicado de salida {outcome.radicado}." if outcome.radicado else ""


@bp.post("/<radicado>/aprobar")
@staff_only(Permission.APPROVE)
def approve(radicado: str) -> ResponseReturnValue:
    """Let an answer go that somebody else prepared."""
    code = cases.find(radicado, account=account()).radicado
    try:
        outcome = answering.approve(
            code, author=account(), undo=undo_time(), now=clock.now(), shown=_shown()
        )
    except Changed as refusal:
        return _as_it_is(code, refusal)
    flash(f"Aprobada. {said_of(outcome)}".strip(), "success")
    return redirect(url_for("staff.case", radicado=code), code=303)


@bp.route("/<radicado>/devolver", methods=["GET", "POST"])
@staff_only(Permission.APPROVE)
def give_back(radicado: str) -> ResponseReturnValue:
    """Return an answer to who prepared it."""
    found = open_for(radicado, Action.RETURN)
    code = found.radicado
    prepared = answering.to_approve(found, account())
    form = ReturnForm(data=unsent(found))
    return decide(
        "staff/give_back.html",
        found,
        form,
        lambda: answering.give_back(
            code,
            remark=form.reason.data or "",
            author=account(),
            now=clock.now(),
            shown=_shown(),
        ),
        "Devuelta a quien la escribió.",
        prepared=prepared,
    )


@bp.post("/<radicado>/deshacer")
@staff_only(Permission.WORK)
def undo(radicado: str) -> ResponseReturnValue:
    """Keep an answer from going, and go back to its words."""
    code = cases.find(radicado, account=account()).radicado
    try:
        answering.undo(code, author=account(), now=clock.now(), shown=_shown())
    except Changed as refusal:
        return _as_it_is(code, refusal)
    flash("La respuesta no salió. Aquí está, con sus archivos.", "success")
    return redirect(url_for("staff.answer", radicado=code), code=303)


@bp.post("/<radicado>/presencia")
@staff_only(Permission.SEE_CASES)
def beat(radicado: str) -> ResponseReturnValue:
    """Say that one has the case open; hear who else has."""
    found = cases.find(radicado, account=account())
    is_writing = request.form.get("writing") == "1"
    others = presence.beat(found, account(), is_writing=is_writing, now=clock.now())
    return jsonify(words=" ".join(_seen(person) for person in others))


def posted_number(name: str) -> int | None:
    """A number that a page left in its form; None from one that does not say."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _shown() -> Shown:
    """What the page had before it. A form that does not say has read nothing."""
    return Shown(request.form.get("prepared", ""), posted_number("seen"))


def _as_it_is(radicado: str, refusal: Changed) -> ResponseReturnValue:
    """The case as it is now, with why nothing was done."""
    flash(str(refusal), "error")
    return show(radicado), 409


def _seen(person: Present) -> str:
    does = "está escribiendo en" if person.is_writing else "tiene abierto"
    return f"{person.name} {does} este caso."

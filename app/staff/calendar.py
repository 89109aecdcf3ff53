"""Routes of the entity's calendar: what a suspension of terms would move, and then moving it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.roles import Permission
from app.services import calendars
from app.services.calendars import Move
from app.staff.blueprint import bp
from app.staff.forms import SuspensionForm
from app.staff.refusals import attempt
from app.web import directory, entity, thousands

SHOWN = 200  # of the cases that would move


@bp.route("/administracion/calendario", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def calendar() -> ResponseReturnValue:
    """Suspend terms: first see which cases move, from what to what, then do it (L9)."""
    form = SuspensionForm()
    moves: list[Move] | None = None
    refusal = None
    if form.validate_on_submit():
        found: list[Move] = []
        is_sure = "confirm" in request.form
        refusal = attempt(lambda: found.extend(_act(form, is_sure=is_sure)))
        if refusal is None and is_sure:
            directory().forget()
            flash(f"Términos suspendidos. {_counted(len(found))} de fecha.", "success")
            return redirect(url_for("staff.calendar"), code=303)
        if refusal is None:
            moves = found
        elif refusal.field:
            form[refusal.field].errors = [refusal.sentence]
    page = render_template(
        "staff/calendar.html",
        form=form,
        refusal=None if refusal and refusal.field else refusal,
        moves=None if moves is None else moves[:SHOWN],
        counted=_counted(len(moves or ())),
        more=max(0, len(moves or ()) - SHOWN),
        suspensions=calendars.suspensions(entity().id),
    )
    return page, refusal.status if refusal else 200, refusal.headers if refusal else {}


def _act(form: SuspensionForm, *, is_sure: bool) -> list[Move]:
    closure = calendars.checked(
        form.day("first"), form.day("last"), form.reason.data or "", form.act.data or ""
    )
    if is_sure:
        return calendars.suspend(closure, author=account(), now=clock.now())
    return calendars.preview(entity().id, closure)


def _counted(number: int) -> str:
    if number == 0:
        return "Ningún requerimiento abierto cambia"
    if number == 1:
        return "1 requerimiento abierto cambia"
    return f"{thousands(number)} requerimientos abiertos cambian"

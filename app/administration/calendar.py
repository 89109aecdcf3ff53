"""Routes of the entity's calendar: what a change of it would move, and then moving it (L9)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import LiftForm, SuspensionForm
from app.domain.roles import Permission
from app.forms import ConfirmForm
from app.refusals import Refusal, attempt
from app.services import calendars, readable
from app.services.calendars import Move
from app.web import directory, entity, thousands

SHOWN = 200  # of the cases that would move


@bp.route("/calendario", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def calendar() -> ResponseReturnValue:
    """Suspend terms: first see which cases move, from what to what, then do it."""
    form = SuspensionForm()
    moves: list[Move] | None = None
    refusal = None
    if form.validate_on_submit():
        is_sure = "confirm" in request.form
        moves, refusal = _tried(lambda: _suspend(form, is_sure=is_sure), form)
        if moves is not None and is_sure:
            return _done("Términos suspendidos", moves)
    today = clock.now().date()
    rows = calendars.suspensions(entity().id)
    page = render_template(
        "administration/calendar.html",
        form=form,
        refusal=None if refusal and refusal.field else refusal,
        suspensions=rows,
        liftable={row.id for row in rows if calendars.can_be_lifted(row, today)},
        overdue=_overdue(form, moves or [], today),
        **shown_moves(moves),
    )
    return page, refusal.status if refusal else 200, refusal.headers if refusal else {}


def _overdue(form: SuspensionForm, moves: list[Move], today: date) -> int:
    """How many cases that are late a suspension of days that have all passed would move."""
    last = form.day("last") if moves else None
    if last is None or last >= today:
        return 0
    return sum(moved.before < today for moved in moves)


@bp.route("/calendario/<int(max=2147483647):suspension_id>/levantar", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def lift(suspension_id: int) -> ResponseReturnValue:
    """Lift a suspension from tomorrow on, seeing first what that moves. One that has not begun is
    left without effect."""
    form, refusal = LiftForm(), None
    if form.validate_on_submit():
        moves, refusal = _tried(
            lambda: calendars.lift(
                suspension_id, act=form.act.data or "", author=account(), now=clock.now()
            ),
            form,
        )
        if moves is not None:
            return _done("Suspensión levantada", moves)
    now = clock.now()
    found = calendars.preview_lifting(suspension_id, entity().id, now=now)
    suspension = calendars.find(suspension_id, entity().id)
    page = render_template(
        "administration/calendar_lift.html",
        form=form,
        refusal=None if refusal and refusal.field else refusal,
        suspension=suspension,
        is_ahead=suspension.first > now.date(),
        **shown_moves(found),
    )
    return page, refusal.status if refusal else 200, refusal.headers if refusal else {}


@bp.route("/calendario/festivos", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def recount() -> ResponseReturnValue:
    """Count the open terms again by the holidays that are known now."""
    form, refusal = ConfirmForm(), None
    if form.validate_on_submit():
        moves, refusal = _tried(lambda: calendars.recount(author=account(), now=clock.now()), form)
        if moves is not None:
            return _done("Plazos contados de nuevo", moves)
    found = calendars.preview_recount(entity().id)
    page = render_template(
        "administration/calendar_recount.html", refusal=refusal, **shown_moves(found)
    )
    return page, refusal.status if refusal else 200, refusal.headers if refusal else {}


def _suspend(form: SuspensionForm, *, is_sure: bool) -> list[Move]:
    closure = calendars.checked(
        form.day("first"), form.day("last"), form.reason.data or "", form.act.data or ""
    )
    if is_sure:
        return calendars.suspend(closure, author=account(), now=clock.now())
    return calendars.preview(entity().id, closure)


def _tried(act: Callable[[], list[Move]], form: Any) -> tuple[list[Move] | None, Refusal | None]:
    """What moved or would move; or why not, said beside the field that is to blame."""
    found: list[Move] = []
    refusal = attempt(lambda: found.extend(act()))
    if refusal is None:
        return found, None
    if refusal.field:
        form[refusal.field].errors = [refusal.sentence]
    return None, refusal


def _done(what: str, moves: list[Move]) -> ResponseReturnValue:
    directory().forget()
    flash(f"{what}. {counted(len(moves))} de fecha.", "success")
    return redirect(url_for("administration.calendar"), code=303)


def shown_moves(moves: list[Move] | None) -> dict[str, Any]:
    """The cases that would move, as the pages show them. Those that were closed to whoever looks
    are counted, for they move too, and not named."""
    closed = readable.closed_to(account()) if moves else frozenset()
    named = [moved for moved in moves or () if moved.radicado not in closed][:SHOWN]
    return {
        "moves": None if moves is None else named,
        "counted": counted(len(moves or ())),
        "more": len(moves or ()) - len(named),
    }


def counted(number: int) -> str:
    """How many open cases a change of the calendar moves."""
    if number == 0:
        return "Ningún requerimiento abierto cambia"
    if number == 1:
        return "1 requerimiento abierto cambia"
    return f"{thousands(number)} requerimientos abiertos cambian"

"""Routes of sensitive cases: marking one, setting somebody apart and
taking that back, opening one from outside, and who
opened it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, unfinished
from app.access import account, staff_only
from app.domain.errors import Reserved
from app.domain.requerimiento import Action
from app.domain.reserve import MINUTES_OPEN, Door, Ground
from app.domain.roles import Permission
from app.errors import reserved
from app.refusals import attempt
from app.services import cases, readings, reserve
from app.staff.blueprint import bp
from app.staff.case import decide, open_for, unsent
from app.staff.reserve_forms import OpenForm, ReadmitForm, RecuseForm, ReserveForm, UnreserveForm


@bp.errorhandler(Reserved)
def ask_why(closed: Reserved) -> ResponseReturnValue:
    """Lead whoever may open a sensitive case with a reason to where they give it; what they had
    written, and were sending when its time ended, is kept for when they are back."""
    if not closed.asks:
        return reserved(closed)
    kept = unfinished.set_aside()
    if request.headers.get("X-Draft"):
        return "", 204  # nobody is there to read a page
    if kept is not None:
        flash("El caso se cerró antes de enviar. Guardamos lo que escribió.", "warning")
    return redirect(url_for("staff.open_reserved", radicado=closed.radicado), code=303)


@bp.route("/<radicado>/motivo", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def open_reserved(radicado: str) -> ResponseReturnValue:
    """Say what for a sensitive case is opened, and open it."""
    found = cases.masked(radicado, account=account())
    code, form, refusal = found.radicado, OpenForm(), None
    if found.door_for(account()) is Door.OPEN:
        return redirect(url_for("staff.case", radicado=code), code=303)
    if form.validate_on_submit():
        refusal = attempt(
            lambda: reserve.open_with_reason(
                code, reason=form.reason.data or "", reader=account(), now=clock.now()
            )
        )
        if refusal is None:
            flash(f"Abierto durante {MINUTES_OPEN} minutos. Quedó registrado.", "info")
            return redirect(url_for("staff.case", radicado=code), code=303)
    status = refusal.status if refusal else 422 if form.errors else 200
    page = render_template(
        "staff/open_reserved.html", case=found, form=form, refusal=refusal, minutes=MINUTES_OPEN
    )
    return page, status, refusal.headers if refusal else {}


@bp.route("/<radicado>/reservar", methods=["GET", "POST"])
@staff_only(Permission.GUARD)
def reserve_case(radicado: str) -> ResponseReturnValue:
    """Mark a case as sensitive."""
    found = open_for(radicado, Action.RESERVE)
    if request.method == "GET":
        reserve.check_mark(found, to=True)
    form = ReserveForm(data=unsent(found))
    return decide(
        "staff/reserve_case.html",
        found,
        form,
        lambda: reserve.mark(
            radicado,
            ground=Ground(form.ground.data),
            reason=form.reason.data or "",
            author=account(),
            now=clock.now(),
        ),
        "Marcado como sensible: desde ahora lo leen menos personas.",
    )


@bp.route("/<radicado>/levantar-reserva", methods=["GET", "POST"])
@staff_only(Permission.GUARD)
def unreserve_case(radicado: str) -> ResponseReturnValue:
    """Take the mark of a sensitive case away."""
    found = open_for(radicado, Action.UNRESERVE)
    if request.method == "GET":
        reserve.check_mark(found, to=False)
    form = UnreserveForm(data=unsent(found))
    return decide(
        "staff/unreserve_case.html",
        found,
        form,
        lambda: reserve.unmark(
            radicado, reason=form.reason.data or "", author=account(), now=clock.now()
        ),
        "Dejó de ser sensible: lo ve toda la entidad.",
    )


@bp.route("/<radicado>/apartar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def recuse(radicado: str) -> ResponseReturnValue:
    """Set somebody of the staff apart from a case: whoever guards it anybody, and the rest
    themselves alone."""
    guards, me = account().may(Permission.GUARD), account()
    found = cases.find(radicado, account=me)
    if request.method == "GET" and not reserve.may_step_aside(found, me):
        found = open_for(radicado, Action.RECUSE)
    form = RecuseForm(data=unsent(found))
    form.offer(reserve.staff_to_recuse(found) if guards else [(me.id, me.display_name)])
    return decide(
        "staff/recuse.html",
        found,
        form,
        lambda: reserve.recuse(
            radicado,
            person_id=int(form.person.data),
            reason=form.reason.data or "",
            author=account(),
            now=clock.now(),
        ),
        "Apartada: esa persona ya no encuentra este caso.",
        apart=reserve.set_apart_from(found) if guards else [],
        guards=guards,
    )


@bp.route("/<radicado>/readmitir", methods=["GET", "POST"])
@staff_only(Permission.GUARD)
def readmit(radicado: str) -> ResponseReturnValue:
    """Take back that somebody was set apart from a case."""
    found = open_for(radicado, Action.RECUSE)
    apart = reserve.set_apart_from(found)
    form = ReadmitForm(data=unsent(found))
    form.offer((row.account_id, row.account.display_name) for row in apart)
    return decide(
        "staff/readmit.html",
        found,
        form,
        lambda: reserve.readmit(
            radicado,
            person_id=int(form.person.data),
            reason=form.reason.data or "",
            author=account(),
            now=clock.now(),
        ),
        "Readmitida: esa persona vuelve a encontrar este caso.",
        apart=apart,
    )


@bp.get("/<radicado>/lecturas")
@staff_only(Permission.GUARD)
def case_readings(radicado: str) -> ResponseReturnValue:
    """Who opened a sensitive case, when, and what for."""
    found = cases.find(radicado, account=account())
    return render_template("staff/case_readings.html", case=found, readings=readings.of_case(found))

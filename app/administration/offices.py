"""Routes of the entity's offices."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import CloseOfficeForm, OfficeForm
from app.administration.pages import form_page, marked
from app.administration.showing import answered, beside, went
from app.domain.roles import Permission
from app.refusals import attempt
from app.services import entities, offices
from app.services.offices import Held
from app.web import entity

ONE = "/dependencias/<int(max=2147483647):office_id>"


@bp.route("/dependencias", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def office_list() -> ResponseReturnValue:
    """The offices with what hangs on each; and opening one."""
    form, refusal = OfficeForm(), None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: offices.create(form.name.data or "", author=account(), now=clock.now())
        )
        if refusal is None:
            flash("Dependencia creada.", "success")
            return _to_list()
        refusal = beside(form, refusal)
    page = render_template(
        "administration/offices.html",
        form=form,
        refusal=refusal,
        offices=offices.of_entity(entity().id),
        held=offices.held(entity().id),
        nothing=Held(),
    )
    return answered(page, form, refusal)


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def rename_office(office_id: int) -> ResponseReturnValue:
    """Call an office otherwise."""
    office = offices.find(office_id, entity().id)
    form, refusal = OfficeForm(data=marked(name=office.name)), None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: offices.rename(
                office_id,
                form.name.data or "",
                author=account(),
                now=clock.now(),
                shown=form.shown.data or "",
            )
        )
        if refusal is None:
            flash("Nombre cambiado.", "success")
            return _to_list()
    return form_page(
        "administration/office.html",
        form,
        refusal,
        present=lambda: marked(name=offices.find(office_id, entity().id).name),
        office=office,
    )


@bp.route(f"{ONE}/desactivar", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def close_office(office_id: int) -> ResponseReturnValue:
    """Close an office: what hangs on it is seen first, and goes to another."""
    office = offices.find(office_id, entity().id)
    form, refusal = CloseOfficeForm(), None
    form.offer([other for other in entities.offices(entity().id) if other.id != office_id])
    if form.validate_on_submit():
        moved: list[int] = []
        refusal = attempt(
            lambda: moved.append(
                offices.close(office_id, to_id=form.chosen, author=account(), now=clock.now())
            )
        )
        if refusal is None:
            flash(f"Dependencia desactivada.{went(moved[0])}", "success")
            return _to_list()
        refusal = beside(form, refusal)
        office = offices.find(office_id, entity().id)
    page = render_template(
        "administration/close_office.html",
        form=form,
        refusal=refusal,
        office=office,
        held=offices.held(entity().id).get(office_id, Held()),
    )
    return answered(page, form, refusal)


@bp.post(f"{ONE}/activar")
@staff_only(Permission.ADMINISTER)
def reopen_office(office_id: int) -> ResponseReturnValue:
    """Open again an office that was closed."""
    offices.reopen(office_id, author=account(), now=clock.now())
    flash("Dependencia activada.", "success")
    return _to_list()


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("administration.office_list"), code=303)

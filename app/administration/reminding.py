"""Routes of the reminders to the staff."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import RemindersForm
from app.domain.roles import Permission
from app.refusals import attempt
from app.services import reminders
from app.web import entity


@bp.route("/recordatorios", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def reminding() -> ResponseReturnValue:
    """Choose on which days of the term the staff are reminded."""
    form = RemindersForm(data={"points": reminders.points_of(entity().id)})
    refusal = None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: reminders.set_points(form.points.data or "", author=account(), now=clock.now())
        )
        if refusal is None:
            flash("Recordatorios guardados.", "success")
            return redirect(url_for("administration.index"), code=303)
        if refusal.field:
            form.points.errors = [refusal.sentence]
    page = render_template(
        "administration/reminding.html",
        form=form,
        refusal=None if refusal and refusal.field else refusal,
    )
    return page, refusal.status if refusal else 200, refusal.headers if refusal else {}

"""Routes of the reminders to the staff."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import RemindersForm
from app.administration.pages import form_page, marked
from app.domain.roles import Permission
from app.refusals import attempt
from app.services import reminders
from app.web import entity


@bp.route("/recordatorios", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def reminding() -> ResponseReturnValue:
    """Choose on which days of the term the staff are reminded."""
    form, refusal = RemindersForm(data=_present()), None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: reminders.set_points(
                form.points.data or "",
                author=account(),
                now=clock.now(),
                shown=form.shown.data or "",
            )
        )
        if refusal is None:
            flash("Recordatorios guardados.", "success")
            return redirect(url_for("administration.index"), code=303)
    return form_page("administration/reminding.html", form, refusal, present=_present)


def _present() -> dict[str, str]:
    return marked(points=reminders.points_of(entity().id))

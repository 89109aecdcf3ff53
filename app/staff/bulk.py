"""Routes that give many cases at once."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.roles import Permission
from app.services import bulk, casework, entities
from app.staff.blueprint import bp
from app.staff.forms import AssignForm
from app.web import entity


@bp.post("/varios")
@staff_only(Permission.ASSIGN)
def many() -> ResponseReturnValue:
    """Choose to whom the marked cases go, see what will happen, and then what did."""
    marked = request.form.getlist("radicado")
    lines = bulk.chosen(marked, account())
    form = AssignForm()
    form.offer(entities.offices(entity().id), casework.people(entity().id))
    if not lines:
        return redirect(url_for("staff.queue"), code=303)
    is_sent = "confirm" in request.form
    if is_sent and form.validate():
        report = bulk.assign(
            [line.radicado for line in lines],
            author=account(),
            office_id=int(form.office.data),
            assignee_id=int(form.assignee.data) if form.assignee.data else None,
            note=form.note.data or "",
            now=clock.now(),
        )
        return render_template("staff/many_done.html", report=report)
    if not is_sent:
        form.process(formdata=None)
        form.offer(entities.offices(entity().id), casework.people(entity().id))
    page = render_template("staff/many.html", lines=lines, form=form)
    return page, 422 if form.errors else 200

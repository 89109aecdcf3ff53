"""Routes of the team for sensitive cases: who of the entity reads them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import MemberForm
from app.domain.roles import Permission
from app.refusals import attempt
from app.services import reserve_team as team
from app.web import entity


@bp.route("/reserva", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def reserve_team() -> ResponseReturnValue:
    """See who is in the team, and put somebody in it."""
    form = MemberForm()
    form.offer(team.candidates(entity().id))
    refusal = None
    if form.validate_on_submit():
        number = int(form.person.data)
        refusal = attempt(lambda: team.add(number, author=account(), now=clock.now()))
        if refusal is None:
            flash("Quedó en el equipo.", "success")
            return redirect(url_for("administration.reserve_team"), code=303)
    page = render_template(
        "administration/reserve_team.html",
        form=form,
        members=team.of_entity(entity().id),
        refusal=refusal,
    )
    status = refusal.status if refusal else 422 if form.errors else 200
    return page, status, refusal.headers if refusal else {}


@bp.post("/reserva/<int(max=2147483647):person_id>/quitar")
@staff_only(Permission.ADMINISTER)
def leave_reserve_team(person_id: int) -> ResponseReturnValue:
    """Take somebody out of the team."""
    team.remove(person_id, author=account(), now=clock.now())
    flash("Salió del equipo.", "success")
    return redirect(url_for("administration.reserve_team"), code=303)

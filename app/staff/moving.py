"""Routes of a case that changes hands: back to its office, or to another."""

from flask import request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.models import Requerimiento
from app.services import casework, entities, held, moving, workload
from app.staff.blueprint import bp
from app.staff.case import decide, open_for, unsent
from app.staff.forms import HandOverCaseForm, ReleaseForm
from app.web import entity


@bp.route("/<radicado>/soltar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def release(radicado: str) -> ResponseReturnValue:
    """Give the case back to its office, saying why."""
    found = _movable(radicado, Action.RELEASE)
    form = ReleaseForm(data=unsent(found))
    seen = form.see(casework.held_by(found))
    return decide(
        "staff/release.html",
        found,
        form,
        lambda: moving.release(
            found.radicado,
            note=form.note.data or "",
            seen=seen,
            author=account(),
            now=clock.now(),
        ),
        "Devuelto a la dependencia.",
    )


@bp.route("/<radicado>/pasar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def hand_over(radicado: str) -> ResponseReturnValue:
    """Hand the case over to another office, and perhaps to a person of it."""
    found, now = _movable(radicado, Action.HAND_OVER), clock.now()
    form, here = HandOverCaseForm(data=unsent(found)), found.office_id
    seen = form.see(casework.held_by(found))
    offices = [office for office in entities.offices(entity().id) if office.id != here]
    people = workload.colleagues(
        entity().id, now.date(), but=found.recused, is_sensitive=found.is_sensitive
    )
    form.offer(offices, [person for person in people if person.office_id != here])
    names = {str(office.id): office.name for office in offices}

    def act() -> str:
        moving.hand_over(
            found.radicado,
            office_id=int(form.office.data),
            assignee_id=int(form.assignee.data) if form.assignee.data else None,
            note=form.note.data or "",
            seen=seen,
            despite=form.despite.data,
            author=account(),
            now=now,
        )
        return f"Pasó a {names[form.office.data]}."

    return decide("staff/hand_over.html", found, form, act)


def _movable(radicado: str, action: Action) -> Requerimiento:
    """The case, if it can be moved: as `open_for`."""
    found = open_for(radicado, action)
    if request.method == "GET":
        reason = held.obstacle(found.id) or moving.obstacle(found, action)
        if reason is not None:
            raise reason
    return found

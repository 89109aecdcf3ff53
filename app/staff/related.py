"""Routes of what a case is linked with: linking, unlinking, and those that look like it."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from app import clock
from app.access import account, staff_only
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.forms import Form, visible
from app.models import Requerimiento
from app.services import cases, casework, likeness, related
from app.staff.blueprint import bp
from app.staff.case import decide, open_for, unsent

# What the case of the page becomes.
FOLLOWER, LEADER = "vinculado", "principal"


class LinkForm(Form):
    """Which other case, and which of the two leads."""

    other = StringField(
        "Radicado del otro requerimiento",
        filters=[visible],
        validators=[
            InputRequired("Escriba el radicado del otro requerimiento."),
            Length(max=40, message="Escriba solo el radicado."),
        ],
    )
    side = RadioField(
        "Cuál es el principal",
        choices=[
            SelectChoice(FOLLOWER, "El otro es el principal"),
            SelectChoice(LEADER, "Este es el principal"),
        ],
        default=FOLLOWER,
        invalid_choice_message="Elija cuál es el principal.",
    )


@bp.route("/<radicado>/vincular", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def link(radicado: str) -> ResponseReturnValue:
    """Link the case with another: a radicado that is typed, or one that looks like it."""
    found = open_for(radicado, Action.LINK)
    form = LinkForm(data=unsent(found))
    return decide(
        "staff/link.html",
        found,
        form,
        lambda: related.link(
            found.radicado,
            form.other.data or "",
            other_leads=form.side.data == FOLLOWER,
            author=account(),
            now=clock.now(),
        ),
        "Vinculados. El ciudadano no lo ve.",
        offer=partial(_offered, found),  # asked only if the page is shown
    )


@bp.post("/<radicado>/desvincular")
@staff_only(Permission.WORK)
def unlink(radicado: str) -> ResponseReturnValue:
    """Take the case from under its leader, and go back to the page of whichever it was asked in."""
    found = cases.find(radicado, account=account())
    code, back = found.radicado, normalise_radicado(request.form.get("back", ""))
    related.unlink(code, author=account(), now=clock.now())
    flash(f"{code} quedó desvinculado. Cada uno sigue como estaba.", "success")
    page = back if is_radicado(back) else code
    return redirect(url_for("staff.case", radicado=page), code=303)


@bp.get("/<radicado>/parecidos")
@staff_only(Permission.SEE_CASES)
def alike(radicado: str) -> ResponseReturnValue:
    """The cases of the entity that look like this one, to be linked with it."""
    found = cases.find(radicado, account=account())
    return render_template("staff/alike.html", case=found, **_offered(found))


def _offered(case: Requerimiento) -> dict[str, object]:
    """What looks like the case, and what the case may become beside another."""
    sides: list[str] = []
    if case.leader_id is None and casework.refusal(case, Action.LINK, account()) is None:
        sides = [LEADER] if related.leads(case) else [FOLLOWER, LEADER]
    return {
        "alike": likeness.alike(case, account=account(), now=clock.now()),
        "sides": sides,
    }

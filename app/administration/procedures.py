"""Routes of the catalogue of trámites (S9)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import ProcedureForm
from app.administration.pages import form_page
from app.domain.procedures import FREE, LIMITS
from app.domain.roles import Permission
from app.models import Procedure
from app.offering import Offer, offer_of
from app.refusals import Refusal, attempt
from app.services import procedures as service
from app.services import topics
from app.services.changes import mark_of
from app.services.procedures import ProcedurePlan
from app.web import entity

ONE = "/tramites/<int(max=2147483647):procedure_id>"


@bp.get("/tramites")
@staff_only(Permission.ADMINISTER)
def procedures() -> ResponseReturnValue:
    """The whole catalogue, with what is offered no more."""
    found = service.of_entity(entity().id)
    return render_template("administration/procedures.html", procedures=found)


@bp.route("/tramites/nuevo", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def new_procedure() -> ResponseReturnValue:
    """Add a trámite to the catalogue."""
    return _write(None, ProcedureForm(data={"cost": FREE, "is_active": True}))


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def edit_procedure(procedure_id: int) -> ResponseReturnValue:
    """Change a trámite, or offer it no more."""
    found = service.find(procedure_id, entity().id)
    return _write(found, ProcedureForm(data=_present(found)))


def _write(procedure: Procedure | None, form: ProcedureForm) -> ResponseReturnValue:
    form.offer(topics.branches(entity().id))
    number = procedure.id if procedure else None
    preview, refusal = None, None
    if form.validate_on_submit():
        if "preview" in request.form:
            preview, refusal = _previewed(_plan(form))
        else:
            refusal = attempt(
                lambda: service.save(
                    number,
                    _plan(form),
                    author=account(),
                    now=clock.now(),
                    shown=form.shown.data or "",
                )
            )
            if refusal is None:
                flash("Trámite guardado.", "success")
                return redirect(url_for("administration.procedures"), code=303)
    return form_page(
        "administration/procedure.html",
        form,
        refusal,
        present=lambda: _present(procedure) if procedure else {"shown": ""},
        procedure=procedure,
        preview=preview,
        limits=LIMITS,
    )


def _present(procedure: Procedure) -> dict[str, Any]:
    texts = {name: getattr(procedure, name) for name in (*LIMITS, "term_source", "is_active")}
    return texts | {
        "topic": str(procedure.topic_id or ""),
        "term_days": str(procedure.term_days or ""),
        "position": str(procedure.position),
        "shown": mark_of(service.facts_of(procedure)),
    }


def _previewed(plan: ProcedurePlan) -> tuple[Offer | None, Refusal | None]:
    """The trámite as citizens would read it, without keeping it; or why it cannot be kept."""
    now, found = clock.now(), []

    def show() -> None:
        found.append(offer_of(service.draft(plan, author=account(), now=now), entity(), now))

    refusal = attempt(show)
    return (found[0] if found else None), refusal


def _plan(form: ProcedureForm) -> ProcedurePlan:
    texts: dict[str, Any] = {name: form[name].data or "" for name in LIMITS}
    return ProcedurePlan(
        **texts,
        topic_id=int(form.topic.data) if form.topic.data else None,
        term_days=form.days,
        term_source=form.term_source.data or "",
        is_active=form.is_active.data,
        position=form.place,
    )

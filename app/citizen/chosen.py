"""The trámite of the catalogue that a filing form was opened for, and keeps until it is sent."""

from __future__ import annotations

from flask import request

from app import clock
from app.citizen.forms import FilingForm
from app.domain.errors import NotFound
from app.domain.requerimiento import Kind
from app.models import Procedure
from app.offering import Offer, offer_of
from app.services import procedures
from app.services.entities import EntityFacts
from app.services.filing import ProcedureNotOffered
from app.web import directory


def asked_for() -> tuple[str | None, str]:
    """The trámite that the address names, and the number of its entity or "". None says that it
    names none, and "" that there is to be none."""
    slug, prefix = request.args.get("tramite"), request.args.get("entidad", "")
    houses = directory().all(clock.now())
    house = next((one for one in houses if one.prefix == prefix.upper()), None)
    return slug, str(house.id) if house and slug else ""


def chosen(form: FilingForm, house: EntityFacts) -> Procedure | None:
    """The trámite that the form is for, whose kind it has then; None for any other form.

    One that is offered no more is said beside the kind, and the form goes on without it.
    """
    if not form.procedure.data:
        return None
    form.kind.data = Kind.PROCEDURE.value
    try:
        found = procedures.by_slug(form.procedure.data, house.id)
    except NotFound:
        found = None
    if found is None or not found.is_active:
        let_go(form)
        return None
    return found


def let_go(form: FilingForm) -> None:
    """Go on without the trámite, which is offered no more."""
    form.procedure.data = ""
    form.kind.errors = [*form.kind.errors, str(ProcedureNotOffered())]


def offer(procedure: Procedure | None, house: EntityFacts) -> Offer | None:
    """The trámite as the form shows it."""
    return offer_of(procedure, house, clock.now()) if procedure else None

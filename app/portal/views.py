"""Routes of the portal, with the guide's navigation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import limited, public
from app.domain.calendar import YearUnknown
from app.domain.errors import NotFound
from app.domain.explanation import explain
from app.domain.person import fold
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.requerimiento import Kind
from app.domain.terms import TermUnknown, term_for
from app.models import Procedure, Topic
from app.offering import offer_of
from app.portal.forms import NO_RECEIPT, YEARS, CalculatorForm, CheckFileForm, CheckForm
from app.services import entities, receipts
from app.services import procedures as catalogue
from app.services.entities import EntityFacts
from app.services.receipts import NotReceipt
from app.web import directory, entity, settings, speak_for

bp = Blueprint("portal", __name__)

CHECKS = "60/minute"
LONGEST_QUESTION = 120


@dataclass(frozen=True)
class Promise:
    """The term of a kind and the date it leads to if it is filed now."""

    days: int
    due: date


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """What can be done here, in three doors; before there is an entity, making the first."""
    if not directory().all(clock.now()):
        return redirect(url_for("registration.install"))
    return _home()


@bp.get("/generalidades")
@public
def general() -> ResponseReturnValue:
    """What the system is and how a requerimiento travels."""
    return render_template("portal/generalidades.html", kinds=list(Kind), terms=_terms(clock.now()))


@bp.get("/tramites")
@public
def procedures() -> ResponseReturnValue:
    """The catalogue of trámites of an entity, looked through by words (S9)."""
    house, question = _chosen_house(), request.args.get("q", "")[:LONGEST_QUESTION].strip()
    found = catalogue.offered(house.id, question)
    return render_template(
        "portal/tramites.html",
        house=house,
        houses=directory().all(clock.now()),
        question=question,
        groups=_by_branch(found),
        has_any=bool(found) or bool(question and catalogue.offered(house.id)),
        terms=_terms(clock.now()),
    )


@bp.get("/tramites/<slug>")
@public
def procedure(slug: str) -> ResponseReturnValue:
    """One trámite: what it asks for, what it costs, and when it would be answered."""
    house = _chosen_house()
    found = catalogue.by_slug(slug, house.id)
    several = len(directory().all(clock.now())) > 1
    if not found.is_active:
        page = render_template("portal/procedure_gone.html", procedure=found, house=house)
        return page, 410
    offer = offer_of(found, house, clock.now())
    return render_template("portal/procedure.html", offer=offer, house=house, several=several)


@bp.get("/consultas")
@public
def consultations() -> ResponseReturnValue:
    """What a consulta is and how to file one."""
    return render_template("portal/consultas.html", terms=_terms(clock.now()))


@bp.get("/sugerencias")
@public
def suggestions() -> ResponseReturnValue:
    """What a sugerencia is and how to file one."""
    return render_template("portal/sugerencias.html", terms=_terms(clock.now()))


@bp.get("/quejas-y-reclamos")
@public
def complaints() -> ResponseReturnValue:
    """What tells a queja from a reclamo, and how to file either."""
    return render_template("portal/quejas_y_reclamos.html", terms=_terms(clock.now()))


@bp.get("/calculadora")
@public
def calculator() -> ResponseReturnValue:
    """When an answer is due, by the day and hour of reception and the kind, day by day."""
    form = CalculatorForm(request.args, received=f"{clock.now():%d/%m/%Y %H:%M}")
    explanation = None
    if request.args and form.validate():
        try:
            course = entity().course(Kind(form.kind.data), form.moment)
            explanation = explain(course, form.moment.date())
        except (TermUnknown, YearUnknown):
            form.received.errors = [YEARS]
    page = render_template(
        "portal/calculator.html",
        form=form,
        explanation=explanation,
    )
    return page, 422 if form.errors else 200


@bp.route("/verificar", methods=["GET", "POST"])
@public
@limited(CHECKS)
def check() -> ResponseReturnValue:
    """Take the code of a receipt to its page, or say of a receipt as a file what it is worth."""
    if request.method == "POST" and "code" not in request.form:
        return _check_file()
    form = CheckForm()
    if form.validate_on_submit():
        return redirect(url_for("portal.check_receipt", code=form.code.data), code=303)
    return _ask_for_receipt(form), 422 if form.errors else 200


def _check_file() -> ResponseReturnValue:
    """Look at a file, every byte of it, and forget it (L5)."""
    form = CheckFileForm()
    if form.validate():
        try:
            inspected = receipts.inspect(form.document)
        except NotReceipt as refusal:
            form.file.errors = [str(refusal)]
        else:
            if inspected.held is not None:
                speak_for(inspected.held.entity_id)
            return render_template("portal/file_checked.html", found=inspected)
    return _ask_for_receipt(CheckForm(formdata=None), form), 422


def _ask_for_receipt(form: CheckForm, file_form: CheckFileForm | None = None) -> str:
    return render_template(
        "portal/check.html",
        form=form,
        file_form=file_form or CheckFileForm(formdata=None),
        limits=settings(),
    )


@bp.get("/verificar/<code>")
@public
@limited(CHECKS, reading=True)
def check_receipt(code: str) -> ResponseReturnValue:
    """Whether a receipt has that code, without showing what was asked nor who did (L5)."""
    form = CheckForm(formdata=None, code=code[:60])
    found = receipts.check(code)
    if found is None:
        form.code.errors = [NO_RECEIPT]
        return _ask_for_receipt(form), 404
    speak_for(found.entity_id)
    return render_template("portal/checked.html", receipt=found)


@bp.get("/datos-personales")
@public
def data_policy() -> ResponseReturnValue:
    """The notice on personal data in force (Ley 1581 of 2012, article 12)."""
    if not directory().all(clock.now()):
        raise NotFound("no entity has published a notice")
    return render_template(
        "portal/datos_personales.html", notice=entities.notice_in_force(entity().id)
    )


@bp.get("/accesibilidad")
@public
def accessibility() -> ResponseReturnValue:
    """How this site can be used by everyone, and whom to tell when it cannot."""
    return render_template("portal/accesibilidad.html")


@bp.post("/consultar")
@public
def lookup() -> ResponseReturnValue:
    """Take a radicado to its page, where whoever may see it signs in."""
    typed = request.form.get("radicado", "")[:40]
    code = normalise_radicado(typed)
    if is_radicado(code):
        return redirect(url_for("citizen.show", radicado=code), code=303)
    example = f"{entity().prefix}{clock.now().year}ER000001"
    error = f"Escriba el número de radicado como está en su constancia, por ejemplo {example}."
    return _home(error, typed), 422


def _chosen_house() -> EntityFacts:
    """The entity that the address names by its prefix, else the one of this house."""
    prefix = request.args.get("entidad", "").upper()
    return next((one for one in directory().all(clock.now()) if one.prefix == prefix), entity())


def _by_branch(found: Sequence[Procedure]) -> list[tuple[str, list[Procedure]]]:
    """The trámites below the root of their topic; those without one come last."""
    groups: dict[str, list[Procedure]] = {}
    for one in found:
        groups.setdefault(_root(one.topic), []).append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], fold(group[0])))


def _root(topic: Topic | None) -> str:
    while topic is not None and topic.parent is not None:
        topic = topic.parent
    return topic.name if topic else ""


def _home(lookup_error: str = "", lookup_value: str = "") -> str:
    terms = _terms(clock.now())
    return render_template(
        "portal/home.html",
        kinds=list(Kind),
        terms=terms,
        promise_due=terms[Kind.PETITION].due,
        lookup_error=lookup_error,
        lookup_value=lookup_value,
    )


def _terms(now: datetime) -> dict[Kind, Promise]:
    """The term of each kind, and when it would end if it were filed now."""
    here = entity()
    return {
        kind: Promise(term_for(kind, now.date()).days, here.deadline(kind, now).due_on)
        for kind in Kind
    }

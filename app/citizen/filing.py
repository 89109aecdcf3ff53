"""Routes that file: the form, its draft and its receipt. Nothing typed here may be lost.

A form that cannot be filed comes back with its words and its good files: 422 when something must
be corrected, 503 when the database or the disk takes nothing for now.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app import clock, papers, unfinished
from app.access import account, citizen_only, limited
from app.citizen import story
from app.citizen.blueprint import bp
from app.citizen.chosen import asked_for, chosen, let_go, offer
from app.citizen.forms import FilingForm
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.person import PersonKind
from app.domain.requerimiento import MAX_BODY, Kind
from app.domain.terms import Requester
from app.explained import promise_of
from app.extensions import db
from app.models import MessageKind, Procedure, Requerimiento
from app.papers import PAPERS
from app.services import cases, casework, drafts, entities, filing, likeness, receipts
from app.services.entities import EntityFacts
from app.services.filing import Filing, ProcedureNotOffered, TopicNotOffered
from app.services.storage import StoredFile
from app.unfinished import KeptFile
from app.web import day, directory, entity, settings, speak_for

log = logging.getLogger(__name__)


@dataclass
class Sheet:
    """The page being filled in: the form, the entity it goes to, the trámite, and its files.

    `is_restored` says that it came from a draft; `is_away` that nothing can be written now;
    `alike` is what its citizen has open already that says the same.
    """

    form: FilingForm
    entity: EntityFacts
    token: str
    procedure: Procedure | None = None
    kept: list[KeptFile] = field(default_factory=list)
    files: Sequence[StoredFile] = ()
    is_restored: bool = False
    is_away: bool = False
    alike: Requerimiento | None = None


@bp.route("/requerimientos/nuevo", methods=["GET", "POST"])
@citizen_only
def new() -> ResponseReturnValue:
    """*Agregar requerimiento*: file one and learn its radicado."""
    if request.method == "GET":
        return _show(_blank())
    sheet = _received()
    if sheet.form.errors:
        _keep(sheet)
        return _show(sheet)
    what = _filing(sheet)
    try:
        sheet.alike = None if "sure" in request.form else _alike(what, sheet.entity)
        if sheet.alike is not None:
            _keep(sheet)
            return _show(sheet)
        radicado = filing.file(what, citizen=account(), entity=sheet.entity, now=clock.now())
    except TopicNotOffered as refusal:
        sheet.form.topic.errors = [str(refusal)]
        return _show(sheet)
    except ProcedureNotOffered:
        sheet.procedure = None
        let_go(sheet.form)
        return _show(sheet)
    except OperationalError as failure:
        log.error("a filing met no database: %s", failure.orig)
        db.session.rollback()
        sheet.is_away = True
        return _show(sheet)
    return redirect(url_for("citizen.filed", radicado=radicado), code=303)


def _filing(sheet: Sheet) -> Filing:
    return Filing(
        kind=Kind(sheet.form.kind.data),
        body=sheet.form.body.data or "",
        submission=unfinished.nonce(account().id, drafts.FILING),
        requester=_requester(sheet.form),
        topic_id=sheet.form.topic_id,
        procedure_id=sheet.procedure.id if sheet.procedure else None,
        files=sheet.files,
        about_minor=sheet.form.about_minor.data,
        accused=sheet.form.accused.data or "",
    )


def _alike(what: Filing, house: EntityFacts) -> Requerimiento | None:
    """What the citizen has open in the entity that says the same, to be asked about once."""
    return likeness.of_citizen(
        account(),
        what.body,
        entity_id=house.id,
        forms=filing.form_names(what),
        account=account(),
    )


@bp.get("/requerimientos/<radicado>/constancia")
@citizen_only
def filed(radicado: str) -> ResponseReturnValue:
    """The receipt: number, date and time, annexes with their hashes, and the due date."""
    case = cases.find(radicado, account=account())
    annexes = cases.filed_with(case)
    promise = promise_of(case, receipts.of(case, annexes))
    speak_for(case.entity_id)
    return render_template(
        "citizen/filed.html",
        case=case,
        annexes=annexes,
        check=papers.check_of(case, annexes),
        promise=promise,
        next_steps=story.next_steps(case, promise.due_on),
    )


@bp.get("/requerimientos/<radicado>/constancia.pdf")
@citizen_only
@limited(PAPERS, reading=True)
def receipt(radicado: str) -> ResponseReturnValue:
    """The same receipt as an accessible PDF, signed."""
    return papers.receipt(cases.find(radicado, account=account()))


@bp.post("/requerimientos/borrador")
@citizen_only
def draft() -> ResponseReturnValue:
    """Keep what is being typed, here or in a case, without a page."""
    token = unfinished.read_token(account().id)
    if token is not None and token.form.startswith(f"{MessageKind.CONTRIBUTION}:"):
        casework.keep_draft(
            token.form.partition(":")[2],
            MessageKind.CONTRIBUTION,
            request.form.get("body", ""),
            submission=token.nonce,
            author=account(),
            now=clock.now(),
        )
    else:
        _keep_filing(unfinished.typed())
    return "", 204


@bp.post("/requerimientos/borrador/descartar")
@citizen_only
def discard() -> ResponseReturnValue:
    """Throw the draft away."""
    drafts.discard(account().id, drafts.FILING)
    flash("Descartamos el requerimiento que no había terminado.")
    if request.form.get("back") != "nuevo":
        return redirect(url_for("citizen.index"), code=303)
    asked: dict[str, Any] = {name: request.form.get(name) for name in ("tramite", "entidad")}
    return redirect(url_for("citizen.new", **asked), code=303)


def _blank() -> Sheet:
    """The form as it is opened: with the draft that was kept, else empty."""
    saved = drafts.load(account().id, drafts.FILING) or {}
    slug, house_id = asked_for()
    form = FilingForm(
        formdata=None,
        entity=house_id if slug else saved.get("entity", ""),
        procedure=saved.get("procedure", "") if slug is None else slug,
        kind=saved.get("kind") or request.args.get("kind", ""),
        requester=saved.get("requester") or Requester.PERSON.value,
        topic=saved.get("topic", ""),
        body=saved.get("body", ""),
        about_minor=bool(saved.get("about_minor")),
        accused=saved.get("accused", ""),
    )
    house = form.among(directory().all(clock.now())) or entity()
    return Sheet(
        form=form,
        entity=house,
        token=_new_token(),
        procedure=chosen(form, house),
        kept=unfinished.kept_in(saved, account().id),
        is_restored=bool(saved.get("body") or saved.get("kept")),
    )


def _received() -> Sheet:
    """The form as it was sent; its good files are safe from here on."""
    received = unfinished.receive(account().id)
    form = FilingForm()
    house = form.among(directory().all(clock.now()))
    form.validate()
    form.add_problems(received.problems)
    is_known = unfinished.read_token(account().id, drafts.FILING) is not None
    return Sheet(
        form=form,
        entity=house or entity(),
        procedure=chosen(form, house or entity()),
        token=request.form["submission"] if is_known else _new_token(),
        kept=unfinished.shown_again(received.kept, account().id),
        files=received.kept,
        is_away=received.is_full,
    )


def _show(sheet: Sheet) -> ResponseReturnValue:
    """The page, with the status and the words that fit what happened."""
    now = clock.now()
    houses = directory().all(now)
    offer_topics(sheet.form, houses, sheet.procedure)
    page = render_template(
        "citizen/new.html",
        sheet=sheet,
        form=sheet.form,
        citizen=f"{sheet.entity.short_name}, {account().display_name}".upper(),
        hints={} if sheet.procedure else hints_for(sheet.entity, now),
        offer=offer(sheet.procedure, sheet.entity),
        asks_entity=len(houses) > 1,
        asks_requester=_may_be_an_authority(),
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    if sheet.is_away:
        return page, 503, {"Retry-After": "30"}
    is_refused = sheet.form.errors and request.method == "POST"
    return page, 422 if is_refused or sheet.alike else 200


def offer_topics(
    form: FilingForm, houses: Sequence[EntityFacts], procedure: Procedure | None
) -> None:
    """Fill the list of topics; a trámite of the catalogue brings its own."""
    topics = (
        {}
        if procedure
        else {one.name: entities.offered(one.id, public_only=True) for one in houses}
    )
    form.offer_topics(topics)


def hints_for(house: EntityFacts, now: datetime) -> dict[str, str]:
    """Each kind in a sentence, with its term and the date it would lead to."""
    hints = {}
    for kind in Kind:
        deadline = house.deadline(kind, now)
        hints[kind.value] = (
            f"{kind.definition} Por ley, {deadline.days} días hábiles: hasta el "
            f"{day(deadline.due_on)}."
        )
    return hints


def _may_be_an_authority() -> bool:
    """Authorities file from the account of an organisation; nobody else is asked."""
    return account().person_kind is PersonKind.LEGAL


def _requester(form: FilingForm) -> Requester:
    return Requester(form.requester.data) if _may_be_an_authority() else Requester.PERSON


def _keep(sheet: Sheet) -> None:
    """Let a refused form be found again, also by who closes the page instead of correcting it."""
    fields = {**unfinished.typed(), "kept": [file.token for file in sheet.kept]}
    try:
        _keep_filing(fields)
    except OperationalError as failure:
        log.warning("a draft could not be kept: %s", failure.orig)
        db.session.rollback()


def _keep_filing(fields: dict[str, object]) -> None:
    body = str(fields.get("body", ""))
    token = unfinished.read_token(account().id, drafts.FILING)
    if not body.strip() and not fields.get("kept"):
        drafts.discard(account().id, drafts.FILING)
    elif token is None or not filing.was_filed(account(), token.nonce, body):
        drafts.save(account().id, drafts.FILING, fields, clock.now())


def _new_token() -> str:
    return unfinished.new_token(account().id, drafts.FILING, url_for("citizen.new"))

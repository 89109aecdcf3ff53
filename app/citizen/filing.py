"""Routes that file: the form, its draft and its receipt. Nothing typed here may be lost.

A form that cannot be filed comes back with its words and its good files: 422 when something must
be corrected, 503 when the database or the disk takes nothing for now.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app import clock, papers, unfinished
from app.access import account, citizen_only, limited
from app.citizen import story
from app.citizen.blueprint import bp
from app.citizen.forms import FilingForm
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.person import PersonKind
from app.domain.requerimiento import MAX_BODY, Kind
from app.domain.terms import Requester
from app.explained import promise_of
from app.extensions import db
from app.models import MessageKind
from app.papers import PAPERS
from app.services import cases, casework, drafts, entities, filing, receipts
from app.services.entities import EntityFacts
from app.services.filing import Filing, TopicNotOffered
from app.services.storage import StoredFile
from app.unfinished import KeptFile
from app.web import day, directory, entity, settings

log = logging.getLogger(__name__)


@dataclass
class Sheet:
    """The page being filled in: the form, the entity it goes to, and its files.

    `is_restored` says that it came from a draft; `is_away` that nothing can be written now.
    """

    form: FilingForm
    entity: EntityFacts
    token: str
    kept: list[KeptFile] = field(default_factory=list)
    files: Sequence[StoredFile] = ()
    is_restored: bool = False
    is_away: bool = False


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
    try:
        radicado = filing.file(
            Filing(
                kind=Kind(sheet.form.kind.data),
                body=sheet.form.body.data or "",
                submission=unfinished.nonce(account().id, drafts.FILING),
                requester=_requester(sheet.form),
                topic_id=sheet.form.topic_id,
                files=sheet.files,
            ),
            citizen=account(),
            entity=sheet.entity,
            now=clock.now(),
        )
    except TopicNotOffered as refusal:
        sheet.form.topic.errors = [str(refusal)]
        return _show(sheet)
    except OperationalError as failure:
        log.error("a filing met no database: %s", failure.orig)
        db.session.rollback()
        sheet.is_away = True
        return _show(sheet)
    return redirect(url_for("citizen.filed", radicado=radicado), code=303)


@bp.get("/requerimientos/<radicado>/constancia")
@citizen_only
def filed(radicado: str) -> ResponseReturnValue:
    """The receipt: number, date and time, annexes with their hashes, and the due date."""
    case = cases.find(radicado, account=account())
    annexes = cases.filed_with(case)
    promise = promise_of(case, receipts.of(case, annexes))
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
    back = "citizen.new" if request.form.get("back") == "nuevo" else "citizen.index"
    return redirect(url_for(back), code=303)


def _blank() -> Sheet:
    """The form as it is opened: with the draft that was kept, else empty."""
    saved = drafts.load(account().id, drafts.FILING) or {}
    form = FilingForm(
        formdata=None,
        entity=saved.get("entity", ""),
        kind=saved.get("kind") or request.args.get("kind", ""),
        requester=saved.get("requester") or Requester.PERSON.value,
        topic=saved.get("topic", ""),
        body=saved.get("body", ""),
    )
    return Sheet(
        form=form,
        entity=form.among(directory().all(clock.now())) or entity(),
        token=_new_token(),
        kept=unfinished.kept_in(saved, account().id),
        is_restored=bool(saved.get("body") or saved.get("kept")),
    )


def _received() -> Sheet:
    """The form as it was sent; its good files are safe from here on."""
    received = unfinished.receive(account().id)
    form = FilingForm()
    chosen = form.among(directory().all(clock.now()))
    form.validate()
    form.add_problems(received.problems)
    is_known = unfinished.read_token(account().id, drafts.FILING) is not None
    return Sheet(
        form=form,
        entity=chosen or entity(),
        token=request.form["submission"] if is_known else _new_token(),
        kept=unfinished.shown_again(received.kept, account().id),
        files=received.kept,
        is_away=received.is_full,
    )


def _show(sheet: Sheet) -> ResponseReturnValue:
    """The page, with the status and the words that fit what happened."""
    now = clock.now()
    houses = directory().all(now)
    sheet.form.offer_topics(
        {house.name: entities.topics(house.id, public_only=True) for house in houses}
    )
    page = render_template(
        "citizen/new.html",
        sheet=sheet,
        form=sheet.form,
        citizen=f"{sheet.entity.short_name}, {account().display_name}".upper(),
        hints=hints_for(sheet.entity, now),
        asks_entity=len(houses) > 1,
        asks_requester=_may_be_an_authority(),
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    if sheet.is_away:
        return page, 503, {"Retry-After": "30"}
    return page, 422 if sheet.form.errors else 200


def hints_for(house: EntityFacts, now: datetime) -> dict[str, str]:
    """Each kind in a sentence, with its term and the date it would lead to."""
    hints = {}
    for kind in Kind:
        deadline = house.deadline(kind, now)
        hints[kind.value] = (
            f"{kind.definition} {deadline.days} días hábiles; si radica ahora, la respuesta "
            f"vence el {day(deadline.due_on)}."
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

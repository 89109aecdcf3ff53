"""Routes without an account (L6): file with one's name or with none, keep the key, come back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app import clock, devices, unfinished
from app.access import limited, public
from app.citizen.blueprint import bp
from app.citizen.chosen import asked_for, chosen, let_go, offer
from app.citizen.filing import hints_for, offer_topics
from app.citizen.forms import FollowForm, GuestForm, KeyForm
from app.domain.access_key import unknown_words
from app.domain.errors import Throttled
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.personal_data import Found, personal_data_in
from app.domain.radicado import normalise_radicado
from app.domain.registration import FieldRefused
from app.domain.requerimiento import MAX_BODY, Kind
from app.extensions import db
from app.models import Procedure
from app.services import guests
from app.services.entities import EntityFacts
from app.services.filing import Filing, ProcedureNotOffered, TopicNotOffered
from app.services.storage import StoredFile
from app.unfinished import KeptFile
from app.web import directory, entity, settings, speak_for

log = logging.getLogger(__name__)

NOBODY = 0  # whose the forms and files of a visitor are
FORM = "sin-cuenta"
FILINGS, TRIES = "30/hour", "30/minute"
TELLS = "Lo que escribió puede decir quién es usted. Quítelo, o marque que quiere dejarlo."
NOT_TOGETHER = "El radicado y la clave no van juntos. Revise los dos."


@dataclass
class GuestSheet:
    """The page being filled in. `traces` are what an anonymous text may tell of who writes."""

    form: GuestForm
    entity: EntityFacts
    token: str
    kept: list[KeptFile] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    traces: list[Found] = field(default_factory=list)
    procedure: Procedure | None = None
    is_away: bool = False


@bp.route("/radicar", methods=["GET", "POST"])
@public
@limited(FILINGS)
def without_account() -> ResponseReturnValue:
    """File without an account, with one's name or with none."""
    if request.method == "GET":
        return _show(_blank())
    sheet = _received()
    if sheet.form.errors or sheet.traces:
        return _show(sheet)
    what = Filing(
        kind=Kind(sheet.form.kind.data),
        body=sheet.form.body.data or "",
        submission=unfinished.nonce(NOBODY, FORM),
        topic_id=sheet.form.topic_id,
        procedure_id=sheet.procedure.id if sheet.procedure else None,
        files=sheet.files,
        about_minor=sheet.form.about_minor.data,
        accused=sheet.form.accused.data or "",
    )
    try:
        filed = guests.file(
            what,
            person=None if sheet.form.anonymous.data else sheet.form.person,
            entity=sheet.entity,
            signer=unfinished.signer(),
            now=clock.now(),
        )
    except FieldRefused as refusal:
        sheet.form.refuse(refusal.field, str(refusal))
        return _show(sheet)
    except TopicNotOffered as refusal:
        sheet.form.topic.errors = [str(refusal)]
        return _show(sheet)
    except ProcedureNotOffered:
        sheet.procedure = None
        let_go(sheet.form)
        return _show(sheet)
    except OperationalError as failure:
        log.error("a filing without an account met no database: %s", failure.orig)
        db.session.rollback()
        sheet.is_away = True
        return _show(sheet)
    session["filed"] = [filed.radicado, guests.name_of(what), sheet.entity.id]
    return redirect(url_for("citizen.key"), code=303)


@bp.route("/radicar/clave", methods=["GET", "POST"])
@public
@limited(TRIES)
def key() -> ResponseReturnValue:
    """The key, until it was typed once: then the receipt."""
    if "filed" not in session:
        return redirect(url_for("citizen.follow"), code=303)
    radicado, name, *house_id = session["filed"]
    if house_id:  # a session from before it was kept has none
        speak_for(*house_id)
    form = KeyForm()
    if form.validate_on_submit():
        opened = guests.enter(radicado, form.key.data or "", now=clock.now())
        if opened is not None:
            session.pop("filed")
            devices.begin(opened[1])
            return redirect(url_for("citizen.filed", radicado=radicado), code=303)
        form.key.errors = [_wrong_key(form.key.data or "", "Esa no es la clave.")]
    page = render_template(
        "citizen/key.html",
        form=form,
        radicado=radicado,
        key=guests.key_of(name, unfinished.signer()),
    )
    return page, 422 if form.errors else 200


@bp.route("/seguimiento", methods=["GET", "POST"])
@public
@limited(TRIES)
def follow() -> ResponseReturnValue:
    """Open a case that was filed without an account, with its radicado and its key."""
    form = FollowForm()
    if not form.validate_on_submit():
        page = render_template("citizen/follow.html", form=form, wait="")
        return page, 422 if form.errors else 200
    try:
        opened = guests.enter(form.radicado.data or "", form.key.data or "", now=clock.now())
    except Throttled as wait:
        page = render_template("citizen/follow.html", form=form, wait=str(wait.retry_after))
        return page, 429, {"Retry-After": str(wait.retry_after)}
    if opened is None:
        form.key.errors = [_wrong_key(form.key.data or "", NOT_TOGETHER)]
        return render_template("citizen/follow.html", form=form, wait=""), 422
    devices.begin(opened[1])
    code = normalise_radicado(form.radicado.data or "")
    return redirect(url_for("citizen.show", radicado=code), code=303)


def _wrong_key(typed: str, sentence: str) -> str:
    unknown = unknown_words(typed)
    return f"{sentence} «{unknown[0]}» no es una palabra de las claves." if unknown else sentence


def _blank() -> GuestSheet:
    kind, (slug, house_id) = request.args.get("kind", ""), asked_for()
    form = GuestForm(
        formdata=None,
        kind=kind,
        anonymous=kind == Kind.REPORT.value,
        procedure=slug or "",
        entity=house_id,
    )
    house = form.among(directory().all(clock.now())) or entity()
    return GuestSheet(form=form, entity=house, token=_new_token(), procedure=chosen(form, house))


def _received() -> GuestSheet:
    """The form as it was sent; its good files are safe from here on."""
    received = unfinished.receive(NOBODY)
    form = GuestForm()
    house = form.among(directory().all(clock.now()))
    form.validate()
    form.add_problems(received.problems)
    is_known = unfinished.read_token(NOBODY, FORM) is not None
    told = form.anonymous.data and not form.keep_traces.data
    return GuestSheet(
        form=form,
        entity=house or entity(),
        procedure=chosen(form, house or entity()),
        token=request.form["submission"] if is_known else _new_token(),
        kept=unfinished.shown_again(received.kept, NOBODY),
        files=received.kept,
        traces=_traces(form.body.data or "", received.kept) if told else [],
        is_away=received.is_full,
    )


def _traces(body: str, files: Sequence[StoredFile]) -> list[Found]:
    """What may tell who writes, in the words and in the names of the files."""
    names = (file.name.rpartition(".")[0].replace("_", " ") for file in files)
    return [found for text in (body, *names) for found in personal_data_in(text)]


def _show(sheet: GuestSheet) -> ResponseReturnValue:
    now = clock.now()
    houses = directory().all(now)
    offer_topics(sheet.form, houses, sheet.procedure)
    if sheet.traces:
        sheet.form.keep_traces.errors = [TELLS]
    page = render_template(
        "citizen/without_account.html",
        sheet=sheet,
        form=sheet.form,
        hints={} if sheet.procedure else hints_for(sheet.entity, now),
        offer=offer(sheet.procedure, sheet.entity),
        asks_entity=len(houses) > 1,
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    if sheet.is_away:
        return page, 503, {"Retry-After": "30"}
    return page, 422 if sheet.form.errors and request.method == "POST" else 200


def _new_token() -> str:
    return unfinished.new_token(NOBODY, FORM, url_for("citizen.without_account"))

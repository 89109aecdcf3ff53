"""Routes of the counter: who stands there, what they bring, and the paper they take home."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, explained, papers, unfinished
from app.access import account, limited, staff_only
from app.domain.errors import NotFound
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.person import DocumentType, display_document, document_problem, normalise_document
from app.domain.requerimiento import MAX_BODY, Channel, Kind
from app.domain.roles import Permission
from app.domain.telling import Untold
from app.domain.terms import Requester
from app.models import Account, Requerimiento
from app.papers import PAPERS
from app.refusals import Refusal, attempt
from app.services import (
    accounts,
    cases,
    citizens,
    claims,
    drafts,
    entities,
    filing,
    likeness,
    procedures,
    receipts,
    untold,
)
from app.services.filing import CounterFiling, Dictation, Filing
from app.services.storage import StoredFile
from app.staff import showing
from app.staff.blueprint import bp
from app.staff.forms import CHANNEL_HINTS, CLAIM_HINTS, CounterForm, LookupForm, WhoForm
from app.unfinished import KeptFile, signer
from app.web import entity, settings

REGISTERED_MEANWHILE = (
    "Mientras usted escribía se abrió una cuenta con ese documento. Revise a nombre de quién está "
    "y radique otra vez: lo que escribió sigue aquí."
)

# The questions that are asked once before filing.
SURE, UNREACHABLE = "sure", "unreachable"

log = logging.getLogger(__name__)


@dataclass
class Desk:
    """The second page of the counter: for whom, what is typed, and why it was not filed. `alike` is
    what the person has open already that says the same; `is_unreachable` says that nobody could
    tell them the answer. Each is asked once: `asked` names the questions that were shown."""

    form: CounterForm
    document_type: DocumentType
    document_number: str
    found: Account | None
    token: str
    kept: list[KeptFile] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    is_full: bool = False
    refusal: Refusal | None = None
    alike: Requerimiento | None = None
    is_unreachable: bool = False
    asked: set[str] = field(default_factory=set)

    @property
    def display_document(self) -> str:
        """The document as people write it."""
        return display_document(self.document_type, self.document_number)


@bp.route("/ventanilla", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def counter() -> ResponseReturnValue:
    """Ask for the document of who stands at the counter, then open the form for them."""
    form = LookupForm()
    if not form.validate_on_submit():
        return _ask(form, WhoForm(formdata=None))
    return _open(form.document_type.data, form.document_number.data or "")


@bp.post("/ventanilla/buscar")
@staff_only(Permission.COUNTER)
def counter_find() -> ResponseReturnValue:
    """Look for who does not have their document. A POST: no address says whom one looks for."""
    form = WhoForm()
    if not form.validate_on_submit():
        return _ask(LookupForm(formdata=None), form)
    people = citizens.known_as(form.who.data or "", reader=account())
    log.info("account %s found %s people at the counter", account().id, len(people))
    return _ask(LookupForm(formdata=None), form, people)


@bp.post("/ventanilla/elegir")
@staff_only(Permission.COUNTER)
def counter_choose() -> ResponseReturnValue:
    """Open the form for one of the people who were found."""
    typed = request.form.get("person", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    chosen = citizens.may_file_for(number, reader=account())
    if chosen is None or chosen.document_type is None:
        raise NotFound("a person of the counter")
    return _open(chosen.document_type, chosen.document_number or "")


@bp.route("/ventanilla/radicar", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def counter_file() -> ResponseReturnValue:
    """File what the person brings, and open their account if they have none."""
    if request.method == "GET":
        return _resume()
    form = _blank_form()
    if document_problem_of(form):
        raise NotFound("a document that the first page did not ask for")
    desk = _received(form)
    if not _is_good(desk):
        return _show(desk, 503 if desk.is_full else 422)
    filed: list[CounterFiling] = []
    desk.refusal = attempt(lambda: filed.extend(_file_or_ask(desk)))
    if desk.alike is not None or desk.is_unreachable:
        return _show(desk, 422)
    if desk.refusal is not None:
        return _refused(desk, desk.refusal)
    return redirect(url_for("staff.counter_receipt", radicado=filed[0].radicado), code=303)


@bp.post("/ventanilla/borrador")
@staff_only(Permission.COUNTER)
def counter_draft() -> ResponseReturnValue:
    """Keep what is being typed, without a page."""
    token = unfinished.read_token(account().id, drafts.COUNTER)
    filing.keep_counter_draft(
        unfinished.typed(),
        submission=token.nonce if token else "",
        clerk=account(),
        now=clock.now(),
    )
    return "", 204


@bp.post("/ventanilla/descartar")
@staff_only(Permission.COUNTER)
def counter_discard() -> ResponseReturnValue:
    """Throw away what was left half written at the counter."""
    drafts.discard(account().id, drafts.COUNTER)
    flash("Se descartó lo que estaba sin radicar.", "info")
    return redirect(url_for("staff.counter"), code=303)


@bp.get("/ventanilla/<radicado>/constancia")
@staff_only(Permission.COUNTER)
def counter_receipt(radicado: str) -> ResponseReturnValue:
    """The receipt, to be printed. The code is on it only for a while after filing."""
    found = cases.find(radicado, account=account())
    if found.channel is Channel.WEB:
        raise NotFound(radicado)
    file, now = cases.open_file(radicado, account=account()), clock.now()
    explanation = explained.clock_at_filing(found).explanation
    return render_template(
        "staff/counter_receipt.html",
        case=found,
        due_on=explained.promise_of(found, receipts.of(found, file.attachments)).due_on,
        basis=explanation.basis,
        files=showing.links(file.attachments),
        check=papers.check_of(found, file.attachments),
        code=claims.code_to_show(found.citizen_id, clerk=account(), signer=signer(), now=now),
        claim=citizens.live_claim(found.citizen_id, now),
        site=settings().base_url,
    )


@bp.get("/<radicado>/constancia.pdf")
@staff_only(Permission.SEE_CASES)
@limited(PAPERS, reading=True)
def receipt(radicado: str) -> ResponseReturnValue:
    """The receipt of a case as an accessible PDF, signed."""
    return papers.receipt(cases.find(radicado, account=account()))


@bp.post("/ventanilla/<radicado>/entregada")
@staff_only(Permission.COUNTER)
def counter_done(radicado: str) -> ResponseReturnValue:
    """The paper was handed over: the code is not shown again, and the next person comes."""
    citizen_id = cases.find(radicado, account=account()).citizen_id
    claims.hand_over(citizen_id, clerk=account(), now=clock.now())
    return redirect(url_for("staff.counter"), code=303)


def document_problem_of(form: CounterForm) -> str | None:
    """What is wrong with the document that the form carries along, if anything."""
    kind, number = form.document_type.data, form.document_number.data or ""
    if kind not in set(DocumentType):
        return "Elija el tipo de documento."
    return document_problem(DocumentType(kind), number)


def _ask(
    form: LookupForm, who: WhoForm, people: Sequence[Account] | None = None
) -> ResponseReturnValue:
    """The first page of the counter, with those who were found if somebody was looked for."""
    page = render_template(
        "staff/counter.html",
        form=form,
        who=who,
        people=people[: citizens.MOST_FOUND] if people is not None else None,
        are_more=people is not None and len(people) > citizens.MOST_FOUND,
        draft=_draft(),
        waiting=untold.counts(account())[Untold.NO_MAIL],
    )
    return page, 422 if form.errors or who.errors else 200


def _open(document_type: str, document_number: str) -> ResponseReturnValue:
    desk = _desk(document_type, document_number, _blank_form())
    if desk.found is not None:
        # Accounts belong to the installation: who looks whom up is written down.
        log.info("account %s looked up account %s at the counter", account().id, desk.found.id)
    return _show(desk)


def _draft() -> dict[str, Any] | None:
    return drafts.load(account().id, drafts.COUNTER)


def _resume() -> ResponseReturnValue:
    """Go on with what the end of a session left half written."""
    kept = _draft()
    if kept is None:
        return redirect(url_for("staff.counter"))
    form = _blank_form(**{name: value for name, value in kept.items() if value})
    if document_problem_of(form):
        return redirect(url_for("staff.counter"))
    desk = _desk(form.document_type.data, form.document_number.data or "", form)
    desk.kept = unfinished.kept_in(kept, account().id)
    return _show(desk)


def _blank_form(**values: Any) -> CounterForm:
    form = CounterForm(**values)
    form.offer(
        entities.offered(entity().id, public_only=False),
        procedures.offered(entity().id),
        document_as_password=settings().document_as_first_password,
    )
    return form


def _desk(document_type: str, document_number: str, form: CounterForm) -> Desk:
    """The second page for a document: with the person's account, if there is one."""
    kind, number = DocumentType(document_type), normalise_document(document_number)
    form.document_type.data, form.document_number.data = kind.value, number
    token = request.form.get("submission", "")
    if not unfinished.read_token(account().id, drafts.COUNTER):
        token = unfinished.new_token(account().id, drafts.COUNTER, url_for("staff.counter_file"))
    return Desk(
        form=form,
        document_type=kind,
        document_number=number,
        found=accounts.by_document(kind, number),
        token=token,
    )


def _received(form: CounterForm) -> Desk:
    """The second page as it was sent; its good files are safe from here on."""
    received = unfinished.receive(account().id)
    desk = _desk(form.document_type.data, form.document_number.data or "", form)
    desk.kept = unfinished.shown_again(received.kept, account().id)
    desk.files, desk.is_full = received.kept, received.is_full
    form.validate()
    form.add_problems(received.problems)
    return desk


def _is_good(desk: Desk) -> bool:
    person_is_good = desk.found is not None or desk.form.check_person()
    return person_is_good and not desk.form.errors


def _file_or_ask(desk: Desk) -> list[CounterFiling]:
    """File it, unless the person found has the same open already, or cannot be told the answer, and
    nobody was asked about it."""
    form = desk.form
    what = Filing(
        kind=Kind(form.kind.data),
        body=form.body.data or "",
        submission=unfinished.nonce(account().id, drafts.COUNTER),
        requester=Requester(form.requester.data),
        topic_id=int(form.topic.data) if form.topic.data else None,
        procedure_id=int(form.procedure.data) if form.procedure.data else None,
        files=desk.files,
        about_minor=form.about_minor.data,
        accused=form.accused.data or "",
    )
    desk.asked = {SURE, UNREACHABLE} & set(request.form)
    desk.is_unreachable = UNREACHABLE not in desk.asked and not _is_reachable(desk)
    if desk.found is not None and SURE not in desk.asked:
        desk.alike = likeness.of_citizen(
            desk.found,
            what.body,
            entity_id=entity().id,
            forms=filing.form_names(what),
            account=account(),
        )
    if desk.alike:
        desk.asked.add(SURE)
    if desk.is_unreachable:
        desk.asked.add(UNREACHABLE)
    return [] if desk.alike or desk.is_unreachable else [_file(desk, what)]


def _is_reachable(desk: Desk) -> bool:
    """Whether somebody could tell them the answer: whoever came takes a receipt with a code, a
    letter says whom it is from, and whoever called left where to find them or follows it online."""
    if desk.form.channel.data != Channel.PHONE:
        return True
    if desk.found is not None:
        person = desk.found
        looks = person.is_complete or citizens.live_claim(person.id, clock.now()) is not None
        return looks or bool(person.phone or person.email or person.address)
    return any((desk.form[name].data or "").strip() for name in ("phone", "email", "address"))


def _file(desk: Desk, what: Filing) -> CounterFiling:
    form = desk.form
    return filing.file_at_counter(
        what,
        clerk=account(),
        entity=entity(),
        channel=Channel(form.channel.data),
        citizen_id=desk.found.id if desk.found else None,
        person=None if desk.found else form.person,
        claim_by=form.claim_by.data,
        signer=signer(),
        document_seen=form.document_seen.data,
        dictation=Dictation(form.read_back.data, form.language.data or ""),
        now=clock.now(),
    )


def _refused(desk: Desk, refusal: Refusal) -> ResponseReturnValue:
    desk.found = accounts.by_document(desk.document_type, desk.document_number)
    if refusal.field == "document_number" and desk.found is not None:
        desk.refusal = Refusal(409, REGISTERED_MEANWHILE)
        return _show(desk, 409)
    if refusal.field:
        desk.form.refuse(refusal.field, refusal.sentence)
        desk.refusal = None
    return _show(desk, refusal.status, refusal.headers)


def _show(
    desk: Desk, status: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "staff/counter_file.html",
        desk=desk,
        form=desk.form,
        claim=citizens.live_claim(desk.found.id, clock.now()) if desk.found else None,
        kind_hints={kind.value: kind.definition for kind in Kind},
        channel_hints={channel.value: hint for channel, hint in CHANNEL_HINTS.items()},
        claim_hints={kind.value: hint for kind, hint in CLAIM_HINTS.items()},
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    return page, status, headers or {}

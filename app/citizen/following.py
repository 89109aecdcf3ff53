"""Routes that follow: the list, the case with its conversation, and sending more."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app import clock, papers, unfinished
from app.access import account, citizen_only, fresh, limited
from app.citizen import story
from app.citizen.blueprint import bp
from app.citizen.forms import ContributionForm, WithdrawForm
from app.domain.appeal import AGAINST_THEIR_WILL
from app.domain.consent import in_force
from app.domain.errors import RuleBroken
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.requerimiento import (
    MAX_BODY,
    Action,
    Kind,
    Status,
    allowed_actions,
    excerpt,
    next_status,
)
from app.extensions import db
from app.models import MessageKind
from app.papers import PAPERS
from app.services import (
    cases,
    casework,
    consents,
    decisions,
    drafts,
    legal,
    mentions,
    readings,
    untold,
)
from app.services.cases import CaseFile
from app.services.casework import Writing
from app.services.legal import Sender
from app.services.legal_letters import tells_remedy
from app.services.mentions import Answerable
from app.services.storage import StoredFile
from app.unfinished import KeptFile
from app.web import day, directory, settings, speak_for

log = logging.getLogger(__name__)

PAGE = 20
ACCEPTED_IT = "Aceptó que le notifiquen este requerimiento por el sistema."
GOES_TO = {
    Answerable.HOLDER: "le llega a quien tiene el caso",
    Answerable.SIGNER: "le llega a quien firmó la decisión",
    Answerable.COORDINATORS: "le llega a quien coordina los requerimientos de la entidad",
    Answerable.NOBODY: "queda en este requerimiento, por decidir",
}
REVOKED_IT = "Ya no acepta que le notifiquen este requerimiento por el sistema."


@dataclass
class Contribution:
    """What is being sent to a case, and why it was not taken. It does not ask the database."""

    form: ContributionForm
    token: str
    kept: list[KeptFile] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    status: int = 200
    refusal: str = ""


@bp.get("/requerimientos")
@citizen_only
def index() -> ResponseReturnValue:
    """Everything the person has filed, and the way to file more."""
    before = _before()
    rows = cases.of_citizen(account(), before=before, size=PAGE + 1)
    today = clock.now().date()
    shown = rows[:PAGE]
    return render_template(
        "citizen/index.html",
        rows=[(case, story.light_of(case, today), story.ended(case)) for case in shown],
        next_before=shown[-1].id if len(rows) > PAGE else None,
        is_first_page=before is None,
        several_entities=len(directory().all(clock.now())) > 1,
        unfinished=_unfinished() if before is None else None,
    )


@bp.get("/requerimientos/<radicado>")
@citizen_only
def show(radicado: str) -> ResponseReturnValue:
    """One case: where it stands, what was said, and what it is made of."""
    file = cases.open_file(radicado, account=account())
    number, waits = file.requerimiento.id, file.requerimiento.untold is not None
    unread = [
        message.id
        for message in file.messages
        if message.opened_at is None and message.kind is not MessageKind.CONTRIBUTION
    ]
    page = _page(file, _blank(file) if _takes_more(file) else None)
    if unread and _is_read():
        _note_opening(number, unread, waits=waits)
    return page


@bp.get("/requerimientos/<radicado>/oficios/<code>.pdf")
@citizen_only
@limited(PAPERS, reading=True)
def letter(radicado: str, code: str) -> ResponseReturnValue:
    """What the office wrote under a radicado of its own, as an accessible PDF."""
    found = cases.find_letter(radicado, code, account=account())
    number, waits = found.requerimiento_id, found.requerimiento.untold is not None
    unread = [found.id] if found.opened_at is None else []
    paper = papers.letter(found)
    if unread and _is_read():
        _note_opening(number, unread, waits=waits)
    return paper


@bp.post("/requerimientos/<radicado>/aportar")
@citizen_only
def contribute(radicado: str) -> ResponseReturnValue:
    """Send more to a case of one's own."""
    code = cases.find(radicado, account=account()).radicado
    sheet = _received(code)
    if not sheet.form.errors:
        words = Writing(
            body=sheet.form.body.data or "",
            submission=unfinished.nonce(account().id, _form_name(code)),
            files=sheet.files,
        )
        try:
            casework.contribute(
                code,
                words,
                author=account(),
                only_asks=sheet.form.only_asks.data,
                now=clock.now(),
            )
        except RuleBroken as refusal:
            sheet.status, sheet.refusal = 409, str(refusal)
        except OperationalError as failure:
            log.error("what a citizen sent met no database: %s", failure.orig)
            db.session.rollback()
            sheet.status = 503
        else:
            flash(_received_words(code), "success")
            return redirect(url_for("citizen.show", radicado=code), code=303)
    return _page(cases.open_file(code, account=account()), sheet)


@bp.post("/requerimientos/<radicado>/pedir-plazo")
@citizen_only
def ask_more_time(radicado: str) -> ResponseReturnValue:
    """Ask for as much time again to complete (Ley 1437 of 2011, article 17)."""
    code = cases.find(radicado, account=account()).radicado
    until = legal.ask_more_time(code, author=account(), now=clock.now())
    flash(f"Tiene hasta el {day(until)} para completar su requerimiento.", "success")
    return redirect(url_for("citizen.show", radicado=code), code=303)


@bp.post("/requerimientos/<radicado>/notificacion")
@citizen_only
def consent(radicado: str) -> ResponseReturnValue:
    """Accept or revoke electronic notification for this case (article 56)."""
    case = cases.find(radicado, account=account())
    code, accepts = case.radicado, request.form.get("accepts") == "y"
    consents.decide(account(), accepts, case=case, now=clock.now())
    flash(ACCEPTED_IT if accepts else REVOKED_IT, "success")
    return redirect(url_for("citizen.show", radicado=code), code=303)


@bp.route("/requerimientos/<radicado>/desistir", methods=["GET", "POST"])
@citizen_only
@fresh
def withdraw(radicado: str) -> ResponseReturnValue:
    """Withdraw a case of one's own, after asking once (article 18)."""
    case = cases.find(radicado, account=account())
    code = case.radicado
    form = WithdrawForm()
    if form.validate_on_submit():
        by = Sender(author=account(), now=clock.now(), submission=str(uuid4()))
        letter = legal.withdraw(code, reason=form.reason.data or "", by=by)
        flash(f"Desistió de su requerimiento. La constancia es la {letter}.", "success")
        return redirect(url_for("citizen.show", radicado=code), code=303)
    next_status(case.status, Action.WITHDRAW)
    speak_for(case.entity_id)
    page = render_template("citizen/withdraw.html", case=case, form=form)
    return page, 422 if form.errors else 200


def _page(file: CaseFile, contribution: Contribution | None) -> ResponseReturnValue:
    case, now = file.requerimiento, clock.now()
    speak_for(case.entity_id)
    term = story.term_of(case, file.events)
    turns = story.conversation(file)
    page = render_template(
        "citizen/show.html",
        case=case,
        term=term,
        headline=story.headline(case, term),
        steps=story.steps_of(file),
        turns=turns,
        answer=next((turn for turn in reversed(turns) if turn.is_answer), None),
        history=story.history(file),
        several_entities=len(directory().all(clock.now())) > 1,
        contribution=contribution,
        asked=story.asked_of(file, term, now),
        late=story.late_of(case, term, now.date()),
        late_token=_new_token(case.radicado),
        consent=in_force(decisions.of_case(case), now),
        is_unreachable=case.citizen.is_guest and not story.can_be_reached(case.citizen),
        opened_by=story.opened_by(readings.by_role(case)),
        may_appeal=_may_appeal(file),
        appeal_goes_to=GOES_TO[mentions.answerable(case)[0]] if _may_appeal(file) else "",
        tells_remedy=_tells_remedy(file),
        can_withdraw=Action.WITHDRAW in allowed_actions(case.status),
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    status = contribution.status if contribution else 200
    return page, status, {"Retry-After": "30"} if status == 503 else {}


def _blank(file: CaseFile) -> Contribution:
    """The form to send more, with what was left unsent."""
    code = file.requerimiento.radicado
    saved = drafts.load(account().id, _form_name(code)) or {}
    return Contribution(
        form=ContributionForm(formdata=None, body=saved.get("body", "")),
        token=_new_token(code),
        kept=unfinished.kept_in(saved, account().id),
    )


def _received(code: str) -> Contribution:
    """The form as it was sent; its good files are safe from here on."""
    received = unfinished.receive(account().id)
    form = ContributionForm()
    form.validate()
    form.add_problems(received.problems)
    is_known = unfinished.read_token(account().id, _form_name(code)) is not None
    return Contribution(
        form=form,
        token=request.form["submission"] if is_known else _new_token(code),
        kept=unfinished.shown_again(received.kept, account().id),
        files=received.kept,
        status=503 if received.is_full else 422 if form.errors else 200,
    )


def _note_opening(number: int, unread: list[int], *, waits: bool) -> None:
    """Note what the citizen has before them now and, where they were to be told otherwise, that
    they know of it."""
    now = clock.now()
    is_noted = cases.mark_opened(number, unread, now)
    if waits and is_noted:  # the task never says less than the history
        untold.opened(number, now)


def _received_words(code: str) -> str:
    """What became of what was sent."""
    status = cases.find(code, account=account()).status
    if status is Status.WAITING:
        return "Recibimos lo que envió. El plazo sigue detenido hasta que entregue lo que piden."
    return "Recibimos lo que envió. Quedó en la conversación."


def _is_read() -> bool:
    """Whether the answer carries words: that of HEAD shows nothing to anybody."""
    return request.method == "GET"


def _takes_more(file: CaseFile) -> bool:
    if file.requerimiento.status is Status.WITHDRAWN and not _may_appeal(file):
        return False  # they withdrew themselves
    return casework.takes_more(file.requerimiento)


def _may_appeal(file: CaseFile) -> bool:
    """Whether the office ended it against the citizen's will, who may insist or appeal until that
    is decided too."""
    actions = {event.action for event in file.events}
    return bool(actions & AGAINST_THEIR_WILL) and Action.RULE not in actions


def _tells_remedy(file: CaseFile) -> bool:
    """Whether the letter that ended it says what may be done, and in how many days."""
    return any(
        message.action in AGAINST_THEIR_WILL and tells_remedy(message.body)
        for message in file.messages
    )


def _form_name(code: str) -> str:
    """The name of the form's token and of its draft."""
    return f"{MessageKind.CONTRIBUTION}:{code}"


def _new_token(code: str) -> str:
    back = url_for("citizen.show", radicado=code, _anchor="aportar")
    return unfinished.new_token(account().id, _form_name(code), back)


def _before() -> int | None:
    """The number that the page of the list follows; None for the first, and for what is none."""
    typed = request.args.get("before", "")
    return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else None


def _unfinished() -> str | None:
    """The first words of the draft, or None."""
    saved = drafts.load(account().id, drafts.FILING)
    if not saved or not (saved.get("body") or saved.get("kept")):
        return None
    kind = saved.get("kind", "")
    label = Kind(kind).label if kind in set(Kind) else "Requerimiento"
    words = excerpt(saved.get("body", ""))
    return f"{label}: {words}" if words else label

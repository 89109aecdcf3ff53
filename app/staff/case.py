"""Routes of a case: reading it, and the actions that need few words or none."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, explained, papers, unfinished
from app.access import account, limited, staff_only
from app.domain.calendar import OFFICE
from app.domain.consent import in_force
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.forms import ConfirmForm, Form
from app.models import PreparedAnswer, Requerimiento, Stage
from app.papers import PAPERS
from app.refusals import attempt
from app.services import (
    answering,
    cases,
    casework,
    decisions,
    drafts,
    entities,
    held,
    mentions,
    related,
    reserve,
    workload,
)
from app.services.cases import CaseFile
from app.services.related import Relatives
from app.staff import showing
from app.staff.blueprint import bp
from app.staff.forms import AssignCaseForm
from app.web import entity


@bp.get("/<radicado>")
@staff_only(Permission.SEE_CASES)
def case(radicado: str) -> ResponseReturnValue:
    """The whole case: what was said and done, the clock, and what can be done now."""
    return show(radicado)


def show(radicado: str) -> str:
    """The page of a case, as it is now."""
    file, kin = _opened(radicado)
    found, now = file.requerimiento, clock.now()
    ticking = explained.clock_of(found, file.events, now.date())
    course = ticking.course
    letters = [message for message in file.messages if message.radicado]
    allowed = casework.actions_for(found, account())
    if reserve.may_step_aside(found, account()):
        allowed.add(Action.RECUSE)
    actions = showing.admitted(
        found,
        allowed,
        course,
        now,
        notifiable=bool(letters or found.undelivered_at),
    )
    prepared = next((message.prepared for message in file.messages if message.prepared), None)
    if prepared is not None and prepared.stage is not Stage.RETURNED:
        actions -= held.KEPT_BACK
    page = render_template(
        "staff/case.html",
        case=found,
        clock=ticking,
        light=showing.light_of(found, course, now.date()),
        alarm=explained.alarm_of(found, course, now.date()),
        turns=showing.conversation(file),
        history=showing.history(file),
        buttons=showing.buttons(found, actions),
        groups=showing.groups(found, actions),
        notify_url=url_for("staff.notify", radicado=radicado) if Action.NOTIFY in actions else "",
        letters=letters,
        origin=showing.how_it_came(found),
        untold=showing.how_to_tell(found),
        consent=in_force(decisions.of_case(found), now),
        prepared=prepared,
        admits={action.value for action in (Action.UNDO, Action.APPROVE) if action in actions},
        leaves=_hour(prepared),
        last_seen=file.events[-1].id,
        kin=kin,
        unlinkable=showing.unlinkable(found, kin, account()),
        may_link=Action.LINK in actions,
    )
    mentions.seen(found.id, account(), now)
    return page


def _opened(radicado: str) -> tuple[CaseFile, Relatives]:
    """The case with all it has and what it is linked with. An answer whose moment to be undone has
    passed is sent by whoever looks, if no worker was faster."""
    file, kin = _read(radicado)
    now = clock.now()
    prepared = [message.prepared for message in file.messages]
    prepared += [follower.prepared for follower in kin.followers]
    if not any(answer and answer.goes_at and answer.goes_at <= now for answer in prepared):
        return file, kin
    answering.send_due(now)
    return _read(radicado)


def _read(radicado: str) -> tuple[CaseFile, Relatives]:
    """What was never linked costs no statement more."""
    file = cases.open_file(radicado, account=account())
    if not any(event.action is Action.LINK for event in file.events):
        return file, Relatives()
    return file, related.of_case(file.requerimiento, account())


def _hour(prepared: PreparedAnswer | None) -> str:
    """When an answer leaves, to the second; "" if it does not."""
    if prepared is None or prepared.goes_at is None:
        return ""
    return prepared.goes_at.astimezone(OFFICE).strftime("%H:%M:%S")


@bp.get("/<radicado>/oficios/<code>.pdf")
@staff_only(Permission.SEE_CASES)
@limited(PAPERS, reading=True)
def letter(radicado: str, code: str) -> ResponseReturnValue:
    """What the office wrote under a radicado of its own, as an accessible PDF."""
    return papers.letter(cases.find_letter(radicado, code, account=account()))


@bp.get("/<radicado>/oficios/<code>/certificado.pdf")
@staff_only(Permission.SEE_CASES)
@limited(PAPERS, reading=True)
def certificate(radicado: str, code: str) -> ResponseReturnValue:
    """When the citizen opened it (Ley 1437 of 2011, article 56)."""
    return papers.certificate(cases.find_letter(radicado, code, account=account()))


@bp.route("/<radicado>/asignar", methods=["GET", "POST"])
@staff_only(Permission.ASSIGN)
def assign(radicado: str) -> ResponseReturnValue:
    """Give the case to an office and, if named, to a person."""
    found = open_for(radicado, Action.ASSIGN)
    on_its_way = held.obstacle(found.id) if request.method == "GET" else None
    if on_its_way is not None:
        raise on_its_way
    present = {"office": str(found.office_id or ""), "assignee": str(found.assignee_id or "")}
    form = AssignCaseForm(data=unsent(found) or present)
    people = workload.colleagues(
        entity().id, clock.now().date(), but=found.recused, is_sensitive=found.is_sensitive
    )
    form.offer(entities.offices(entity().id), people)
    form.keep(found.assignee, found.office_id)
    seen = form.see(casework.held_by(found))

    def act() -> None:
        casework.assign(
            found.radicado,
            author=account(),
            office_id=int(form.office.data),
            assignee_id=int(form.assignee.data) if form.assignee.data else None,
            note=form.note.data or "",
            seen=seen,
            despite=form.despite.data,
            now=clock.now(),
        )

    return decide("staff/assign.html", found, form, act, "Asignado.")


@bp.post("/<radicado>/tramitar")
@staff_only(Permission.WORK)
def start(radicado: str) -> ResponseReturnValue:
    """Say that the office is working on it."""
    found = cases.find(radicado, account=account())
    code = found.radicado
    casework.start(code, author=account(), now=clock.now())
    flash("Quedó en trámite.", "success")
    return redirect(url_for("staff.case", radicado=code), code=303)


@bp.route("/<radicado>/cerrar", methods=["GET", "POST"])
@staff_only(Permission.CLOSE)
def close(radicado: str) -> ResponseReturnValue:
    """File away what was answered, after asking once."""
    found = open_for(radicado, Action.CLOSE)
    return decide(
        "staff/close.html",
        found,
        ConfirmForm(),
        lambda: casework.close(radicado, author=account(), now=clock.now()),
        "Cerrado.",
    )


def open_for(radicado: str, action: Action) -> Requerimiento:
    """The case. To show a form whose action is not open to this person now helps nobody.

    Raises:
        RuleBroken: it is not open, and why. What was typed comes back instead.
    """
    found = cases.find(radicado, account=account())
    reason = casework.refusal(found, action, account())
    if reason is not None and request.method == "GET":
        raise reason
    return found


def unsent(found: Requerimiento) -> dict[str, str] | None:
    """What was typed here when a session ended before it was sent, or None."""
    return drafts.load(account().id, form_name(found.radicado))


def form_name(radicado: str) -> str:
    return f"{request.endpoint}:{radicado}"


def decide(
    template: str,
    found: Requerimiento,
    form: Form,
    act: Callable[[], str | None],
    done: str = "",
    **more: object,
) -> ResponseReturnValue:
    """Show the form, or do what it asks and go back to the case or, if that was the last that the
    person had to do with it, to the queue. `act` may say what it did."""
    radicado, said = found.radicado, None

    def acted() -> None:
        nonlocal said
        said = act()

    refusal = None
    if form.validate_on_submit():
        refusal = attempt(acted)
        if refusal is None:
            drafts.discard(account().id, form_name(radicado))
            return _done(radicado, said or done)
        if refusal.field in form:
            form[refusal.field].errors = [refusal.sentence]
            refusal = None
    status = refusal.status if refusal else 422 if form.errors else 200
    back = url_for(str(request.endpoint), radicado=radicado)
    token = unfinished.new_token(account().id, form_name(radicado), back)
    page = render_template(template, case=found, form=form, refusal=refusal, token=token, **more)
    return page, status, refusal.headers if refusal else {}


def _done(radicado: str, words: str) -> ResponseReturnValue:
    if cases.is_open_to(radicado, account()):
        flash(words, "success")
        return redirect(url_for("staff.case", radicado=radicado), code=303)
    flash(f"{words} Usted ya no puede abrir {radicado}.", "success")
    return redirect(url_for("staff.queue"), code=303)

"""Routes that carry words: a message, an internal note, the answer, what a person brings to the
counter, how somebody was notified. None of them may be lost.

A text that cannot be sent comes back in its page with its files: 422 when the form is wrong, 409
when the state of the case does not admit it any more, 503 when the database does not answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, explained, unfinished
from app.access import account, staff_only
from app.domain.dates import read_day
from app.domain.deadline import Light
from app.domain.errors import NotFound
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.requerimiento import MAX_BODY, Action, Channel
from app.domain.roles import Permission
from app.domain.wording import blanks_of, empty_points, fill, mentions_annex
from app.models import Account, MessageKind, PreparedAnswer, Requerimiento, Stage
from app.refusals import Refusal, attempt
from app.services import (
    answer_templates,
    answering,
    cases,
    casework,
    drafts,
    held,
    related,
    together,
    undelivered,
)
from app.services.cases import CaseFile
from app.services.casework import Writing
from app.services.filing import checked_body
from app.services.storage import StoredFile
from app.services.together import Companion
from app.services.undelivered import Medium
from app.staff import showing
from app.staff.answering import posted_number, said_of, undo_time
from app.staff.blueprint import bp
from app.staff.forms import AnswerForm, NotifiedForm, ReceivingForm, WritingForm
from app.staff.together import rows
from app.unfinished import KeptFile
from app.web import settings


@dataclass(frozen=True, kw_only=True)
class Task:
    """One of the things that are written in a case, and the words of its page. `name` is that of
    its draft."""

    name: str
    action: Action
    endpoint: str
    title: str
    label: str
    button: str
    send: Callable[[Sheet, Writing, datetime], str]
    form: type[WritingForm] = WritingForm
    rows: int = 8
    has_preview: bool = True
    reaches_citizen: bool = True


@dataclass
class Sheet:
    """A page being written: the form, its files, and what kept it from being sent.

    `is_restored` says that it came from a draft; `is_full` that the disk takes no more; `seen` is
    the last event that who writes had before them, `returned` the answer that did not go.
    `companions` are linked under the case of an answer; of them, those `chosen` get it too, or all
    that can while nobody chose, and in those `changed` somebody did something since.
    """

    task: Task
    case: Requerimiento
    form: WritingForm
    token: str
    kept: list[KeptFile] = field(default_factory=list)
    files: Sequence[StoredFile] = ()
    is_restored: bool = False
    is_full: bool = False
    seen: int | None = None
    returned: PreparedAnswer | None = None
    refusal: Refusal | None = None
    companions: Sequence[Companion] = ()
    chosen: Sequence[str] | None = None
    changed: Sequence[str] = ()
    preview: str = ""
    preview_for: str = ""
    doubts: Sequence[str] = ()
    lacks_template: bool = False

    @property
    def form_name(self) -> str:
        """The name of its draft and of its token."""
        return f"{self.task.name}:{self.case.radicado}"

    @property
    def sure(self) -> str:
        """What the button that sends it in spite of its doubts carries: these very words, files
        and doubts, so that others are asked about anew."""
        files = sorted(f"{file.name} {file.sha256}" for file in self.files)
        lines = (self.form.body.data or "").splitlines()
        said = "\n".join([*lines, *files, *(self.along or ()), *self.doubts])
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def along(self) -> Sequence[str] | None:
        """The radicados that go along with an answer; None if none is linked under its case."""
        return self.chosen or [] if self.companions or self.chosen else None

    @property
    def stale(self) -> list[str]:
        """The radicados that go along and in which there is something that was not read."""
        return [radicado for radicado in self.changed if radicado in (self.chosen or ())]

    @property
    def cases(self) -> list[Requerimiento]:
        """The case and those that go along."""
        return [
            self.case,
            *(one.case for one in self.companions if one.case.radicado in (self.chosen or ())),
        ]


def _send_message(sheet: Sheet, words: Writing, now: datetime) -> str:
    casework.write_to_citizen(sheet.case.radicado, words, author=account(), now=now)
    return "Mensaje enviado."


def _leave_note(sheet: Sheet, words: Writing, now: datetime) -> str:
    untold = casework.note(sheet.case.radicado, words, author=account(), now=now)
    if untold:
        names = " ni a ".join(f"@{name}" for name in untold)
        why = "no existe o no puede" if len(untold) == 1 else "no existen o no pueden"
        flash(f"No se avisó a {names}: {why} leer este caso.", "warning")
    return "Nota guardada. El ciudadano no la ve."


def _send_answer(sheet: Sheet, words: Writing, now: datetime) -> str:
    return said_of(
        answering.send(
            sheet.case.radicado,
            words,
            author=account(),
            undo=undo_time(),
            now=now,
            along=sheet.along,
        )
    )


def _receive(sheet: Sheet, words: Writing, now: datetime) -> str:
    channel = Channel(sheet.form["channel"].data)
    casework.contribute(
        sheet.case.radicado,
        words,
        author=account(),
        channel=channel,
        only_asks=sheet.form["only_asks"].data,
        now=now,
    )
    return "Recibido. Quedó en la conversación."


def _notify(sheet: Sheet, words: Writing, now: datetime) -> str:
    medium, on = Medium(sheet.form["medium"].data), read_day(sheet.form["on"].data)
    undelivered.notify(sheet.case.radicado, words, medium=medium, on=on, author=account(), now=now)
    return "Quedó registrada la notificación."


MESSAGE = Task(
    name=MessageKind.MESSAGE,
    action=Action.MESSAGE,
    endpoint="staff.write",
    title="Escribir al ciudadano",
    label="Mensaje para el ciudadano",
    button="Enviar mensaje",
    send=_send_message,
)
NOTE = Task(
    name=MessageKind.NOTE,
    action=Action.NOTE,
    endpoint="staff.note",
    title="Nota interna",
    label="Nota para sus compañeros",
    button="Guardar nota",
    send=_leave_note,
    has_preview=False,
    reaches_citizen=False,
)
ANSWER = Task(
    name=MessageKind.ANSWER,
    action=Action.ANSWER,
    endpoint="staff.answer",
    title="Responder",
    label="Respuesta para el ciudadano",
    button="Enviar respuesta",
    send=_send_answer,
    form=AnswerForm,
    rows=14,
)
RECEIVE = Task(
    name=MessageKind.CONTRIBUTION,
    action=Action.CONTRIBUTE,
    endpoint="staff.receive",
    title="Recibir lo que trae la persona",
    label="Qué entrega o qué dice",
    button="Recibir",
    send=_receive,
    form=ReceivingForm,
    has_preview=False,
    reaches_citizen=False,
)
NOTIFY = Task(
    name=undelivered.DRAFT,
    action=Action.NOTIFY,
    endpoint="staff.notify",
    title="Notificar por otro medio",
    label="Qué se notificó y qué lo prueba",
    button="Registrar la notificación",
    send=_notify,
    form=NotifiedForm,
    has_preview=False,
    reaches_citizen=False,
)
BY_NAME = {str(task.name): task for task in (MESSAGE, NOTE, ANSWER, RECEIVE, NOTIFY)}


@bp.route("/<radicado>/mensaje", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def write(radicado: str) -> ResponseReturnValue:
    """Write to the citizen what is not yet the answer."""
    return _task(MESSAGE, radicado)


@bp.route("/<radicado>/nota", methods=["GET", "POST"])
@staff_only(Permission.NOTE)
def note(radicado: str) -> ResponseReturnValue:
    """Leave a note that only the staff read."""
    return _task(NOTE, radicado)


@bp.route("/<radicado>/responder", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def answer(radicado: str) -> ResponseReturnValue:
    """Write the answer beside the citizen's words, look at it, and send it."""
    return _task(ANSWER, radicado)


@bp.route("/<radicado>/recibir", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def receive(radicado: str) -> ResponseReturnValue:
    """Take down what a person brings, says by phone or sends by letter."""
    return _task(RECEIVE, radicado)


@bp.route("/<radicado>/notificar", methods=["GET", "POST"])
@staff_only(Permission.NOTIFY)
def notify(radicado: str) -> ResponseReturnValue:
    """Write down how the citizen was notified when the mail did not do it."""
    return _task(NOTIFY, radicado)


@bp.post("/<radicado>/borrador/<name>")
@staff_only(Permission.NOTE)
def draft(radicado: str, name: str) -> ResponseReturnValue:
    """Keep what is being typed, without a page."""
    task = BY_NAME.get(name)
    if task is None:
        raise NotFound(name)
    code = cases.find(radicado, account=account()).radicado
    token = unfinished.read_token(account().id, f"{task.name}:{code}")
    casework.keep_draft(
        code,
        task.name,
        request.form.get("body", ""),
        submission=token.nonce if token else "",
        author=account(),
        now=clock.now(),
    )
    return "", 204


@bp.post("/<radicado>/borrador/<name>/descartar")
@staff_only(Permission.NOTE)
def draft_discard(radicado: str, name: str) -> ResponseReturnValue:
    """Throw a draft away and go back to the case."""
    code = cases.find(radicado, account=account()).radicado
    drafts.discard(account().id, f"{name}:{code}")
    flash("Descartamos lo que estaba escribiendo.", "info")
    return redirect(url_for("staff.case", radicado=code), code=303)


def _task(task: Task, radicado: str) -> ResponseReturnValue:
    case = cases.find(radicado, account=account())
    if request.method == "GET":
        return _open(_blank(task, case))
    return _take(_received(task, case))


def _open(sheet: Sheet) -> ResponseReturnValue:
    """Show the page for writing, with the draft if there is one."""
    reason = casework.refusal(sheet.case, sheet.task.action, account())
    on_its_way = held.obstacle(sheet.case.id) if reason is None and sheet.task is ANSWER else None
    if on_its_way is not None:
        flash(str(on_its_way), "warning")
        return redirect(url_for("staff.case", radicado=sheet.case.radicado), code=303)
    if reason is None:
        return _show(sheet)
    if not sheet.form.body.data:
        raise reason
    sheet.refusal = Refusal(409, str(reason))
    return _show(sheet, 409)


def _take(sheet: Sheet) -> ResponseReturnValue:
    """Send what was written, or show why it was not."""
    if "use" in request.form:
        return _begin_from(sheet)
    if sheet.form.errors:
        return _show(sheet, 503 if sheet.is_full else 422)
    if "preview" in request.form:
        return _preview(sheet)
    status = _asks_first(sheet)
    if status:
        return _show(sheet, status)
    return _send(sheet)


def _preview(sheet: Sheet) -> ResponseReturnValue:
    """Show it as the citizen reads it: the one of the case, or of one that goes along."""
    sheet.preview = checked_body(sheet.form.body.data or "")
    if sheet.along is not None:
        asked = request.form.get("preview")
        linked = (one.case for one in sheet.companions if one.case.radicado == asked)
        case = next(linked, sheet.case)
        values = answer_templates.values_of(case, author=account(), now=clock.now())
        sheet.preview = fill(sheet.preview, values)
        sheet.preview_for = f"{case.citizen.display_name}, {case.radicado}"
    return _show(sheet)


def _send(sheet: Sheet) -> ResponseReturnValue:
    """Send it, and go back to the case."""
    words = Writing(
        body=sheet.form.body.data or "",
        submission=unfinished.nonce(account().id, sheet.form_name),
        files=sheet.files,
    )
    radicado, done = sheet.case.radicado, ""

    def send() -> None:
        nonlocal done
        done = sheet.task.send(sheet, words, clock.now())

    sheet.refusal = attempt(send)
    if sheet.refusal is not None:
        return _refused(sheet, sheet.refusal)
    _forget_draft()
    if done:
        flash(done, "success")
    if sheet.task.reaches_citizen:
        _say_how_it_is_told(sheet.case, has_gone=bool(done))
    return redirect(url_for("staff.case", radicado=radicado), code=303)


def _asks_first(sheet: Sheet) -> int:
    """The status of the page that asks something before the words go; 0 if nothing is asked."""
    if not sheet.task.reaches_citizen:
        return 0
    if casework.events_since(sheet.case.id, sheet.seen, account()) or sheet.stale:
        return 409
    sheet.doubts = _doubts(sheet)
    return 422 if sheet.doubts and request.form.get("sure") != sheet.sure else 0


def _begin_from(sheet: Sheet) -> ResponseReturnValue:
    """Put a template below what is written; nothing is sent, and nothing lost if it is gone."""
    sheet.form.body.errors = []
    try:
        text = _text_of_template(sheet)
    except NotFound:
        sheet.lacks_template = True
        return _show(sheet, 422)
    written = sheet.form.body.data or ""
    sheet.form.body.data = f"{written.rstrip()}\n\n{text}" if written.strip() else text
    return _show(sheet, 422 if sheet.form.errors else 200)


def _text_of_template(sheet: Sheet) -> str:
    chosen = request.form.get("template", "")
    return answer_templates.filled(
        int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else 0,
        sheet.case,
        author=account(),
        now=clock.now(),
        for_several=bool(sheet.companions),
    )


def _doubts(sheet: Sheet) -> list[str]:
    """What to ask before it goes, all at once."""
    body = sheet.form.body.data or ""
    blanks = blanks_of(body)
    if sheet.along is not None:
        blanks = together.left_blank(body, sheet.cases, author=account(), now=clock.now())
    doubts = [f"El texto tiene un espacio sin llenar: {blank}." for blank in blanks]
    doubts += [f"El punto «{point}» está vacío." for point in empty_points(body)]
    if not sheet.files and mentions_annex(body):
        doubts.append("El texto menciona un adjunto, y no hay ninguno.")
    return doubts


def _refused(sheet: Sheet, refusal: Refusal) -> ResponseReturnValue:
    """Show why it was not sent, beside the field that is to blame if there is one."""
    if refusal.field:
        sheet.form[refusal.field].errors = [refusal.sentence]
        sheet.refusal = None
    return _show(sheet, refusal.status)


def _signature(sheet: Sheet) -> str:
    """As the citizen reads who writes: the office, and who signs if it is the answer."""
    author = account()
    office = author.office.name if author.office else sheet.case.entity.name
    return f"{author.display_name}, {office}" if sheet.task is ANSWER else office


def _forget_draft() -> None:
    """What was sent is no draft any more, not even of the answer that came too late and was kept
    as a note."""
    token = unfinished.read_token(account().id)
    if token is not None:
        drafts.discard(account().id, token.form)


def _show(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    file = cases.open_file(sheet.case.radicado, account=account())
    can_note = casework.refusal(sheet.case, Action.NOTE, account()) is None
    page = render_template(
        f"staff/{sheet.task.endpoint.removeprefix('staff.')}.html",
        sheet=sheet,
        task=sheet.task,
        case=sheet.case,
        form=sheet.form,
        turns=[turn for turn in showing.conversation(file) if not turn.is_unsent],
        news=showing.news(file, sheet.seen, account()),
        along=rows(sheet.companions, sheet.chosen, clock.now().date()),
        most_along=related.MOST,
        last_seen=file.events[-1].id,
        last_of=_last_events(sheet.companions),
        undo_seconds=settings().undo_seconds,
        light=_light(file),
        untold=showing.how_to_tell(sheet.case),
        templates=answer_templates.for_author(account()) if sheet.task.reaches_citizen else [],
        can_note=can_note and sheet.task is not NOTE,
        draft_url=url_for("staff.draft", radicado=sheet.case.radicado, name=str(sheet.task.name)),
        now=clock.now(),
        signature=_signature(sheet),
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    return page, status, sheet.refusal.headers if sheet.refusal else {}


def _light(file: CaseFile) -> Light:
    case, today = file.requerimiento, clock.now().date()
    return showing.light_of(case, explained.clock_of(case, file.events, today).course, today)


def _blank(task: Task, case: Requerimiento) -> Sheet:
    """The page as it is opened: with the draft that was kept, else empty."""
    form_name = f"{task.name}:{case.radicado}"
    kept = drafts.load(account().id, form_name) or {}
    returned = _returned(case) if task is ANSWER else None
    if returned is not None:
        files = unfinished.shown_again(cases.stored(returned.message), account().id)
        came_back = {
            "body": returned.pattern or returned.message.body,
            "kept": [file.token for file in files],
            "followers": returned.together,
        }
        kept = {**came_back, **kept}
    back = url_for(task.endpoint, radicado=case.radicado)
    return Sheet(
        task=task,
        case=case,
        form=_form(task, **{key: str(kept.get(key, "")) for key in ("body", *task.form.BESIDE)}),
        token=unfinished.new_token(account().id, form_name, back),
        kept=unfinished.kept_in(kept, account().id),
        is_restored=returned is None and bool(kept.get("body") or kept.get("kept")),
        returned=returned,
        companions=_companions(task, case),
        chosen=kept.get("followers"),
    )


def _received(task: Task, case: Requerimiento) -> Sheet:
    """The page as it was sent; its good files are safe from here on."""
    form_name = f"{task.name}:{case.radicado}"
    received = unfinished.receive(account().id)
    form = _form(task)
    form.validate()
    form.add_problems(received.problems)
    companions = _companions(task, case)
    return Sheet(
        task=task,
        case=case,
        form=form,
        token=_token_of(form_name, url_for(task.endpoint, radicado=case.radicado)),
        kept=unfinished.shown_again(received.kept, account().id),
        files=received.kept,
        is_full=received.is_full,
        seen=posted_number("seen"),
        companions=companions,
        changed=_changed(companions),
        chosen=request.form.getlist(together.FIELD),
    )


def _companions(task: Task, case: Requerimiento) -> Sequence[Companion]:
    """Those linked under the case of an answer."""
    return together.companions(case, account()) if task is ANSWER else ()


def _last_events(companions: Sequence[Companion], *, but: Account | None = None) -> dict[str, int]:
    """The last event of each, in one statement; in none if there are none."""
    if not companions:
        return {}
    found = casework.last_events([one.case.id for one in companions], but=but)
    return {one.case.radicado: found.get(one.case.id, 0) for one in companions}


def _changed(companions: Sequence[Companion]) -> list[str]:
    """Those in which others did something after what the page of the form had of them."""
    return [
        radicado
        for radicado, last in _last_events(companions, but=account()).items()
        if last > (posted_number(f"seen-{radicado}") or last)
    ]


def _returned(case: Requerimiento) -> PreparedAnswer | None:
    """The answer of the case that did not go, to be written again."""
    prepared = answering.of_case(case.id)
    return prepared if prepared and prepared.stage is Stage.RETURNED else None


def _form(task: Task, **values: str) -> WritingForm:
    form = task.form(**values)
    form.body.label.text = task.label
    return form


def _token_of(form_name: str, back: str) -> str:
    """The token that came, so that sending again is sending the same; a new one if it is old."""
    if unfinished.read_token(account().id, form_name):
        return request.form["submission"]
    return unfinished.new_token(account().id, form_name, back)


def _say_how_it_is_told(case: Requerimiento, *, has_gone: bool) -> None:
    """Of an answer that is on its way nobody was told yet."""
    untold = showing.how_to_tell(case)
    if untold:
        flash(untold if has_gone else f"Todavía no ha salido. {untold}", "warning")
    elif not has_gone:
        flash("Cuando salga le avisaremos por correo.", "info")
    else:
        flash(f"Le avisamos por correo a {case.citizen.display_name}.", "info")

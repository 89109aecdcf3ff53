"""Routes of the acts of the law on a case: one page, with the words and the fields of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, unfinished
from app.access import account, staff_only
from app.domain import acts, appeal
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.errors import RuleBroken
from app.domain.events import PriorityGround, RejectionGround, Ruling
from app.domain.file_types import ACCEPT, ACCEPTED
from app.domain.requerimiento import MAX_BODY, Action, Channel
from app.domain.roles import Permission
from app.models import Requerimiento
from app.refusals import Refusal, attempt
from app.services import cases, courses, drafts, legal
from app.services.legal import Hand, Proofreader, Reader, Sender
from app.services.legal_letters import TITLES
from app.services.storage import StoredFile
from app.staff import showing
from app.staff.blueprint import bp
from app.staff.case import decide, form_name, open_for, unsent
from app.staff.forms import (
    AnnulForm,
    ExtendForm,
    LegalForm,
    LetterForm,
    PriorityForm,
    ReferForm,
    RejectForm,
    RulingForm,
    TakenForm,
    WordsForm,
)
from app.staff.showing import FOR_THE_PERSON
from app.unfinished import KeptFile
from app.web import settings

LAWYERS_DECIDE = (
    "El oficio dice qué puede hacer la persona contra la decisión y en cuántos días. Si su oficina "
    "jurídica lee otra cosa, cámbielo antes de enviarlo."
)


@dataclass(frozen=True)
class Task:
    """An act of the law and the words of its page. `notes` are told from the course; `act` gives
    the act to a hand, and says what came of it: of an act with a letter, its radicado or, to who
    only reads it, its text."""

    action: Action
    form: type[LegalForm]
    words: str
    hint: str
    notes: Callable[[Course], list[str]]
    act: Callable[[str, Any, Any], str]
    ends: bool = False

    @property
    def has_letter(self) -> bool:
        """Whether it is told in a letter, which is read, and may be changed, before it goes."""
        return self.action in TITLES

    @property
    def label(self) -> str:
        """The words of its heading and its button."""
        return FOR_THE_PERSON.get(self.action, self.action.label)


def _extend(radicado: str, form: Any, by: Hand) -> str:
    return legal.extend(radicado, until=form.until_day, reason=form.words, by=by)


def _of_promise(course: Course) -> list[str]:
    """What an extension is up to the last day of the law, where the entity promised less."""
    law = course.legal_due_on
    if not course.is_promise or law is None:
        return []
    own = f"solo cambia el compromiso de la entidad: el oficio cita su acto ({course.term.source})"
    return [f"Una fecha hasta el {long_date(law)}, que es el plazo de la ley, {own}."]


def _refer(radicado: str, form: Any, by: Hand) -> str:
    late = form.why_late.data or ""
    return legal.refer(radicado, to=form.to.data or "", words=form.words, why_late=late, by=by)


def _reject(radicado: str, form: Any, by: Hand) -> str:
    ground, rule = RejectionGround(form.ground.data), form.rule.data or ""
    return legal.reject(radicado, ground=ground, reasons=form.words, rule=rule, by=by)


def _rule(radicado: str, form: Any, by: Hand) -> str:
    ruling, to = Ruling(form.ruling.data), form.judge.data or ""
    return legal.rule(radicado, ruling=ruling, reasons=form.words, to=to, by=by)


def _prioritise(radicado: str, form: Any, by: Hand) -> str:
    ground = PriorityGround(form.ground.data)
    return legal.prioritise(radicado, ground=ground, note=form.words, by=by)


def _give_more_time(radicado: str, form: Any, by: Sender) -> str:
    channel = Channel(form.channel.data)
    until = legal.ask_more_time(radicado, author=by.author, channel=channel, now=by.now)
    return f"La persona tiene hasta el {long_date(until)} para completar."


def _take_withdrawal(radicado: str, form: Any, by: Hand) -> str:
    channel = Channel(form.channel.data)
    return legal.withdraw(radicado, channel=channel, reason=form.words, by=by)


REQUIRE = Task(
    Action.ASK_TO_COMPLETE,
    WordsForm,
    "Qué falta",
    "El ciudadano lo lee tal como lo escriba. Pida solo lo que la entidad no tiene.",
    lambda course: [
        f"Se puede pedir hasta el {long_date(acts.last_day_to_ask(course))}.",
        "El plazo se detiene hasta que el ciudadano entregue lo que falta. Tiene un mes.",
    ],
    lambda radicado, form, by: legal.ask_to_complete(radicado, missing=form.words, by=by),
)
CLARIFY = Task(
    Action.ASK_TO_CLARIFY,
    WordsForm,
    "Qué no se entiende",
    "El ciudadano lo lee tal como lo escriba.",
    lambda _: [
        "Úselo solo si no se entiende qué pide o para qué.",
        "El plazo se detiene hasta que el ciudadano aclare. Tiene 10 días hábiles.",
    ],
    lambda radicado, form, by: legal.ask_to_clarify(radicado, doubt=form.words, by=by),
)
EXTEND = Task(
    Action.EXTEND,
    ExtendForm,
    "Por qué se necesita más tiempo",
    "El ciudadano lee el motivo y la nueva fecha.",
    lambda course: [
        f"Puede prorrogar hasta el {long_date(acts.last_day_of_extension(course))}.",
        "Con la prórroga, el plazo total no pasa del doble del que da la ley.",
        *_of_promise(course),
    ],
    _extend,
)
REFER = Task(
    Action.REFER,
    ReferForm,
    "Por qué es de esa autoridad",
    "Lo lee esa autoridad, y el ciudadano recibe copia.",
    lambda course: [
        f"El plazo para trasladar vence el {long_date(acts.last_day_to_refer(course))}.",
        "Envíe a esa autoridad el oficio y los anexos: el sistema solo da copia al ciudadano.",
        "Si la persona no dejó sus datos, lo que respondan se le escribe aquí.",
    ],
    _refer,
    ends=True,
)
REJECT = Task(
    Action.REJECT,
    RejectForm,
    "Motivos del rechazo",
    "El ciudadano los lee tal como los escriba.",
    lambda _: [
        "Lo que no es reservado se entrega: responda esa parte en vez de rechazarlo todo.",
        LAWYERS_DECIDE,
    ],
    _reject,
    ends=True,
)
WITHDRAW = Task(
    Action.DECLARE_WITHDRAWN,
    WordsForm,
    "Motivos del acto",
    "El ciudadano los lee y puede pedir que se revise la decisión.",
    lambda _: ["El desistimiento tácito lo decreta una persona, con motivos. Nunca es automático."],
    lambda radicado, form, by: legal.declare_withdrawn(radicado, reasons=form.words, by=by),
    ends=True,
)
SHELVE = Task(
    Action.SHELVE,
    WordsForm,
    "Por qué se archiva",
    "El ciudadano lo lee tal como lo escriba.",
    lambda _: [
        "Se archiva porque el ciudadano no aclaró a tiempo. Puede presentarlo otra vez.",
        LAWYERS_DECIDE,
    ],
    lambda radicado, form, by: legal.shelve(radicado, reasons=form.words, by=by),
    ends=True,
)
PRIORITISE = Task(
    Action.PRIORITISE,
    PriorityForm,
    "Qué más se le dice (opcional)",
    "El ciudadano lo lee.",
    lambda _: ["Se atiende antes que otros. El plazo no cambia."],
    _prioritise,
)


ANNUL = Task(
    Action.ANNUL,
    AnnulForm,
    "Motivo de la anulación",
    "El ciudadano lo lee.",
    lambda _: [
        "Anule solo un radicado que se tomó por error, como el mismo escrito radicado dos veces.",
        "No es una forma de terminar un requerimiento.",
        "El número no se usa otra vez: queda en el registro con el motivo, la fecha y su nombre.",
    ],
    lambda radicado, form, by: legal.annul(radicado, reason=form.words, by=by),
    ends=True,
)
MORE_TIME = Task(
    Action.ASK_MORE_TIME,
    TakenForm,
    "Qué dice la persona (opcional)",
    "Queda en la historia.",
    lambda _: ["La persona tiene otro tanto del plazo que se le dio. Se pide una sola vez."],
    _give_more_time,
)
TAKE_WITHDRAWAL = Task(
    Action.WITHDRAW,
    TakenForm,
    "Por qué desiste (opcional)",
    "Con las palabras de la persona. No tiene que dar razones.",
    lambda _: [
        "Confirme con su documento que es quien radicó, y que de verdad no quiere seguir.",
        "Puede radicarlo otra vez cuando quiera.",
    ],
    _take_withdrawal,
    ends=True,
)


RULE = Task(
    Action.RULE,
    RulingForm,
    "Motivos de la decisión o, si repone, la respuesta",
    "El ciudadano los lee tal como los escriba.",
    lambda course: [
        appeal.told(course),
        "El requerimiento sigue terminado. La decisión queda en el oficio y en la historia.",
    ],
    _rule,
)


@bp.route("/<radicado>/requerir", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def require(radicado: str) -> ResponseReturnValue:
    """Ask the citizen to complete it (Ley 1437 of 2011, article 17)."""
    return _task(REQUIRE, radicado)


@bp.route("/<radicado>/aclarar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def clarify(radicado: str) -> ResponseReturnValue:
    """Ask the citizen what it means (article 19)."""
    return _task(CLARIFY, radicado)


@bp.route("/<radicado>/prorrogar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def extend(radicado: str) -> ResponseReturnValue:
    """Tell the citizen that the answer takes longer (article 14, paragraph)."""
    return _task(EXTEND, radicado)


@bp.route("/<radicado>/trasladar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def refer(radicado: str) -> ResponseReturnValue:
    """Send it to the authority that is competent (article 21)."""
    return _task(REFER, radicado)


@bp.route("/<radicado>/rechazar", methods=["GET", "POST"])
@staff_only(Permission.CLOSE)
def reject(radicado: str) -> ResponseReturnValue:
    """Reject it with reasons (articles 19 and 25)."""
    return _task(REJECT, radicado)


@bp.route("/<radicado>/desistir", methods=["GET", "POST"])
@staff_only(Permission.CLOSE)
def withdraw(radicado: str) -> ResponseReturnValue:
    """Declare the tacit withdrawal (article 17)."""
    return _task(WITHDRAW, radicado)


@bp.route("/<radicado>/archivar", methods=["GET", "POST"])
@staff_only(Permission.CLOSE)
def shelve(radicado: str) -> ResponseReturnValue:
    """Shelve what was not clarified (article 19)."""
    return _task(SHELVE, radicado)


@bp.route("/<radicado>/priorizar", methods=["GET", "POST"])
@staff_only(Permission.WORK)
def prioritise(radicado: str) -> ResponseReturnValue:
    """Put it before others (articles 5 and 20)."""
    return _task(PRIORITISE, radicado)


@bp.route("/<radicado>/anular", methods=["GET", "POST"])
@staff_only(Permission.ANNUL)
def annul(radicado: str) -> ResponseReturnValue:
    """Annul a radicado taken by mistake (Acuerdo AGN 060 of 2001)."""
    return _task(ANNUL, radicado)


@bp.route("/<radicado>/recurso", methods=["GET", "POST"])
@staff_only(Permission.CLOSE)
def rule_on_appeal(radicado: str) -> ResponseReturnValue:
    """Decide the appeal or the insistence against the end of the case (articles 26 and 76)."""
    return _task(RULE, radicado)


@bp.route("/<radicado>/plazo", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def more_time(radicado: str) -> ResponseReturnValue:
    """Give more time to complete to a person who asks for it at the counter (article 17)."""
    return _task(MORE_TIME, radicado)


@bp.route("/<radicado>/desistimiento", methods=["GET", "POST"])
@staff_only(Permission.COUNTER)
def take_withdrawal(radicado: str) -> ResponseReturnValue:
    """Take down that a person withdraws (article 18)."""
    return _task(TAKE_WITHDRAWAL, radicado)


def _task(task: Task, radicado: str) -> ResponseReturnValue:
    found = open_for(radicado, task.action)
    typed = unsent(found)
    if request.method == "GET" and not typed:
        _offer(task, found)
    form = task.form(data=typed)
    form.reason.label.text = task.words
    if task.has_letter:
        return _letter(Sheet(task, found, form, typed))
    return _decide(task, found, form)


def _offer(task: Task, found: Requerimiento) -> None:
    """Show no form for what the law does not admit any more.

    Raises:
        RuleBroken: it does not, and by which article.
    """
    if task.action is Action.PRIORITISE and found.is_priority:
        raise RuleBroken("Este requerimiento ya tiene prioridad.")
    refused = legal.refusal(found, task.action, clock.now())
    if refused is not None:
        raise refused


def _decide(task: Task, found: Requerimiento, form: LegalForm) -> ResponseReturnValue:
    """Act without a letter."""
    code = found.radicado
    return decide(
        "staff/legal.html",
        found,
        form,
        lambda: task.act(code, form, _sender(code)),
        **_beside(task, found),
    )


@dataclass
class Sheet:
    """An act with its letter on the way: its form, its letter once it was worded, and its files.
    `earlier` is what had been changed in a letter that was then worded anew; `lacks`, what was
    taken out of it that the law asks for, which is asked about once."""

    task: Task
    case: Requerimiento
    form: LegalForm
    typed: dict[str, Any] | None
    letter: LetterForm = field(default_factory=LetterForm)
    kept: list[KeptFile] = field(default_factory=list)
    files: Sequence[StoredFile] = ()
    refusal: Refusal | None = None
    earlier: str = ""
    lacks: str = ""


def _letter(sheet: Sheet) -> ResponseReturnValue:
    """Word the letter, let it be changed, and send it."""
    if request.method == "GET":
        kept = sheet.typed or {}
        sheet.kept = unfinished.kept_in(kept, account().id)
        sheet.letter.letter.data = kept.get("letter", "")
        return _ask(sheet)
    received = unfinished.receive(account().id)
    sheet.kept = unfinished.shown_again(received.kept, account().id)
    sheet.files = received.kept
    if not sheet.form.validate() or "change" in request.form:
        return _ask(sheet, 422 if sheet.form.errors else 200)
    if "preview" in request.form:
        return _word(sheet)
    if "letter" in request.form:
        sheet.letter.validate()
        sheet.letter.add_problems(received.problems)
        if sheet.letter.errors:
            return _show_letter(sheet, 503 if received.is_full else 422)
        if "sure" not in request.form:
            sheet.lacks = _proofread(sheet)
        if sheet.lacks:
            return _show_letter(sheet, 422)
    return _send(sheet)


def _proofread(sheet: Sheet) -> str:
    """What the letter does not say any more of what the law has it say. An act that is refused is
    refused by who sends it."""
    lacks = ""

    def read() -> None:
        nonlocal lacks
        text = sheet.letter.letter.data or ""
        by = Proofreader(author=account(), now=clock.now(), text=text)
        lacks = sheet.task.act(sheet.case.radicado, sheet.form, by)

    attempt(read)
    return lacks


def _word(sheet: Sheet) -> ResponseReturnValue:
    """Show the letter as the act words it."""
    text = ""

    def read() -> None:
        nonlocal text
        by = Reader(author=account(), now=clock.now())
        text = sheet.task.act(sheet.case.radicado, sheet.form, by)

    sheet.refusal = attempt(read)
    if sheet.refusal is not None:
        return _ask(sheet, sheet.refusal.status)
    changed = sheet.letter.letter.data or ""
    sheet.earlier = "" if changed.split() == text.split() else changed
    sheet.letter.letter.data = text
    return _show_letter(sheet)


def _send(sheet: Sheet) -> ResponseReturnValue:
    code, outgoing = sheet.case.radicado, ""
    text = sheet.letter.letter.data or ""

    def act() -> None:
        nonlocal outgoing
        by = replace(_sender(code), text=text, files=sheet.files)
        outgoing = sheet.task.act(code, sheet.form, by)

    sheet.refusal = attempt(act)
    if sheet.refusal is not None:
        status = sheet.refusal.status
        is_of_letter = bool(text) and not sheet.refusal.field
        return _show_letter(sheet, status) if is_of_letter else _ask(sheet, status)
    drafts.discard(account().id, form_name(code))
    flash(f"Quedó hecho, con el radicado de salida {outgoing}.", "success")
    return redirect(url_for("staff.case", radicado=code), code=303)


def _ask(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    """The page of what the act needs. What is refused of one field is told beside it."""
    refused = sheet.refusal
    if refused is not None and refused.field:
        sheet.form[refused.field].errors, refused = [refused.sentence], None
    page = render_template(
        "staff/legal.html",
        case=sheet.case,
        form=sheet.form,
        refusal=refused,
        token=_token(sheet.case),
        letter=sheet.letter.letter.data or "",
        kept=sheet.kept,
        **_beside(sheet.task, sheet.case),
    )
    return page, status, sheet.refusal.headers if sheet.refusal else {}


def _show_letter(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    """The page of the letter, ready to be changed and sent."""
    page = render_template(
        "staff/letter.html",
        case=sheet.case,
        task=sheet.task,
        form=sheet.form,
        sheet=sheet,
        token=_token(sheet.case),
        untold=showing.how_to_tell(sheet.case),
        reader=sheet.form.to.data if sheet.task is REFER else "",
        limits=settings(),
        types=ACCEPTED,
        accept=ACCEPT,
        max_body=MAX_BODY,
    )
    return page, status, sheet.refusal.headers if sheet.refusal else {}


def _beside(task: Task, found: Requerimiento) -> dict[str, Any]:
    """What stands on the page of an act beside its form."""
    refused = legal.refusal(found, task.action, clock.now())
    notes = [] if refused else task.notes(courses.load(found))
    presented = cases.presented_against_end(found) if task is RULE else []
    return {"task": task, "refused": refused, "notes": notes, "presented": presented}


def _sender(code: str) -> Sender:
    nonce = unfinished.nonce(account().id, form_name(code))
    return Sender(author=account(), now=clock.now(), submission=nonce)


def _token(found: Requerimiento) -> str:
    """The token that came, so that sending again is sending the same; else a new one."""
    name = form_name(found.radicado)
    if unfinished.read_token(account().id, name):
        return request.form["submission"]
    back = url_for(str(request.endpoint), radicado=found.radicado)
    return unfinished.new_token(account().id, name, back)

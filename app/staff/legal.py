"""Routes of the acts of the law on a case: one page, with the words and the fields of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from app import clock, unfinished
from app.access import account, staff_only
from app.domain import acts
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.events import PriorityGround, RejectionGround
from app.domain.requerimiento import Action
from app.domain.roles import Permission
from app.services import courses, legal
from app.services.legal import Sender
from app.staff.blueprint import bp
from app.staff.case import decide, form_name, open_for, unsent
from app.staff.forms import (
    ExtendForm,
    LegalForm,
    PriorityForm,
    ReferForm,
    RejectForm,
    WordsForm,
)


@dataclass(frozen=True)
class Task:
    """An act of the law and the words of its page. `notes` are told from the course; `send` acts
    and says what was done."""

    action: Action
    form: type[LegalForm]
    label: str
    hint: str
    notes: Callable[[Course], list[str]]
    send: Callable[[str, Any, Sender], str]
    ends: bool = False


def _sent(code: str) -> str:
    return f"Quedó hecho, con el radicado de salida {code}."


def _extend(radicado: str, form: Any, by: Sender) -> str:
    return legal.extend(radicado, until=form.until_day, reason=form.words, by=by)


def _refer(radicado: str, form: Any, by: Sender) -> str:
    late = form.why_late.data or ""
    return legal.refer(radicado, to=form.to.data or "", words=form.words, why_late=late, by=by)


def _reject(radicado: str, form: Any, by: Sender) -> str:
    ground, rule = RejectionGround(form.ground.data), form.rule.data or ""
    return legal.reject(radicado, ground=ground, reasons=form.words, rule=rule, by=by)


def _prioritise(radicado: str, form: Any, by: Sender) -> str:
    ground = PriorityGround(form.ground.data)
    legal.prioritise(radicado, ground=ground, author=by.author, note=form.words, now=by.now)
    return ""


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
    ],
    _extend,
)
REFER = Task(
    Action.REFER,
    ReferForm,
    "Por qué es de esa autoridad",
    "El ciudadano recibe copia de este oficio.",
    lambda course: [
        f"El plazo para trasladar vence el {long_date(acts.last_day_to_refer(course))}.",
        "Envíe el oficio a esa autoridad con sus anexos: el sistema avisa solo al ciudadano.",
    ],
    _refer,
    ends=True,
)
REJECT = Task(
    Action.REJECT,
    RejectForm,
    "Motivos del rechazo",
    "El ciudadano los lee tal como los escriba.",
    lambda _: ["Lo que no es reservado se entrega: responda esa parte en vez de rechazarlo todo."],
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
    lambda _: ["Se archiva porque el ciudadano no aclaró a tiempo. Puede presentarlo otra vez."],
    lambda radicado, form, by: legal.shelve(radicado, reasons=form.words, by=by),
    ends=True,
)
PRIORITISE = Task(
    Action.PRIORITISE,
    PriorityForm,
    "Nota (opcional)",
    "Queda en la historia. El ciudadano no la ve.",
    lambda _: ["Se atiende antes que otros. El plazo no cambia."],
    _prioritise,
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


def _task(task: Task, radicado: str) -> ResponseReturnValue:
    found = open_for(radicado, task.action)
    code, course = found.radicado, courses.load(found)
    form = task.form(data=unsent(found))
    form.reason.label.text = task.label
    refused = acts.refusal(course, task.action, clock.now())

    def send() -> str:
        by = Sender(
            author=account(),
            now=clock.now(),
            submission=unfinished.nonce(account().id, form_name(code)),
        )
        outgoing = task.send(code, form, by)
        return _sent(outgoing) if outgoing else "Quedó con prioridad."

    return decide(
        "staff/legal.html",
        found,
        form,
        send,
        task=task,
        notes=[] if refused else task.notes(course),
        refused=refused,
    )

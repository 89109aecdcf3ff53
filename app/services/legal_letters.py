"""The words of the letters that the law asks for: what the office writes, and around it what the
citizen may do, until when, and by which article."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.requerimiento import Action
from app.models import Event, Message, MessageKind

# The title of the letter, in the conversation and in the notice that it is there.
TITLES = {
    Action.ASK_TO_COMPLETE: "Solicitud de completar",
    Action.ASK_TO_CLARIFY: "Solicitud de aclarar",
    Action.EXTEND: "Aviso de prórroga",
    Action.REFER: "Traslado por competencia",
    Action.WITHDRAW: "Constancia de desistimiento",
    Action.DECLARE_WITHDRAWN: "Desistimiento tácito",
    Action.SHELVE: "Archivo de la solicitud",
    Action.REJECT: "Rechazo de la solicitud",
    Action.PRIORITISE: "Atención prioritaria",
    Action.ANNUL: "Anulación del radicado",
}
ANSWER = "Respuesta"
_NAMES = {MessageKind.ANSWER: "la respuesta", MessageKind.MESSAGE: "el oficio"}
APPEAL = (
    "Contra esta decisión procede el recurso de reposición, dentro de los 10 días hábiles "
    "siguientes a su notificación (Ley 1437 de 2011, artículos 17 y 76). Puede presentar otra "
    "vez la solicitud, con lo que faltó."
)
KEPT_IN_THE_REGISTER = (
    "El número no se usa otra vez: queda en el registro con este motivo. Si cree que es un error, "
    "comuníquese con la Mesa de Ayuda."
)
MAY_GO_ON = (
    "No tiene que hacer nada más. Puede presentarlo otra vez cuando quiera. La entidad puede "
    "continuarlo de oficio por interés público: en ese caso lo decide con motivos y se lo dice."
)
COUNTED_THERE = (
    "El plazo para responderle se cuenta allá desde el día siguiente a cuando lo reciban. Esta es "
    "su copia del oficio de traslado."
)


@dataclass(frozen=True)
class Letter:
    """What a letter tells: the act, the words of the office, and what the act needs beside."""

    action: Action
    radicado: str
    words: str
    source: str = ""
    until: date | None = None
    to: str = ""
    rule: str = ""
    ground: str = ""


def opened_letters(events: Iterable[Event], messages: Iterable[Message]) -> dict[int, str]:
    """What went out with a radicado and was opened, by the event that says so: «la respuesta
    SOA2026EE000012». That other messages were opened is told beside them."""
    letters = {message.id: message for message in messages if message.radicado}
    return {
        event.id: f"{_NAMES[letters[event.message_id].kind]} {letters[event.message_id].radicado}"
        for event in events
        if event.action is Action.OPEN and event.message_id in letters
    }


def title_of(action: Action | None) -> str:
    """The title of what went out with a radicado: a letter of the law, or an answer."""
    return TITLES[action] if action else ANSWER


def written(letter: Letter, course: Course) -> str:
    """The text of the letter, once the act has given `course`."""
    opening, closing = _around(letter, course)
    source = letter.source or letter.action.source
    parts = [opening, letter.words.strip(), closing, f"Norma: {source}."]
    return "\n\n".join(part for part in parts if part)


def _around(letter: Letter, course: Course) -> tuple[str, str]:
    code = letter.radicado
    match letter.action:
        case Action.ASK_TO_COMPLETE | Action.ASK_TO_CLARIFY:
            verb = "complete" if letter.action is Action.ASK_TO_COMPLETE else "aclare"
            until = long_date(course.stops[-1].citizen_until)
            closing = (
                f"Puede hacerlo hasta el {until}, en este mismo requerimiento. Mientras tanto el "
                f"plazo para responderle está detenido. {_if_nothing_comes(letter.action)}"
            )
            return f"Para responder su requerimiento {code} necesitamos que lo {verb}:", closing
        case Action.EXTEND:
            until = long_date(letter.until) if letter.until else ""
            return (
                f"No podemos responder su requerimiento {code} en el plazo inicial. El motivo es:",
                f"Le responderemos a más tardar el {until}.",
            )
        case Action.REFER:
            return (
                f"Trasladamos su requerimiento {code} a {letter.to}, la autoridad competente.",
                COUNTED_THERE,
            )
        case Action.REJECT:
            rule = f"La información es reservada según {letter.rule}." if letter.rule else ""
            return f"Rechazamos su requerimiento {code} por estos motivos:", rule
        case Action.PRIORITISE:
            return (
                f"Su requerimiento {code} se atiende antes que otros. {letter.ground}.",
                "El plazo para responderle no cambia.",
            )
    return _around_an_end(letter)


def _around_an_end(letter: Letter) -> tuple[str, str]:
    """Of an act that ends the case and leaves it to nobody else."""
    code = letter.radicado
    match letter.action:
        case Action.ANNUL:
            return (
                f"Anulamos el radicado {code}, que se tomó por error. El motivo es:",
                KEPT_IN_THE_REGISTER,
            )
        case Action.WITHDRAW:
            reasons = " Sus razones:" if letter.words else ""
            return f"Recibimos su desistimiento: {code} termina aquí.{reasons}", MAY_GO_ON
        case Action.DECLARE_WITHDRAWN:
            return f"Decretamos el desistimiento tácito del requerimiento {code}:", APPEAL
    return f"Archivamos su requerimiento {code}:", "Puede presentarlo otra vez cuando quiera."


def _if_nothing_comes(action: Action) -> str:
    if action is Action.ASK_TO_COMPLETE:
        return (
            "Antes de esa fecha puede pedir más plazo, hasta por un mes. Si no lo completa, la "
            "entidad puede decretar el desistimiento, y usted puede presentarlo otra vez."
        )
    return "Si no lo aclara, la entidad puede archivarlo."

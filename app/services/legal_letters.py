"""The words of the letters that the law asks for: what the office writes, and around it what the
citizen may do, until when, and by which article."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.appeal import source_of
from app.domain.course import Course
from app.domain.dates import business_days, long_date
from app.domain.events import Ruling
from app.domain.requerimiento import Action
from app.domain.terms import Matter, term_of
from app.models import Event, Message, MessageKind, Requerimiento

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
    Action.RULE: "Decisión sobre el recurso o la insistencia",
}
# What each is about, in its paper: «solicitud de completar su requerimiento SOA2026ER000001».
SUBJECTS = {
    Action.ASK_TO_COMPLETE: "solicitud de completar su requerimiento",
    Action.ASK_TO_CLARIFY: "solicitud de aclarar su requerimiento",
    Action.EXTEND: "prórroga del plazo de su requerimiento",
    Action.REFER: "traslado del requerimiento",
    Action.WITHDRAW: "constancia de que desistió de su requerimiento",
    Action.DECLARE_WITHDRAWN: "desistimiento tácito de su requerimiento",
    Action.SHELVE: "archivo de su requerimiento",
    Action.REJECT: "rechazo de su requerimiento",
    Action.PRIORITISE: "atención prioritaria de su requerimiento",
    Action.ANNUL: "anulación del radicado",
    Action.RULE: "decisión del recurso o la insistencia en su requerimiento",
}
# What the mail that tells of each says that happened.
_HAPPENED = {
    Action.ASK_TO_COMPLETE: "La entidad le pide completar su requerimiento {code}.",
    Action.ASK_TO_CLARIFY: "La entidad le pide aclarar su requerimiento {code}.",
    Action.EXTEND: "La entidad necesita más tiempo para responder su requerimiento {code}.",
    Action.WITHDRAW: "Recibimos su desistimiento: el requerimiento {code} termina aquí.",
    Action.DECLARE_WITHDRAWN: "La entidad decretó el desistimiento tácito de su requerimiento "
    "{code}, porque no se completó.",
    Action.SHELVE: "La entidad archivó su requerimiento {code}, porque no se aclaró.",
    Action.REJECT: "La entidad rechazó su requerimiento {code}.",
    Action.PRIORITISE: "La entidad atiende su requerimiento {code} antes que otros.",
}
ANSWER = "Respuesta"
REPROMISED = "Nueva fecha del compromiso"  # of an extension within the term of the law
_NAMES = {MessageKind.ANSWER: "la respuesta", MessageKind.MESSAGE: "el oficio"}
APPEAL = (
    "Contra esta decisión procede el recurso de reposición, dentro de los 10 días hábiles "
    "siguientes a su notificación (Ley 1437 de 2011, artículos 17 y 76). Puede presentar otra "
    "vez la solicitud, con lo que faltó."
)
MAY_APPEAL = (
    "Contra esta decisión procede el recurso de reposición, dentro de los 10 días hábiles "
    "siguientes a su notificación (Ley 1437 de 2011, artículo 76). Puede presentarlo en este mismo "
    "requerimiento. También puede presentar otra vez la solicitud."
)
KEPT_IN_THE_REGISTER = (
    "El número no se usa otra vez: queda en el registro con este motivo. Si cree que es un error, "
    "comuníquese con la Mesa de Ayuda."
)
MAY_GO_ON = "No tiene que hacer nada más. Puede presentarlo otra vez cuando quiera."
COUNTED_THERE = (
    "El plazo para responderle se cuenta desde el día siguiente a cuando ustedes reciban este "
    "oficio."
)
ANSWER_THEM = "Respóndanle directamente."
ANSWER_US = (
    "No dejó a dónde responderle: envíen la respuesta a esta entidad, con el número {code}. Aquí "
    "la lee con su cuenta o, si radicó sin ella, con el radicado y la clave."
)
ANONYMOUS = "Se presentó sin datos de quien pide."
COPY_THERE = "Copia: en el requerimiento, donde la lee quien lo presentó."

# The acts whose letter also counts the term, day by day.
MOVES_THE_CLOCK = frozenset({Action.ASK_TO_COMPLETE, Action.ASK_TO_CLARIFY, Action.EXTEND})

_ARTICLES = re.compile(r"art(?:[íi]culos?|s?\.)\s*(\d+(?:\s*(?:,|y)\s*\d+)*)")


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
    ruling: Ruling | None = None

    def norm(self, course: Course) -> str:
        """The article that rules the act, once it has given `course`."""
        if self.ruling and course.ended:
            return source_of(course.ended)
        if is_of_promise(self.action, course):
            return course.term.source  # what promised the date that changes
        return self.source or self.action.source


@dataclass(frozen=True)
class Petition:
    """What a letter to another authority tells of a case that this authority has not seen: what
    it is, who asks, with what is needed to answer them, if they left it, and how many files came
    with it."""

    kind: str
    received_at: datetime
    person: str
    contact: str
    files: int
    is_reachable: bool = True


def opened_letters(events: Iterable[Event], messages: Iterable[Message]) -> dict[int, str]:
    """What went out with a radicado and was opened, by the event that says so: «la respuesta
    SOA2026EE000012». That other messages were opened is told beside them."""
    letters = {message.id: message for message in messages if message.radicado}
    return {
        event.id: f"{_NAMES[letters[event.message_id].kind]} {letters[event.message_id].radicado}"
        for event in events
        if event.action is Action.OPEN and event.message_id in letters
    }


def title_of(action: Action | None, *, is_promise: bool = False) -> str:
    """The title of what went out with a radicado: a letter of the law, or an answer. `is_promise`
    says of an extension that it gave another date only to what the entity had promised."""
    if is_promise:
        return REPROMISED
    return TITLES[action] if action else ANSWER


def is_of_promise(action: Action | None, course: Course) -> bool:
    """Whether an act that left that course gave another date only to what was promised."""
    return action is Action.EXTEND and not course.is_extended


def repromised(case: Requerimiento, events: Iterable[Event]) -> list[Event]:
    """The lines of a case in which an extension gave another date only to what was promised."""
    law = case.days_of_law
    return [
        event
        for event in events
        if law and event.action is Action.EXTEND and (event.days or 0) <= law
    ]


def titles_of(
    case: Requerimiento, events: Iterable[Event], messages: Iterable[Message]
) -> dict[int, str]:
    """What each letter of a case is called, with its radicado, by its number: «Aviso de prórroga
    SOA2026EE000001»."""
    promises = {event.message_id for event in repromised(case, events)}
    return {
        one.id: f"{title_of(one.action, is_promise=one.id in promises)} {one.radicado}"
        for one in messages
        if one.radicado
    }


def subject_of(action: Action | None, *, is_promise: bool = False) -> str:
    """What the paper of that letter is about, before the number of the case."""
    if is_promise:
        return "nueva fecha del compromiso en su requerimiento"
    return SUBJECTS[action] if action else "respuesta a su requerimiento"


def happened(letter: Letter, *, is_sensitive: bool) -> str:
    """What a mail says that the letter did. Of a sensitive case it does not say where it went."""
    code = letter.radicado
    if letter.action is Action.REFER:
        there = "la autoridad competente" if is_sensitive else letter.to
        return f"La entidad trasladó su requerimiento {code} a {there}, que debe responderle."
    if letter.ruling is not None:
        return (
            f"La entidad decidió lo que usted presentó contra la decisión en su requerimiento "
            f"{code}. {letter.ruling.done}."
        )
    return _HAPPENED[letter.action].format(code=code)


def written(letter: Letter, course: Course, petition: Petition | None = None) -> str:
    """The text of the letter, once the act has given `course`. `petition` is told to the authority
    that a case is referred to."""
    if petition is not None:
        opening, closing = _of_referral(letter, petition)
    else:
        opening, closing = _around(letter, course)
    parts = [opening, letter.words.strip(), closing, f"Norma: {letter.norm(course)}."]
    if petition is not None:
        copy = f"Copia: {petition.person}, quien lo presentó."
        parts.append(copy if petition.is_reachable else COPY_THERE)
    return "\n\n".join(part for part in parts if part)


def missing(letter: Letter, course: Course, text: str) -> list[str]:
    """What the law has the letter say and its text, once it was changed, says no more."""
    said = " ".join(text.casefold().split())
    days = (day for day in _days(letter, course) if not _on(day, said))
    lacks = [f"el último día ({long_date(day)})" for day in days]
    if letter.to.casefold() not in said:
        lacks.append(f"a quién va dirigido ({letter.to})")
    if not _cites(said, letter.norm(course)):
        lacks.append(f"la norma ({letter.norm(course)})")
    return lacks + [words for words, mark in _remedies(letter) if mark not in said]


def _days(letter: Letter, course: Course) -> Iterator[date]:
    """The last day that the letter tells the citizen."""
    if letter.action is Action.EXTEND and letter.until:
        yield letter.until
    elif letter.action in MOVES_THE_CLOCK:
        yield course.stops[-1].citizen_until


def _on(day: date, said: str) -> bool:
    written_out = long_date(day).partition(" ")[2].rpartition(" de ")[0]  # «20 de abril»
    in_figures = rf"0?{day.day}/0?{day.month}/{day.year}"
    return re.search(rf"\b(?:{written_out}|{in_figures})\b", said) is not None


def _cites(said: str, norm: str) -> bool:
    """Whether the text names the law of the norm, and each of its articles."""
    number = re.search(r"\d+", norm)
    is_named = number is None or re.search(rf"\b{number[0]}\b", said) is not None
    return is_named and _articles(norm.casefold()) <= _articles(said)


def _articles(text: str) -> set[str]:
    return {number for found in _ARTICLES.findall(text) for number in re.findall(r"\d+", found)}


def _remedies(letter: Letter) -> Iterator[tuple[str, str]]:
    """What the citizen may do against the act, and the word without which it is not told."""
    if letter.action is Action.DECLARE_WITHDRAWN:
        yield "el recurso de reposición y su plazo", "reposición"
    if letter.action is Action.REJECT and letter.rule:
        yield "que puede insistir en su solicitud, y en qué plazo", "insist"


def tells_remedy(text: str) -> bool:
    """Whether a letter, as it went, says what the citizen may do against the decision."""
    return re.search(r"reposición|recurso|insist", text.casefold()) is not None


def _of_referral(letter: Letter, petition: Petition) -> tuple[str, str]:
    """Article 21: the petition goes to whoever is competent, and the citizen has a copy of the
    letter that sends it."""
    opening = (
        f"Señores\n{letter.to}\n\nLes remitimos, por ser de su competencia, el requerimiento "
        f"{letter.radicado} ({petition.kind.lower()}), que recibimos el "
        f"{long_date(petition.received_at.date())}."
    )
    files = {0: "sin anexos", 1: "con su anexo"}.get(petition.files, "con sus anexos")
    who = f"Lo presentó {petition.person}. {petition.contact}"
    how = ANSWER_THEM if petition.is_reachable else ANSWER_US.format(code=letter.radicado)
    whole = f"La solicitud va completa con este oficio, {files}."
    return opening, f"{who}\n\n{whole} {COUNTED_THERE} {how}"


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
            return _of_more_time(letter, course)
        case Action.REJECT:
            closing = _of_reserve(letter.rule, course) if letter.rule else MAY_APPEAL
            return f"Rechazamos su requerimiento {code} por estos motivos:", closing
        case Action.PRIORITISE:
            return (
                f"Su requerimiento {code} se atiende antes que otros, {letter.ground}.",
                "El plazo para responderle no cambia.",
            )
        case Action.RULE:
            return _of_ruling(letter, course)
    return _around_an_end(letter)


def _of_more_time(letter: Letter, course: Course) -> tuple[str, str]:
    """Article 14: until when the answer comes. What was promised before is told for what it was."""
    until = f"Le responderemos a más tardar el {long_date(letter.until)}" if letter.until else ""
    promised, law = course.last_day_of(course.term.days), course.legal_due_on
    if course.term.law is None or promised is None or law is None:
        opening = f"No podemos responder su requerimiento {letter.radicado} en el plazo inicial."
        return f"{opening} El motivo es:", f"{until}."
    if course.is_extended:
        opening = (
            f"No podemos responder su requerimiento {letter.radicado} en el plazo de la ley, que "
            f"vence el {long_date(law)}, ni para el {long_date(promised)}, que era el compromiso "
            "de la entidad. El motivo es:"
        )
        return opening, f"{until}."
    opening = (
        f"Nos comprometimos a responder su requerimiento {letter.radicado} a más tardar el "
        f"{long_date(promised)}, antes de lo que manda la ley, y necesitamos más tiempo. El "
        "motivo es:"
    )
    return opening, f"{until}. El plazo de la ley no cambia: vence el {long_date(law)}."


def _of_ruling(letter: Letter, course: Course) -> tuple[str, str]:
    """What is decided on what the citizen presented against the end of the case."""
    on = f" del {long_date(course.ended.at.date())}" if course.ended else ""
    decision = f"la decisión{on} en su requerimiento {letter.radicado}"
    if letter.ruling is Ruling.REVOKE:
        return f"Revocamos {decision}. Esta es la respuesta de fondo:", ""
    if letter.ruling is Ruling.REMIT:
        opening = (
            f"Recibimos su insistencia contra {decision}. La enviamos, con la documentación del "
            f"caso, a quien decide: {letter.to}. Nuestras razones:"
        )
        return opening, "Allá se decide dentro de los 10 días siguientes."
    return f"Estudiamos lo que presentó contra {decision}. La confirmamos por estos motivos:", ""


def _of_reserve(rule: str, course: Course) -> str:
    """Article 26: who is refused what is reserved may insist, and a judge decides."""
    decided = course.ended.at.date() if course.ended else course.received_on
    term = term_of(Matter.INSIST_ON_RESERVED, decided)
    return (
        f"La información es reservada según {rule}. Si no está de acuerdo puede insistir, por "
        f"escrito y con sus razones, ante esta entidad, dentro de los {business_days(term.days)} "
        "siguientes a la notificación de esta decisión. En ese caso la entidad envía la "
        "documentación al juez o al tribunal administrativo, que decide dentro de los 10 días "
        "siguientes (Ley 1437 de 2011, artículo 26)."
    )


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
    return f"Archivamos su requerimiento {code}, que no se aclaró a tiempo:", MAY_APPEAL


def _if_nothing_comes(action: Action) -> str:
    if action is Action.ASK_TO_COMPLETE:
        return (
            "Antes de esa fecha puede pedir más plazo, hasta por un mes. Si no lo completa, la "
            "entidad puede decretar el desistimiento, y usted puede presentarlo otra vez."
        )
    return "Si no lo aclara, la entidad puede archivarlo."

"""What a requerimiento is and how it may move. How long it may take is in `terms`."""

from enum import StrEnum

from app.domain.errors import RuleBroken

MAX_BODY = 20_000  # characters of the text of a filing, a message or an answer


class Kind(StrEnum):
    """What the citizen asks for; each has its own term (`app.domain.terms`)."""

    PETITION = "peticion"
    INFORMATION = "peticion_informacion"
    DOCUMENTS = "peticion_documentos"
    CONSULTATION = "consulta"
    COMPLAINT = "queja"
    CLAIM = "reclamo"
    SUGGESTION = "sugerencia"
    REPORT = "denuncia"
    COMPLIMENT = "felicitacion"
    PROCEDURE = "tramite"

    @property
    def label(self) -> str:
        """The name a citizen reads."""
        return KIND_LABELS[self]

    @property
    def definition(self) -> str:
        """One sentence that helps to choose."""
        return KIND_DEFINITIONS[self]


KIND_LABELS = {
    Kind.PETITION: "Petición",
    Kind.INFORMATION: "Petición de información",
    Kind.DOCUMENTS: "Petición de documentos",
    Kind.CONSULTATION: "Consulta",
    Kind.COMPLAINT: "Queja",
    Kind.CLAIM: "Reclamo",
    Kind.SUGGESTION: "Sugerencia",
    Kind.REPORT: "Denuncia",
    Kind.COMPLIMENT: "Felicitación",
    Kind.PROCEDURE: "Trámite",
}

KIND_DEFINITIONS = {
    Kind.PETITION: "Pide algo a la entidad, de interés general o de su interés particular.",
    Kind.INFORMATION: "Pide un dato o una información que la entidad tiene.",
    Kind.DOCUMENTS: "Pide copia de un documento que la entidad guarda.",
    Kind.CONSULTATION: "Pide la opinión de la entidad sobre un asunto de su competencia.",
    Kind.COMPLAINT: "Está inconforme con un servidor o con la forma en que lo atendieron.",
    Kind.CLAIM: "Pide revisar o corregir un servicio que se prestó mal o que no se prestó.",
    Kind.SUGGESTION: "Propone una mejora del servicio.",
    Kind.REPORT: "Informa de una conducta que puede ser irregular, para que se investigue.",
    Kind.COMPLIMENT: "Reconoce un buen servicio.",
    Kind.PROCEDURE: "Radica un trámite, como un certificado o un registro de firmas.",
}


class Channel(StrEnum):
    """The way by which a requerimiento came in."""

    WEB = "web"
    IN_PERSON = "presencial"
    PHONE = "telefono"
    LETTER = "carta"

    @property
    def label(self) -> str:
        """The words of the counter's form."""
        return {
            Channel.WEB: "En línea",
            Channel.IN_PERSON: "En persona",
            Channel.PHONE: "Por teléfono",
            Channel.LETTER: "Por carta",
        }[self]

    @property
    def is_spoken(self) -> bool:
        """Whether somebody says it and a clerk writes it down."""
        return self in (Channel.IN_PERSON, Channel.PHONE)


class Status(StrEnum):
    """Where a requerimiento stands."""

    FILED = "radicado"
    ASSIGNED = "asignado"
    IN_PROGRESS = "en_tramite"
    WAITING = "en_espera"
    ANSWERED = "respondido"
    CLOSED = "cerrado"
    REFERRED = "trasladado"
    WITHDRAWN = "desistido"
    REJECTED = "rechazado"
    ANNULLED = "anulado"

    @property
    def label(self) -> str:
        """The word people read."""
        return STATUS_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Somebody still owes the citizen an answer."""
        return self in OPEN


STATUS_LABELS = {
    Status.FILED: "Radicado",
    Status.ASSIGNED: "Asignado",
    Status.IN_PROGRESS: "En trámite",
    Status.WAITING: "En espera del ciudadano",
    Status.ANSWERED: "Respondido",
    Status.CLOSED: "Cerrado",
    Status.REFERRED: "Trasladado",
    Status.WITHDRAWN: "Desistido",
    Status.REJECTED: "Rechazado",
    Status.ANNULLED: "Anulado",
}

OPEN = frozenset({Status.FILED, Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING})


class Action(StrEnum):
    """A verb of the office (or of the citizen) on a requerimiento."""

    FILE = "radicar"
    ASSIGN = "asignar"
    START = "tramitar"
    MESSAGE = "escribir"
    NOTE = "anotar"
    CONTRIBUTE = "aportar"
    ANSWER = "responder"
    CLOSE = "cerrar"
    ANNUL = "anular"
    ASK_TO_COMPLETE = "requerir"
    ASK_MORE_TIME = "pedir_plazo"
    COMPLETE = "completar"
    ASK_TO_CLARIFY = "pedir_aclaracion"
    CLARIFY = "aclarar"
    EXTEND = "prorrogar"
    REFER = "trasladar"
    WITHDRAW = "desistir"
    DECLARE_WITHDRAWN = "decretar_desistimiento"
    SHELVE = "archivar"
    REJECT = "rechazar"
    PRIORITISE = "priorizar"
    MOVE = "mover_plazo"
    RETURN_MAIL = "devolver_correo"
    NOTIFY = "notificar"
    HAND_OVER = "pasar"
    RELEASE = "soltar"
    SUBMIT = "pedir_aprobacion"
    APPROVE = "aprobar"
    RETURN = "devolver_respuesta"
    UNDO = "deshacer_envio"
    LINK = "vincular"
    UNLINK = "desvincular"
    RESERVE = "reservar"
    UNRESERVE = "levantar_reserva"
    RECUSE = "apartar"
    OPEN = "abrir"
    ACCEPT_NOTICES = "aceptar_notificacion"
    REFUSE_NOTICES = "revocar_notificacion"
    ERASE = "suprimir_datos"
    RULE = "decidir_recurso"

    @property
    def label(self) -> str:
        """The words of a button or of a line of the history."""
        return ACTION_LABELS[self]

    @property
    def done(self) -> str:
        """The line of the history once it has happened."""
        return ACTIONS_DONE[self]

    @property
    def source(self) -> str:
        """The article that rules the action; "" for what is only housekeeping."""
        return ARTICLES.get(self, "")


ACTION_LABELS = {
    Action.FILE: "Radicar",
    Action.ASSIGN: "Asignar",
    Action.START: "Poner en trámite",
    Action.MESSAGE: "Escribir al ciudadano",
    Action.NOTE: "Anotar",
    Action.CONTRIBUTE: "Enviar más información",
    Action.ANSWER: "Responder",
    Action.CLOSE: "Cerrar",
    Action.ANNUL: "Anular el radicado",
    Action.ASK_TO_COMPLETE: "Pedir que complete la solicitud",
    Action.ASK_MORE_TIME: "Pedir más plazo para completar",
    Action.COMPLETE: "Entregar lo que falta",
    Action.ASK_TO_CLARIFY: "Pedir que aclare la solicitud",
    Action.CLARIFY: "Aclarar la solicitud",
    Action.EXTEND: "Prorrogar el plazo",
    Action.REFER: "Trasladar por competencia",
    Action.WITHDRAW: "Desistir",
    Action.DECLARE_WITHDRAWN: "Decretar el desistimiento tácito",
    Action.SHELVE: "Archivar porque no se aclaró",
    Action.REJECT: "Rechazar",
    Action.PRIORITISE: "Dar prioridad",
    Action.MOVE: "Mover el plazo por el calendario",
    Action.RETURN_MAIL: "Registrar que un correo no llegó",
    Action.NOTIFY: "Notificar por otro medio",
    Action.HAND_OVER: "Pasar a otra dependencia",
    Action.RELEASE: "Devolver a la dependencia",
    Action.SUBMIT: "Pedir aprobación",
    Action.APPROVE: "Aprobar la respuesta",
    Action.RETURN: "Devolver la respuesta",
    Action.UNDO: "Deshacer el envío",
    Action.LINK: "Vincular con otro requerimiento",
    Action.UNLINK: "Desvincular",
    Action.RESERVE: "Marcar como sensible",
    Action.UNRESERVE: "Quitar la marca de sensible",
    Action.RECUSE: "Apartarse o apartar a alguien del caso",
    Action.OPEN: "Abrir lo que escribió la Secretaría",
    Action.ACCEPT_NOTICES: "Aceptar la notificación electrónica",
    Action.REFUSE_NOTICES: "Revocar la notificación electrónica",
    Action.ERASE: "Suprimir los datos personales",
    Action.RULE: "Decidir el recurso o la insistencia",
}

ACTIONS_DONE = {
    Action.FILE: "Radicado",
    Action.ASSIGN: "Asignado",
    Action.START: "Puesto en trámite",
    Action.MESSAGE: "Mensaje al ciudadano",
    Action.NOTE: "Nota interna",
    Action.CONTRIBUTE: "El ciudadano envió más información",
    Action.ANSWER: "Respondido",
    Action.CLOSE: "Cerrado",
    Action.ANNUL: "Radicado anulado",
    Action.ASK_TO_COMPLETE: "Se pidió completar la solicitud",
    Action.ASK_MORE_TIME: "El ciudadano pidió más plazo para completar",
    Action.COMPLETE: "El ciudadano entregó lo que faltaba",
    Action.ASK_TO_CLARIFY: "Se pidió aclarar la solicitud",
    Action.CLARIFY: "El ciudadano aclaró la solicitud",
    Action.EXTEND: "Plazo prorrogado",
    Action.REFER: "Trasladado por competencia",
    Action.WITHDRAW: "El ciudadano desistió",
    Action.DECLARE_WITHDRAWN: "Se decretó el desistimiento tácito",
    Action.SHELVE: "Archivado porque no se aclaró",
    Action.REJECT: "Rechazado",
    Action.PRIORITISE: "Se le dio prioridad",
    Action.MOVE: "El vencimiento cambió por el calendario",
    Action.RETURN_MAIL: "Un correo no llegó a su destino",
    Action.NOTIFY: "Notificado por otro medio",
    Action.HAND_OVER: "Pasó a otra dependencia",
    Action.RELEASE: "Devuelto a la dependencia",
    Action.SUBMIT: "Se pidió aprobar la respuesta",
    Action.APPROVE: "Respuesta aprobada",
    Action.RETURN: "Respuesta devuelta con observaciones",
    Action.UNDO: "Se deshizo el envío de la respuesta",
    Action.LINK: "Vinculado con otro requerimiento",
    Action.UNLINK: "Desvinculado de otro requerimiento",
    Action.RESERVE: "Marcado como sensible",
    Action.UNRESERVE: "Dejó de estar marcado como sensible",
    Action.RECUSE: "Cambió quién está apartado del caso",
    Action.OPEN: "El ciudadano abrió lo que se le escribió",
    Action.ACCEPT_NOTICES: "El ciudadano aceptó la notificación electrónica",
    Action.REFUSE_NOTICES: "El ciudadano ya no acepta la notificación electrónica",
    Action.ERASE: "Se suprimieron los datos personales",
    Action.RULE: "Se decidió el recurso o la insistencia",
}

ARTICLES = {
    Action.FILE: "Ley 1437 de 2011, artículo 15",
    Action.ANSWER: "Ley 1437 de 2011, artículo 13",
    Action.CONTRIBUTE: "Ley 1437 de 2011, artículo 15",
    Action.ANNUL: "Acuerdo AGN 060 de 2001 o la norma que lo sustituya",
    Action.ASK_TO_COMPLETE: "Ley 1437 de 2011, artículo 17",
    Action.ASK_MORE_TIME: "Ley 1437 de 2011, artículo 17",
    Action.COMPLETE: "Ley 1437 de 2011, artículo 17",
    Action.DECLARE_WITHDRAWN: "Ley 1437 de 2011, artículo 17",
    Action.WITHDRAW: "Ley 1437 de 2011, artículo 18",
    Action.ASK_TO_CLARIFY: "Ley 1437 de 2011, artículo 19",
    Action.CLARIFY: "Ley 1437 de 2011, artículo 19",
    Action.SHELVE: "Ley 1437 de 2011, artículo 19",
    Action.REJECT: "Ley 1437 de 2011, artículos 19 y 25",
    Action.EXTEND: "Ley 1437 de 2011, artículo 14, parágrafo",
    Action.PRIORITISE: "Ley 1437 de 2011, artículo 20",
    Action.REFER: "Ley 1437 de 2011, artículo 21",
    Action.MOVE: "Ley 4 de 1913, artículo 62",
    Action.NOTIFY: "Ley 1437 de 2011, artículos 56 y 67",
    Action.RECUSE: "Ley 1437 de 2011, artículos 11 y 12",
    Action.RULE: "Ley 1437 de 2011, artículos 26 y 76",
}

_WORKING = (Status.FILED, Status.ASSIGNED, Status.IN_PROGRESS)
_NEAR = (Status.ASSIGNED, Status.IN_PROGRESS)
_IN_HAND = (*_NEAR, Status.WAITING)
_AGAINST_THEIR_WILL = (Status.REJECTED, Status.WITHDRAWN, Status.CLOSED)

# The whole life of a requerimiento. A pair that is missing here cannot happen. What waits for the
# citizen ends by a person's act and never by the calendar (Ley 1437 of 2011, article 17).
TRANSITIONS: dict[tuple[Status | None, Action], Status] = {
    (None, Action.FILE): Status.FILED,
    (Status.FILED, Action.ASSIGN): Status.ASSIGNED,
    (Status.ASSIGNED, Action.ASSIGN): Status.ASSIGNED,
    # Whose it is may change without undoing that somebody works on it.
    (Status.IN_PROGRESS, Action.ASSIGN): Status.IN_PROGRESS,
    # The office that received it need not wait to be assigned what is already there.
    (Status.FILED, Action.START): Status.IN_PROGRESS,
    (Status.ASSIGNED, Action.START): Status.IN_PROGRESS,
    (Status.ASSIGNED, Action.ANSWER): Status.ANSWERED,
    (Status.IN_PROGRESS, Action.ANSWER): Status.ANSWERED,
    (Status.ANSWERED, Action.CLOSE): Status.CLOSED,
    (Status.FILED, Action.ANNUL): Status.ANNULLED,
    (Status.ASSIGNED, Action.ANNUL): Status.ANNULLED,
    # Words exchanged on the way leave the requerimiento where it stands.
    (Status.ASSIGNED, Action.MESSAGE): Status.ASSIGNED,
    (Status.IN_PROGRESS, Action.MESSAGE): Status.IN_PROGRESS,
    (Status.ANSWERED, Action.MESSAGE): Status.ANSWERED,
    # What another authority answers to whom only this one reaches (article 21).
    (Status.REFERRED, Action.MESSAGE): Status.REFERRED,
    **{
        (status, Action.NOTE): status
        for status in Status
        if status not in (Status.CLOSED, Status.ANNULLED)
    },
    # Who was refused may insist or appeal where they were told (articles 17 and 26). Of what is
    # closed, only what was shelved takes it (`services.casework`).
    **{
        (status, Action.CONTRIBUTE): status
        for status in (*sorted(OPEN), Status.ANSWERED, *_AGAINST_THEIR_WILL)
    },
    # What they present then is decided, and the case stays ended.
    **{(status, Action.RULE): status for status in _AGAINST_THEIR_WILL},
    # While it waits for the citizen the office may still hand it over, write and even answer.
    (Status.WAITING, Action.ASSIGN): Status.WAITING,
    (Status.WAITING, Action.MESSAGE): Status.WAITING,
    (Status.WAITING, Action.ANSWER): Status.ANSWERED,
    **{(status, Action.ASK_TO_COMPLETE): Status.WAITING for status in _NEAR},
    **{(status, Action.ASK_TO_CLARIFY): Status.WAITING for status in _NEAR},
    (Status.WAITING, Action.ASK_MORE_TIME): Status.WAITING,
    (Status.WAITING, Action.COMPLETE): Status.IN_PROGRESS,
    (Status.WAITING, Action.CLARIFY): Status.IN_PROGRESS,
    (Status.WAITING, Action.DECLARE_WITHDRAWN): Status.WITHDRAWN,
    (Status.WAITING, Action.SHELVE): Status.CLOSED,
    # An extension and a priority are facts with their date, not states.
    **{(status, Action.EXTEND): status for status in _WORKING},
    **{(status, Action.PRIORITISE): status for status in sorted(OPEN)},
    **{(status, Action.MOVE): status for status in sorted(OPEN)},
    # What the mail gave back, and how it was told instead, are facts of any state.
    **{(status, Action.RETURN_MAIL): status for status in Status},
    **{(status, Action.NOTIFY): status for status in Status},
    # Whose it is within the entity. The citizen's term does not notice.
    **{(status, Action.HAND_OVER): Status.ASSIGNED for status in _WORKING},
    (Status.WAITING, Action.HAND_OVER): Status.WAITING,
    **{(status, Action.RELEASE): Status.ASSIGNED for status in _NEAR},
    (Status.WAITING, Action.RELEASE): Status.WAITING,
    # An answer on its way: it is one once it was sent.
    **{(status, Action.SUBMIT): status for status in _IN_HAND},
    **{(status, Action.APPROVE): status for status in _IN_HAND},
    **{(status, Action.RETURN): status for status in _IN_HAND},
    **{(status, Action.UNDO): status for status in _IN_HAND},
    **{(status, Action.LINK): status for status in sorted(OPEN)},
    # A leader that has ended lets go too.
    **{(status, Action.UNLINK): status for status in Status},
    **{(status, Action.RESERVE): status for status in Status},
    **{(status, Action.UNRESERVE): status for status in Status},
    **{(status, Action.RECUSE): status for status in sorted(OPEN)},
    # What the citizen reads, and how they accept to be told, are facts of any state.
    **{(status, Action.OPEN): status for status in Status},
    **{(status, Action.ACCEPT_NOTICES): status for status in Status},
    **{(status, Action.REFUSE_NOTICES): status for status in Status},
    # As long as an answer is owed, the law needs the data.
    **{(status, Action.ERASE): status for status in Status if status not in OPEN},
    **{(status, Action.REFER): Status.REFERRED for status in _WORKING},
    **{(status, Action.REJECT): Status.REJECTED for status in _NEAR},
    **{(status, Action.WITHDRAW): Status.WITHDRAWN for status in sorted(OPEN)},
}


class TransitionNotAllowed(RuleBroken):
    """The state of the requerimiento does not admit the action."""

    def __init__(self, status: Status | None, action: Action) -> None:
        where = f"está en el estado «{status.label}»" if status else "es nuevo"
        law = f" Norma: {action.source}." if action.source else ""
        super().__init__(
            f"Este requerimiento {where}: la acción «{action.label}» no está permitida.{law}"
        )


def next_status(status: Status | None, action: Action) -> Status:
    """Return the status that `action` leads to.

    Raises:
        TransitionNotAllowed: the pair is not in the table.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise TransitionNotAllowed(status, action) from None


def allowed_actions(status: Status) -> list[Action]:
    """The buttons a page may offer: the same table, read the other way."""
    return [action for action in Action if (status, action) in TRANSITIONS]


def excerpt(body: str, length: int = 120) -> str:
    """The first words of a text on one line, for lists that never load the whole."""
    words = " ".join(body[: length * 4].split())
    if len(words) <= length:
        return words
    return words[: length - 1].rsplit(" ", 1)[0] + "…"

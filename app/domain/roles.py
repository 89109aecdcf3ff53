"""What each role of the staff may do: one table that pages, services and tests read."""

from enum import StrEnum

from app.domain.requerimiento import Action


class Role(StrEnum):
    """The roles of an entity's staff. A citizen has none."""

    OFFICIAL = "funcionario"
    COUNTER = "ventanilla"
    COORDINATOR = "coordinador"
    ADMINISTRATOR = "administrador"
    OBSERVER = "observador"

    @property
    def label(self) -> str:
        """The word people read."""
        return {
            Role.OFFICIAL: "Funcionario",
            Role.COUNTER: "Ventanilla",
            Role.COORDINATOR: "Coordinador",
            Role.ADMINISTRATOR: "Administrador",
            Role.OBSERVER: "Observador",
        }[self]


class Permission(StrEnum):
    """Something a member of the staff may be allowed to do within the entity."""

    SEE_CASES = "ver_casos"
    ASSIGN = "asignar"
    WORK = "tramitar"
    CLOSE = "cerrar"
    ANNUL = "anular"
    NOTE = "anotar"
    APPROVE = "aprobar"
    GUARD = "reservar"
    COUNTER = "ventanilla"
    NOTIFY = "notificar"
    ADMINISTER = "administrar"
    FOUND = "administrar_entidades"

    @property
    def label(self) -> str:
        """What the table of roles says."""
        return PERMISSION_LABELS[self]


PERMISSION_LABELS = {
    Permission.SEE_CASES: "Ver los requerimientos de la entidad",
    Permission.ASSIGN: "Asignar requerimientos, también los de otras dependencias",
    Permission.WORK: "Tramitar y responder los de su dependencia y los propios",
    Permission.CLOSE: "Cerrar, rechazar, archivar, decretar desistimientos y decidir recursos",
    Permission.ANNUL: "Anular un radicado",
    Permission.NOTE: "Escribir notas internas",
    Permission.APPROVE: "Aprobar o devolver la respuesta de otra persona",
    Permission.GUARD: "Marcar requerimientos sensibles y apartar a una persona de un caso",
    Permission.COUNTER: "Atender en ventanilla",
    Permission.NOTIFY: "Comunicar por otro medio lo que no llegó por correo",
    Permission.ADMINISTER: "Administrar la entidad",
    Permission.FOUND: "Administrar las entidades, si la suya es la predeterminada",
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OFFICIAL: frozenset(
        {Permission.SEE_CASES, Permission.WORK, Permission.NOTE, Permission.NOTIFY}
    ),
    Role.COUNTER: frozenset(
        {Permission.SEE_CASES, Permission.COUNTER, Permission.NOTE, Permission.NOTIFY}
    ),
    Role.COORDINATOR: frozenset(
        {
            Permission.SEE_CASES,
            Permission.ASSIGN,
            Permission.WORK,
            Permission.CLOSE,
            Permission.ANNUL,
            Permission.NOTE,
            Permission.APPROVE,
            Permission.GUARD,
            Permission.COUNTER,
            Permission.NOTIFY,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.OBSERVER: frozenset(),
}

NEEDED: dict[Action, Permission] = {
    Action.ASSIGN: Permission.ASSIGN,
    Action.START: Permission.WORK,
    Action.MESSAGE: Permission.WORK,
    Action.NOTE: Permission.NOTE,
    Action.ANSWER: Permission.WORK,
    Action.CLOSE: Permission.CLOSE,
    Action.ANNUL: Permission.ANNUL,
    Action.ASK_TO_COMPLETE: Permission.WORK,
    Action.ASK_TO_CLARIFY: Permission.WORK,
    Action.EXTEND: Permission.WORK,
    Action.REFER: Permission.WORK,
    Action.PRIORITISE: Permission.WORK,
    Action.NOTIFY: Permission.NOTIFY,
    Action.HAND_OVER: Permission.WORK,
    Action.RELEASE: Permission.WORK,
    Action.SUBMIT: Permission.WORK,
    Action.UNDO: Permission.WORK,
    Action.LINK: Permission.WORK,
    Action.UNLINK: Permission.WORK,
    Action.APPROVE: Permission.APPROVE,
    Action.RETURN: Permission.APPROVE,
    Action.RESERVE: Permission.GUARD,
    Action.UNRESERVE: Permission.GUARD,
    Action.RECUSE: Permission.GUARD,
    # Reasoned acts that end the case, or decide what was presented against its end.
    Action.DECLARE_WITHDRAWN: Permission.CLOSE,
    Action.SHELVE: Permission.CLOSE,
    Action.REJECT: Permission.CLOSE,
    Action.RULE: Permission.CLOSE,
    # The citizen's own, which the counter takes down for whoever comes in person.
    Action.COMPLETE: Permission.COUNTER,
    Action.CLARIFY: Permission.COUNTER,
    Action.ASK_MORE_TIME: Permission.COUNTER,
    Action.WITHDRAW: Permission.COUNTER,
    Action.CONTRIBUTE: Permission.COUNTER,
    # Of all open cases at once, by the calendar of the entity.
    Action.MOVE: Permission.ADMINISTER,
    Action.ERASE: Permission.ADMINISTER,
}


def may(role: Role | None, permission: Permission) -> bool:
    """Whether `role` has `permission`; citizens (None) have none."""
    return role is not None and permission in PERMISSIONS[role]


def may_act(role: Role | None, action: Action) -> bool:
    """Whether `role` may take `action` on a requerimiento of its entity."""
    return action in NEEDED and may(role, NEEDED[action])

"""Routes of the record of changes: who changed what, in words, and undoing it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.people import number_in
from app.domain.divipola import municipalities
from app.domain.requerimiento import Kind
from app.domain.roles import Permission, Role
from app.house_forms import READINGS
from app.models import AdministrationChange
from app.services import changes, offices, undoing
from app.web import directory, entity, short_day, thousands

# What can be asked for, and how each kind of thing is called.
SUBJECTS = {
    "entidad": "La entidad",
    "dependencia": "Dependencias",
    "persona": "Personas",
    "invitacion": "Invitaciones",
    "calendario": "Calendario",
    "recordatorios": "Recordatorios",
    "plantilla": "Plantillas",
    "tema": "Temas",
    "tramite": "Trámites",
    "textos": "Textos del portal",
    "regla": "Reglas de reparto",
    "ausencia": "Ausencias",
    "reserva": "Equipo de casos sensibles",
}
# How each field is called. One that has no words here is shown by its name.
FIELDS = {
    "name": "Nombre",
    "short_name": "Nombre corto",
    "prefix": "Prefijo de los radicados",
    "municipality": "Municipio",
    "portal_url": "Portal de la entidad",
    "men_url": "Ministerio de Educación",
    "helpdesk_address": "Dirección de la Mesa de Ayuda",
    "helpdesk_phone": "Teléfono de la Mesa de Ayuda",
    "helpdesk_email": "Correo de la Mesa de Ayuda",
    "helpdesk_hours": "Horario de la Mesa de Ayuda",
    "reading": "Lo que llega después del cierre",
    "closes_at": "Hora de cierre",
    "saturday_counts": "Los sábados cuentan",
    "is_default": "Predeterminada",
    "is_active": "Vigente",
    "moved": "Requerimientos que se movieron",
    "left_reserved": "Reservados que quedan en su dependencia, sin persona",
    "went_to": "Los recibió",
    "went_to_id": "Lo recibió",
    "first_names": "Nombres",
    "surnames": "Apellidos",
    "email": "Correo",
    "role": "Rol",
    "office_id": "Dependencia",
    "username": "Usuario",
    "expires_at": "Vence",
    "sent_again": "Enviada otra vez",
    "withdrawn": "Retirada",
    "accepted": "Aceptada",
    "first": "Primer día",
    "last": "Último día",
    "reason": "Motivo",
    "act": "Acto",
    "lifted_on": "Levantada desde",
    "lifting_act": "Acto que la levanta",
    "points": "Días antes de vencer",
    "body": "Texto",
    "text": "Texto",
    "version": "Versión",
    "summary": "Qué es",
    "who": "Quién puede pedirlo",
    "requirements": "Qué se adjunta",
    "steps": "Cómo se hace",
    "cost": "Cuánto cuesta",
    "legal_basis": "Norma que lo fija",
    "parent": "Cuelga de",
    "topic": "Tema",
    "kind": "Tipo",
    "office": "Dependencia",
    "assignee": "Persona",
    "place": "Lugar entre las reglas",
    "substitute": "Quién reemplaza",
    "in_reserve_team": "Está en el equipo",
    "term_days": "Plazo propio, en días hábiles",
    "term_source": "Acto que fija el plazo propio",
    "is_public": "Se puede elegir al radicar",
    "needs_approval": "Otra persona aprueba las respuestas",
    "is_sensitive": "Sus casos son reservados",
    "position": "Orden",
}
DAYS = frozenset({"expires_at", "first", "last", "lifted_on"})
LONGEST = 200  # characters of a text that are shown


@dataclass(frozen=True)
class Line:
    """A change as the page tells it."""

    id: int
    happened_at: datetime
    author: str
    subject: str
    title: str
    what: str
    fields: list[tuple[str, str, str]]
    can_be_undone: bool


@bp.get("/cambios")
@staff_only(Permission.ADMINISTER)
def change_log() -> ResponseReturnValue:
    """The record of changes, the newest first."""
    subject = request.args.get("asunto", "")
    subject = subject if subject in SUBJECTS else ""
    found, following = changes.page(entity().id, subject=subject, before=number_in("antes"))
    return render_template(
        "administration/changes.html",
        lines=list(_lines(found)),
        subject=subject,
        subjects=SUBJECTS,
        next_url=url_for("administration.change_log", asunto=subject or None, antes=following)
        if following
        else "",
    )


@bp.post("/cambios/<int(max=2147483647):change_id>/deshacer")
@staff_only(Permission.ADMINISTER)
def undo_change(change_id: int) -> ResponseReturnValue:
    """Set back what a change set."""
    undone = undoing.undo(change_id, author=account(), now=clock.now())
    directory().forget()
    flash(f"Se deshizo el cambio de {undone.title}.", "success")
    return redirect(url_for("administration.change_log"), code=303)


def _lines(found: Any) -> Iterator[Line]:
    undoable = undoing.undoable(found)
    names = {office.id: office.name for office in offices.of_entity(entity().id)}
    for change in found:
        yield Line(
            id=change.id,
            happened_at=change.happened_at,
            author=change.author.display_name if change.author else "La línea de comandos",
            subject=SUBJECTS.get(change.subject, change.subject.capitalize()),
            title=change.title,
            what=_what(change),
            fields=_fields(change, names),
            can_be_undone=change.id in undoable,
        )


def _what(change: AdministrationChange) -> str:
    if change.undoes_id is not None:
        return "Deshizo un cambio anterior"
    if not change.before:
        return "Se creó"
    return "Cambió" if change.after else "Se quitó"


def _fields(change: AdministrationChange, names: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """What changed: the field, what it was and what it is. Of what was made new, what says
    nothing is left out; of what was taken away, only what it said is shown."""
    rows = []
    for name in [*FIELDS, *sorted({*change.before, *change.after} - set(FIELDS))]:
        was, is_now = (side.get(name) for side in (change.before, change.after))
        if name not in change.before and name not in change.after:
            continue
        label = FIELDS.get(name, name.replace("_", " ").capitalize())
        if not change.before or not change.after:
            value = is_now if change.after else was
            if value not in (None, "", False):
                rows.append((label, "", in_words(name, value, names)))
            continue
        earlier = in_words(name, was, names) if name in change.before else ""
        rows.append((label, earlier, in_words(name, is_now, names)))
    return rows


def in_words(name: str, value: Any, names: Mapping[int, str]) -> str:
    """A value of a change as a person reads it."""
    if name == "reading":
        return READINGS.get(str(value or ""), str(value))
    if name in ("office_id", "went_to_id") and value is not None:
        return names.get(value, "otra dependencia")
    if value is None or value == "":
        return "vacío"
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, int):
        return thousands(value)
    return _text_in_words(name, str(value))


def _text_in_words(name: str, text: str) -> str:
    if name == "role" and text in set(Role):
        return Role(text).label
    if name == "kind" and text in set(Kind):
        return Kind(text).label
    if name == "municipality" and text in municipalities():
        return municipalities()[text].label
    if name in DAYS:
        return short_day(date.fromisoformat(text))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"

"""The home of the administrators' room: all that an entity decides, one line each."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.engine import make_url

from app.access import staff_only
from app.administration.blueprint import bp
from app.domain.roles import Permission
from app.web import entity, settings


@dataclass(frozen=True)
class Section:
    """A page of the room: what it is called, what is done there, and its endpoint."""

    title: str
    words: str
    endpoint: str
    needs: Permission = Permission.ADMINISTER


# A new page of the room has its line here, and nowhere else.
SECTIONS: dict[str, tuple[Section, ...]] = {
    "La entidad": (
        Section(
            "Datos de la entidad",
            "Nombre, enlaces, Mesa de Ayuda, horario y cómo se cuentan los plazos.",
            "administration.settle",
        ),
        Section("Dependencias", "Crear, renombrar y desactivar.", "administration.office_list"),
        Section("Personas", "Invitar, cambiar de rol o de dependencia.", "administration.people"),
        Section("Roles", "Qué puede hacer cada rol.", "administration.roles"),
    ),
    "Cómo se trabaja": (
        Section(
            "Calendario", "Suspender términos y contar de nuevo los plazos.",
            "administration.calendar",
        ),
        Section(
            "Términos de ley", "Los plazos en vigor, con su norma.", "administration.terms"
        ),
        Section(
            "Recordatorios", "Qué días se recuerda al personal lo que vence.",
            "administration.reminding",
        ),
        Section(
            "Reglas de reparto", "A quién llega lo que se radica, por tema y por tipo.",
            "administration.rules",
        ),
        Section(
            "Casos sensibles", "Quiénes los leen sin dar un motivo.",
            "administration.reserve_team",
        ),
        Section(
            "Plantillas de respuesta", "Textos para empezar las respuestas que se repiten.",
            "administration.answer_texts",
        ),
    ),
    "Qué se ofrece": (
        Section(
            "Temas y Mesa de Ayuda", "El árbol de temas: a quién va cada uno, su plazo y su uso.",
            "administration.topics",
        ),
        Section(
            "Catálogo de trámites", "Requisitos, costo, plazo y norma de cada trámite.",
            "administration.procedures",
        ),
        Section(
            "Textos del portal", "Lo que la entidad dice con sus palabras, y el aviso de datos.",
            "administration.portal_texts",
        ),
    ),
    "Control": (
        Section(
            "Correo", "Qué correos salieron, cuáles no y por qué.", "administration.mail_log"
        ),
        Section(
            "Cambios", "Quién cambió qué en la administración, y cómo deshacerlo.",
            "administration.change_log",
        ),
        Section(
            "Entidades", "Las Secretarías de esta instalación.", "administration.house_list",
            needs=Permission.FOUND,
        ),
    ),
}  # fmt: skip


@bp.get("")
@staff_only(Permission.ADMINISTER)
def index() -> ResponseReturnValue:
    """All that can be decided, and the facts of the installation."""
    groups = {
        title: [section for section in sections if _is_theirs(section)]
        for title, sections in SECTIONS.items()
    }
    return render_template("administration/index.html", groups=groups, facts=_facts())


def _is_theirs(section: Section) -> bool:
    """The installation is seen to from the default entity."""
    is_here = section.needs is not Permission.FOUND or entity().is_default
    return is_here and bool(current_user.may(section.needs))


def _facts() -> list[tuple[str, str]]:
    chosen = settings()
    return [
        ("Versión", _version()),
        ("Base de datos", make_url(chosen.database).get_backend_name()),
        ("Carpeta de archivos", str(shown(chosen.storage))),
        ("Dirección del sitio", chosen.base_url),
        (
            "Límites de archivos",
            f"{chosen.max_files} de {chosen.max_file_mb} MB, {chosen.max_request_mb} MB por envío",
        ),
        (
            "Primera contraseña con el documento",
            "Permitida" if chosen.document_as_first_password else "Prohibida",
        ),
        (
            "Quién envía los correos",
            "El servidor" if chosen.embedded_worker else "Un proceso aparte (flask worker)",
        ),
    ]


def _version() -> str:
    try:
        return version("sac")
    except PackageNotFoundError:
        return "Sin instalar: corre desde la carpeta del código"


def shown(path: Path) -> Path:
    """A path as short as it can be: below the folder of the product, if it lies there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

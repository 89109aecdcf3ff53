"""How a failure becomes a page: what happened, what was not lost, and what to do next."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Sequence
from typing import cast

from flask import Flask, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app import unfinished
from app.domain.errors import NotFound, Reserved, RuleBroken, Throttled
from app.domain.requerimiento import MAX_BODY
from app.extensions import db
from app.web import without_database

log = logging.getLogger(__name__)

TRY_AGAIN = "Espere un minuto y vuelva a intentarlo."
CALL = "Si vuelve a pasar, comuníquese con la Mesa de Ayuda."

# Public forms that come back as they were typed when the page was older than its session.
SHOWN_AGAIN = (
    "auth.login",
    "auth.recover",
    "registration.register",
    "registration.complete",
    "registration.complete_data",
    "registration.install",
    "citizen.without_account",
    "citizen.follow",
    "citizen.key",
)

CASE_PAGES = {"staff": "staff.case", "citizen": "citizen.show"}  # of each room

HTTP_WORDS = {
    400: ("No pudimos leer lo que envió", "La página que envió no llegó completa."),
    403: ("No puede abrir esta página", "Su usuario no tiene permiso para verla."),
    404: (
        "No encontramos esa página",
        "Puede que la dirección esté mal escrita o que ya no exista.",
    ),
    405: ("No encontramos esa página", "Esta dirección no se abre de esa manera."),
    408: ("La conexión se cortó", "Lo que enviaba no alcanzó a llegar."),
    416: ("No pudimos enviar esa parte del archivo", "Descargue el archivo completo otra vez."),
}


def page(
    status: int,
    title: str,
    message: str,
    what_next: Sequence[str] = (),
    headers: dict[str, str] | None = None,
    *,
    back_to_case: bool = False,
) -> ResponseReturnValue:
    """Show an error page; a plainer one when the database cannot even tell whose page it is.
    `back_to_case` adds the way back to the case that it is about."""
    values = {
        "title": title,
        "message": message,
        "what_next": what_next,
        "case_url": _case_url() if back_to_case else "",
        "request_id": g.get("request_id", "") if status >= 500 else "",
    }
    try:
        body = render_template("errors/page.html", **values)
    except DBAPIError:
        without_database()
        body = render_template("errors/unavailable.html", **values)
    return body, status, headers or {}


def register(app: Flask) -> None:
    """Teach the app every failure that a person may meet."""
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Reserved, reserved)
    app.register_error_handler(Throttled, _throttled)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(IntegrityError, _changed_meanwhile)
    app.register_error_handler(DatabaseError, _database_away)
    app.register_error_handler(OSError, _disk_refused)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _rule_broken(error: RuleBroken) -> ResponseReturnValue:
    what_next = ["Nada cambió. Vuelva y revise."]
    return page(409, "No se puede hacer ahora", str(error), what_next, back_to_case=True)


def _case_url() -> str:
    """The page of the case that the address names, in the room of who asked, or ""."""
    code = (request.view_args or {}).get("radicado")
    endpoint = CASE_PAGES.get(request.blueprint or "")
    return url_for(endpoint, radicado=code) if code and endpoint else ""


def _not_found(_error: NotFound) -> ResponseReturnValue:
    return page(404, *HTTP_WORDS[404], ["Revise la dirección o el número de radicado."])


def reserved(error: Reserved) -> ResponseReturnValue:
    """The page of a sensitive case for whom it is closed to. Whom no reason would open it to works
    on no cases, and is given none."""
    what_next = (
        "Si debe trabajar en él, pida a quien coordina que se lo asigne."
        if error.asks
        else "Con su rol no se le puede asignar. Si preguntan por él, avise a quien coordina."
    )
    return page(
        404,
        "Caso reservado",
        "Solo lo abren las personas que la entidad nombró para los casos sensibles.",
        [what_next],
    )


def _throttled(error: Throttled) -> ResponseReturnValue:
    wait = {"Retry-After": str(error.retry_after)}
    return page(429, "Hizo muchos intentos", f"Espere {in_words(error.retry_after)}.", [CALL], wait)


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    try:
        rescued = unfinished.rescue()
    except DatabaseError as failure:
        return _database_away(failure)
    if rescued is not None:
        return rescued
    if request.endpoint in SHOWN_AGAIN:
        # The form checks the token as well: it refuses, and comes back with all that was typed.
        show = cast(Callable[[], ResponseReturnValue], current_app.view_functions[request.endpoint])
        return show()
    return page(
        400,
        "La página llevaba mucho tiempo abierta",
        "Por seguridad no recibimos lo que envió, y nada cambió.",
        ["Vuelva a la página anterior, actualícela y envíe de nuevo."],
    )


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    limit = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    if (request.content_length or 0) <= current_app.config["MAX_CONTENT_LENGTH"]:
        return page(
            413,
            "El texto que envió es muy largo",
            "No se guardó nada.",
            [
                "Vuelva a la página anterior: lo que escribió sigue allí.",
                f"Acorte el texto a {MAX_BODY // 1000}.000 caracteres o envíelo como archivo.",
            ],
        )
    return page(
        413,
        "Lo que envió es muy grande",
        f"Todo lo que se envía de una vez puede pesar hasta {limit} MB. No se guardó nada.",
        [
            "Vuelva a la página anterior: lo que escribió sigue allí.",
            "Envíe menos archivos a la vez.",
        ],
    )


def _changed_meanwhile(error: Exception) -> ResponseReturnValue:
    log.warning("two people changed the same thing at once: %s", type(error).__name__)
    return page(
        409,
        "Alguien más lo cambió al mismo tiempo",
        "Su cambio no se guardó, para no pisar el otro.",
        ["Vuelva a la página, mire cómo quedó y repita lo que haga falta."],
        back_to_case=True,
    )


def _database_away(error: DatabaseError) -> ResponseReturnValue:
    log.error("the database failed", exc_info=error)
    return unavailable()


def _disk_refused(error: OSError) -> ResponseReturnValue:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        return _unexpected(error)
    log.error("the disk refused to write: %s", error)
    return unavailable()


def unavailable() -> ResponseReturnValue:
    """The page for when something beneath the product is away for a while."""
    db.session.rollback()
    held = unfinished.hold()
    if held is not None:
        return held
    lost = "Lo que envió no se guardó. " if request.method == "POST" else ""
    return page(
        503,
        "El sistema no está disponible en este momento",
        f"{lost}Estamos trabajando para que vuelva pronto.",
        [
            TRY_AGAIN,
            "Si estaba escribiendo, vuelva a la página anterior: su texto sigue allí.",
            CALL,
        ],
        {"Retry-After": "30"},
    )


def _strange_host(_error: SecurityError) -> ResponseReturnValue:
    """A page of ours would need addresses, and the one it was asked under is not ours."""
    words = "Este sitio no atiende con ese nombre. Use la dirección que le dio la entidad.\n"
    return words, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    title, message = HTTP_WORDS.get(
        error.code, ("No se pudo abrir la página", "Algo no salió bien.")
    )
    # A 405 says which methods there are, and a 416 how long the file is.
    kept = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Content-Range")
    }
    next_step = ["Vuelva a la página anterior o vaya al inicio."]
    return page(error.code, title, message, next_step, kept)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected failure", exc_info=error)
    db.session.rollback()
    return page(
        500,
        "Algo falló de nuestro lado",
        "No pudimos completar lo que pidió. Si enviaba un formulario, no se guardó.",
        [TRY_AGAIN, CALL],
    )


def in_words(seconds: int) -> str:
    """A wait as people say it."""
    if seconds < 60:
        return "1 segundo" if seconds == 1 else f"{seconds} segundos"
    minutes = -(-seconds // 60)
    return "1 minuto" if minutes == 1 else f"{minutes} minutos"

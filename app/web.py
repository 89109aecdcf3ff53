"""What every answer has in common: request ids, security headers, logs, and words for templates."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4

import flask
from babel.dates import format_date
from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from app import clock
from app.config import ROOT, Settings
from app.domain.calendar import OFFICE, Calendar
from app.domain.deadline import OfficeHours
from app.domain.errors import NotFound
from app.domain.portal_texts import paragraphs
from app.domain.roles import Permission
from app.extensions import login_manager
from app.services.entities import Directory, EntityFacts

log = logging.getLogger("sac.request")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; img-src 'self' data:"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 365 * 24 * 3600


def init_app(app: Flask, settings: Settings) -> None:
    """Hang the common parts on the app."""
    app.extensions["directory"] = Directory(settings.reception_reading)
    app.before_request(_name_request)
    app.after_request(_finish)
    app.context_processor(_context)
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        moment=moment,
        filesize=filesize,
        thousands=thousands,
        paragraphs=paragraphs,
    )
    app.jinja_env.globals |= {"asset": asset, "url_for": url_for}


def directory() -> Directory:
    """The entities of the running app."""
    found: Directory = current_app.extensions["directory"]
    return found


def entity() -> EntityFacts:
    """The entity whose house this page is: the staff's own, else the default one.

    Raises:
        NotFound: somebody of the staff has none, and is shown no other's instead.
    """
    if "entity" not in g:
        now, is_staff = clock.now(), current_user.is_staff
        own = directory().get(current_user.entity_id, now) if is_staff else None
        if is_staff and own is None:
            who = current_user.id
            without_database()  # the page that says so is written as for a visitor
            raise NotFound(f"the entity of account {who}")
        g.entity = own or directory().default(now) or _nobody()
    facts: EntityFacts = g.entity
    return facts


def speak_for(entity_id: int) -> None:
    """Let the rest of this answer be of that entity: whoever reads a case of theirs sees the name
    and the help desk of who answers it, and not those of the installation's own."""
    g.entity = directory().get(entity_id, clock.now()) or entity()


def without_database() -> None:
    """Let the rest of this answer be written without asking the database anything."""
    g._login_user = login_manager.anonymous_user()
    if "entity" not in g:
        g.entity = directory().remembered() or _nobody()


@cache
def _nobody() -> EntityFacts:
    """What pages show before the first entity exists."""
    return EntityFacts(
        id=0,
        name="Sistema de Atención al Ciudadano",
        short_name="SAC",
        prefix="SAC",
        municipality="",
        municipality_name="",
        is_default=True,
        is_active=True,
        portal_url="",
        men_url="",
        helpdesk_address="",
        helpdesk_phone="",
        helpdesk_email="",
        helpdesk_hours="",
        hours=OfficeHours(Calendar()),
    )


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else uuid4().hex[:16]
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if settings().secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    log.info(
        "request",
        extra={
            "request_id": g.get("request_id", ""),
            "method": request.method,
            # The rule and not the path: an address may hold a token or a radicado.
            "rule": str(request.url_rule) if request.url_rule else "",
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        },
    )
    return response


def _context() -> dict[str, Any]:
    return {"entity": entity(), "room_links": _room_links()}


def _room_links() -> list[tuple[str, str, bool]]:
    """The line of navigation of whoever is signed in: label, address, whether it is this page."""
    if not current_user.is_authenticated:
        return []
    if current_user.is_guest:
        rooms = [("Mi requerimiento", "citizen.index")]
    elif not current_user.is_staff:
        rooms = [
            ("Mis requerimientos", "citizen.index"),
            ("Nuevo requerimiento", "citizen.new"),
            ("Mis datos", "profile.show"),
        ]
    else:
        rooms = [
            (label, endpoint)
            for label, endpoint, permission in (
                ("Cola", "staff.queue", Permission.SEE_CASES),
                ("Ventanilla", "staff.counter", Permission.COUNTER),
                ("Administración", "administration.index", Permission.ADMINISTER),
            )
            if current_user.may(permission)
        ] + [("Mi cuenta", "profile.sessions")]
    return [(label, url_for(name), name == request.endpoint) for label, name in rooms]


@cache
def asset(path: str) -> str:
    """The address of a static file, with the hash of its content: it may be kept for ever."""
    content = (ROOT / "static" / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's, for templates: a page links to twenty places, and those without values are the
    same for everybody, so they are built once."""
    if values:
        return flask.url_for(endpoint, **values)
    return _place(request.root_path, endpoint)


@cache
def _place(_root: str, endpoint: str) -> str:
    return flask.url_for(endpoint)


def day(value: date | datetime) -> str:
    """«jueves 9 de abril de 2026»."""
    return _written(value.toordinal(), "EEEE d 'de' MMMM 'de' y")


def short_day(value: date | datetime) -> str:
    """«9 abr 2026»."""
    return _written(value.toordinal(), "d MMM y").replace(".", "")


@lru_cache(maxsize=4096)
def _written(ordinal: int, pattern: str) -> str:
    """The day of that ordinal: a list writes the same few days again and again."""
    return str(format_date(date.fromordinal(ordinal), pattern, locale="es_CO"))


def moment(value: datetime) -> str:
    """«jueves 9 de abril de 2026, 10:05 a. m.», in Bogotá time."""
    local = value.astimezone(OFFICE)
    half = "a.\u00a0m." if local.hour < 12 else "p.\u00a0m."  # never broken over two lines
    return f"{day(local)}, {(local.hour - 1) % 12 + 1}:{local.minute:02d}\u00a0{half}"


def filesize(size: int) -> str:
    """«31 MB», «240 kB»; one decimal below 10."""
    for unit, scale in (("MB", 1024 * 1024), ("kB", 1024)):
        if size >= scale:
            amount = size / scale
            text = f"{amount:.1f}".replace(".", ",") if amount < 10 else f"{amount:.0f}"
            return f"{text.removesuffix(',0')} {unit}"
    return f"{size} bytes"


def thousands(number: int) -> str:
    """«20.000»."""
    return f"{number:,}".replace(",", ".")


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record. Nothing that a person typed goes in."""

    FIELDS = ("request_id", "method", "rule", "status", "ms")

    def format(self, record: logging.LogRecord) -> str:
        """Write the record with the fields it brings."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, OFFICE).isoformat("T", "milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in self.FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logging() -> None:
    """Write JSON lines to standard error. For the server and the commands, not for tests."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)

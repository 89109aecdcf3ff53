"""Routes of health: is the process alive, and can it serve."""

import tempfile

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.access import public
from app.domain.calendar import YearUnknown, check_ahead
from app.extensions import db
from app.web import settings

bp = Blueprint("health", __name__, url_prefix="/salud")


@bp.get("/viva")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"estado": "viva"}


@bp.get("/lista")
@public
def ready() -> ResponseReturnValue:
    """The database answers, the folder of files can be written and terms can be counted."""
    checks = {
        "base_de_datos": _database_answers(),
        "archivos": _files_can_be_written(),
        "festivos": _terms_can_be_counted(),
    }
    is_ready = all(checks.values())
    headers = {} if is_ready else {"Retry-After": "30"}
    body = {"estado": "lista" if is_ready else "no lista", **checks}
    return body, 200 if is_ready else 503, headers


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError:
        db.session.rollback()
        return False
    return True


def _terms_can_be_counted() -> bool:
    try:
        check_ahead(clock.now().date())
    except YearUnknown:
        return False
    return True


def _files_can_be_written() -> bool:
    try:
        settings().storage.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings().storage):
            return True
    except OSError:
        return False

"""How the forms of this room come back when a service refuses."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.refusals import Refusal
from app.web import thousands


def beside(form: Any, refusal: Refusal | None) -> Refusal | None:
    """Put what was refused beside the field that is to blame; what is left is for the top of the
    page."""
    if refusal is not None and refusal.field and refusal.field in form:
        form[refusal.field].errors = [refusal.sentence]
        return None
    return refusal


def answered(page: str, form: Any, refusal: Refusal | None = None) -> ResponseReturnValue:
    """A page with the status that its form deserves."""
    status = refusal.status if refusal else 422 if form.errors else 200
    return page, status, refusal.headers if refusal else {}


def went(number: int) -> str:
    """How many cases were given to somebody else, as the end of a sentence."""
    if number == 1:
        return " Se pasó 1 requerimiento."
    return f" Se pasaron {thousands(number)} requerimientos." if number else ""


def left(number: int) -> str:
    """How many sensitive cases nobody has, as the end of a sentence."""
    if number == 1:
        return " 1 reservado queda en su dependencia, sin persona."
    return (
        f" {thousands(number)} reservados quedan en su dependencia, sin persona." if number else ""
    )

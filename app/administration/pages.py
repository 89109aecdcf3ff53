"""The page of a form of this room, as its service left it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.forms import Form
from app.refusals import Refusal


def form_page(
    template: str, form: Form, refusal: Refusal | None, **values: Any
) -> ResponseReturnValue:
    """The form with everything typed, and why it was refused: beside its field, or above all."""
    if refusal and refusal.field:
        form[refusal.field].errors = [refusal.sentence]
    above = None if refusal and refusal.field else refusal
    page = render_template(template, form=form, refusal=above, **values)
    is_bad = bool(form.errors) and request.method == "POST"
    status = refusal.status if refusal else 422 if is_bad else 200
    return page, status, refusal.headers if refusal else {}

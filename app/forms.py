"""What every form has in common."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from app.domain.errors import RuleBroken
from app.services.filing import checked_body, readable


class Form(FlaskForm):
    """A form whose own messages are in Spanish."""

    class Meta(FlaskForm.Meta):
        # Read once by WTForms; Flask-WTF's way would read the catalogue anew at each request.
        locales = ("es",)

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What was typed; never JSON, which can hold anything where a text is expected."""
            return None if request.is_json else super().wrap_formdata(form, formdata)


class MarkedForm(Form):
    """A form that carries a mark of what was there when it was opened, so that nobody writes over
    what they did not see."""

    shown = HiddenField()


class ConfirmForm(Form):
    """A button and nothing else."""


def visible(text: str | None) -> str | None:
    """What was typed as a page can show it again: without control or half characters."""
    return text and readable(text)


def body_problem(_form: Form, field: Field) -> None:
    """Refuse an empty or too long text with the sentence of the rule itself."""
    try:
        checked_body(field.data or "")
    except RuleBroken as refusal:
        raise ValidationError(str(refusal)) from None

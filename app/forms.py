"""What every form has in common."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form whose own messages are in Spanish."""

    class Meta(FlaskForm.Meta):
        # Read once by WTForms; Flask-WTF's way would read the catalogue anew at each request.
        locales = ("es",)

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What was typed; never JSON, which can hold anything where a text is expected."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

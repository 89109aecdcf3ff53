"""The forms of the portal: the calculator of terms, and the code of a receipt."""

from flask_wtf.file import FileField
from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.form import Form
from wtforms.validators import InputRequired, ValidationError

from app.domain.calendar import FIRST_YEAR, LAST_YEAR, OFFICE
from app.domain.dates import read_moment
from app.domain.requerimiento import Kind
from app.forms import Form as PostedForm
from app.uploads import store

YEARS = f"Escriba una fecha desde el 18 de mayo de {FIRST_YEAR} y antes de {LAST_YEAR}."
NO_RECEIPT = (
    "Ninguna constancia tiene ese código. Revise que lo escribió completo; si está igual, la "
    "constancia no es de este sistema o la alteraron."
)


NOT_PDF = "Ese archivo no es un PDF. Elija la constancia tal como la descargó."


class CheckFileForm(PostedForm):
    """The receipt itself, as a file that is looked at and not kept."""

    file = FileField("Archivo de la constancia, en PDF")

    def validate_file(self, field: Field) -> None:
        """One file, of the size that any other may have."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError("Elija el archivo de la constancia.")
        upload = store().accept(field.data)
        part, is_arrived = upload.part, bool(upload.part.head) and not upload.part.failed
        if is_arrived and not part.is_too_big and not part.head.startswith(b"%PDF-"):
            raise ValidationError(NOT_PDF)
        if upload.problem:
            raise ValidationError(upload.problem)
        part.seek(0)
        self.document = part.read()


class CheckForm(PostedForm):
    """The code that a receipt carries."""

    code = StringField("Código de la constancia", validators=[InputRequired("Escriba el código.")])


class CalculatorForm(Form):
    """When it was received, and what it is. It changes nothing, so its values go in the address."""

    received = StringField(
        "Día y hora en que se recibe", validators=[InputRequired("Escriba el día y la hora.")]
    )
    kind = SelectField(
        "Tipo de requerimiento",
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        invalid_choice_message="Elija el tipo de requerimiento.",
    )

    def validate_received(self, field: Field) -> None:
        """A moment in Bogotá, as a browser or a person writes it."""
        try:
            typed = read_moment(field.data or "")
        except ValueError:
            raise ValidationError(
                "Escriba el día y la hora así: 16/03/2026 10:00 (día, mes, año y hora)."
            ) from None
        if not FIRST_YEAR <= typed.year < LAST_YEAR:
            raise ValidationError(YEARS)
        is_local = typed.tzinfo is None
        self.moment = typed.replace(tzinfo=OFFICE) if is_local else typed.astimezone(OFFICE)

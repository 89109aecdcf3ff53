"""The forms of the portal: the calculator of terms, and the code of a receipt."""

from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.form import Form
from wtforms.validators import InputRequired, ValidationError

from app.domain.calendar import FIRST_YEAR, LAST_YEAR, OFFICE
from app.domain.dates import read_moment
from app.domain.requerimiento import Kind
from app.forms import Form as PostedForm

YEARS = f"Escriba una fecha desde el 18 de mayo de {FIRST_YEAR} y antes de {LAST_YEAR}."
NO_RECEIPT = (
    "Ninguna constancia tiene ese código. Revise que lo escribió completo; si está igual, la "
    "constancia no es de este sistema o la alteraron."
)


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

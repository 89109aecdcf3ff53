"""The form of somebody who filed in person; the registration form is `app.person_forms`'."""

from wtforms.validators import DataRequired, Length

from app.forms import Form
from app.person_forms import LineField

LENGTH = Length(max=60, message="Escriba 60 caracteres o menos.")


class ClaimForm(Form):
    """What the receipt of the counter says."""

    radicado = LineField(
        "Número de radicado", validators=[DataRequired("Escriba el número de radicado."), LENGTH]
    )
    document_number = LineField(
        "Número de documento",
        validators=[DataRequired("Escriba su número de documento."), LENGTH],
    )
    claim_code = LineField(
        "Código", validators=[DataRequired("Escriba el código de la constancia."), LENGTH]
    )

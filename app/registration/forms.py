"""The form of somebody who filed in person; the registration form is `app.person_forms`'."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

LENGTH = Length(max=60, message="Escriba 60 caracteres o menos.")


class ClaimForm(FlaskForm):
    """What the receipt of the counter says."""

    radicado = StringField(
        "Número de radicado", validators=[InputRequired("Escriba el número de radicado."), LENGTH]
    )
    document_number = StringField(
        "Número de documento",
        validators=[InputRequired("Escriba su número de documento."), LENGTH],
    )
    claim_code = StringField(
        "Código", validators=[InputRequired("Escriba el código de la constancia."), LENGTH]
    )

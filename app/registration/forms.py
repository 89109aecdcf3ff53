"""The forms of this room; the registration form itself is `app.person_forms`'."""

from typing import Any

from wtforms import PasswordField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.domain.passwords import password_problem
from app.domain.person import normalise_username
from app.forms import Form
from app.house_forms import FirstAdministratorForm, beside
from app.person_forms import NOT_EQUAL, PASSWORD_HINT, LineField

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


class PasswordTwiceForm(Form):
    """A password of one's own, twice."""

    password = PasswordField("Contraseña", validators=[InputRequired("Escriba una contraseña.")])
    password_confirm = PasswordField("Repita la contraseña")

    password_hint = PASSWORD_HINT

    def validate_password_confirm(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(NOT_EQUAL)


class SetupCodeForm(Form):
    """The code that only the operator of the machine can read."""

    code = LineField(
        "Código de instalación", validators=[DataRequired("Escriba el código."), LENGTH]
    )


class InstallForm(FirstAdministratorForm, PasswordTwiceForm):
    """The first entity, its help desk and its first administrator."""

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return FirstAdministratorForm.typed(self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the rules of passwords too, beside all others."""
        is_good: bool = super().validate(extra_validators)
        name = normalise_username(self.username.data or "")
        said = password_problem(self.password.data or "", username=name, document="")
        return beside(self, {"password": said} if said else {}) and is_good

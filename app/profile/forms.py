"""Forms of one's own account."""

from wtforms import PasswordField
from wtforms.validators import InputRequired, ValidationError

from app.forms import Form
from app.person_forms import NOT_EQUAL, PASSWORD_HINT, PersonForm


class ProfileForm(PersonForm):
    """The registration data. The password is asked when it was typed too long ago (S3)."""

    current_password = PasswordField("Su contraseña actual")


class PasswordForm(Form):
    """The password at work and a new one, twice."""

    current_password = PasswordField(
        "Contraseña actual", validators=[InputRequired("Escriba su contraseña actual.")]
    )
    password = PasswordField(
        "Contraseña nueva", validators=[InputRequired("Escriba una contraseña nueva.")]
    )
    password_confirm = PasswordField("Repita la contraseña nueva")

    password_hint = PASSWORD_HINT

    def validate_password_confirm(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(NOT_EQUAL)

"""Forms of the way in."""

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.forms import Form
from app.person_forms import NOT_EQUAL, PASSWORD_HINT, LineField

NOT_THEM = (
    "El usuario o la contraseña no son correctos. Revíselos y vuelva a escribir la contraseña."
)


class LoginForm(Form):
    """*Ingreso al sistema*, as in the guide."""

    username = LineField(
        "Usuario",
        validators=[DataRequired("Escriba su usuario."), Length(max=100, message=NOT_THEM)],
    )
    password = PasswordField("Contraseña", validators=[InputRequired("Escriba su contraseña.")])
    remember_username = BooleanField("Recordar nombre de usuario")
    remember_password = BooleanField("Recordar contraseña")
    next = HiddenField()

    def refuse(self) -> None:
        """Say that nobody has this user name with this password, and not which is wrong."""
        self.username.errors = [NOT_THEM]


class ConfirmForm(Form):
    """The password once more, before a sensitive step."""

    password = PasswordField("Contraseña", validators=[InputRequired("Escriba su contraseña.")])
    next = HiddenField()


class RecoveryForm(Form):
    """Who lost the password."""

    username_or_email = LineField(
        "Usuario o correo",
        validators=[
            DataRequired("Escriba su usuario o su correo."),
            Length(max=254, message="Escriba 254 caracteres o menos."),
        ],
    )


class ResetForm(Form):
    """A new password, twice."""

    password = PasswordField(
        "Contraseña nueva", validators=[InputRequired("Escriba una contraseña nueva.")]
    )
    password_confirm = PasswordField("Repita la contraseña nueva")

    password_hint = PASSWORD_HINT

    def validate_password_confirm(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(NOT_EQUAL)

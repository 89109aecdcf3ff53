"""The registration data as a form: the same fields for *Registrarse*, *Completar datos* and *Mis
datos*. What is right and wrong is asked of the domain, all at once."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)

from app.domain.passwords import MAX_LENGTH, MIN_LENGTH, password_problem
from app.domain.person import DocumentType, PersonKind, normalise_username, username_problem
from app.domain.registration import FIELD_LABELS, PersonData, problems, tidy
from app.forms import Form
from app.models import Account

PASSWORD_HINT = f"De {MIN_LENGTH} a {MAX_LENGTH} caracteres. Sirven varias palabras seguidas."
NOT_EQUAL = "Las dos contraseñas no son iguales. Escríbalas otra vez."


class LineField(StringField):
    """One line of text, without the characters that hide or break a line."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Tidy what was typed; it is shown again so."""
        if valuelist:
            self.data = tidy(valuelist[0])


class PersonForm(Form):
    """Who a person is and how to reach them."""

    person_kind = RadioField(
        FIELD_LABELS["person_kind"],
        choices=[SelectChoice(kind.value, kind.label) for kind in PersonKind],
        default=PersonKind.NATURAL.value,
        validate_choice=False,
    )
    document_type = SelectField(
        FIELD_LABELS["document_type"],
        choices=[
            SelectChoice("", "Elija"),
            *(SelectChoice(kind.value, kind.label) for kind in DocumentType),
        ],
        validate_choice=False,
    )
    document_number = LineField(FIELD_LABELS["document_number"])
    first_names = LineField(FIELD_LABELS["first_names"])
    surnames = LineField(FIELD_LABELS["surnames"])
    legal_name = LineField(FIELD_LABELS["legal_name"])
    email = LineField(FIELD_LABELS["email"])
    phone = LineField(FIELD_LABELS["phone"])
    # Drawn by `macros/person.html`: a thousand options are too many for one object each.
    municipality = LineField(FIELD_LABELS["municipality"])
    address = LineField(FIELD_LABELS["address"])
    notify_by_email = BooleanField("Quiero que me avisen por correo de cada cambio de estado")

    # The document as it is shown when it can only be changed at the counter.
    frozen_document = ""

    @property
    def person(self) -> PersonData:
        """What was typed, tidy."""
        return PersonData.of(self.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the domain too; its sentences go to the fields they speak of."""
        is_good: bool = super().validate(extra_validators)
        found = {**problems(self.person), **self.own_problems()}
        for name, sentence in found.items():
            self.refuse(name, sentence)
        return is_good and not found

    def own_problems(self) -> dict[str, str]:
        """What a form with more fields finds wrong in them."""
        return {}

    def keep_document(self, account: Account | None) -> None:
        """What a clerk saw is not changed here: whatever was sent, it stays as it is."""
        if account is not None and account.document_verified_at is not None:
            self.frozen_document = account.display_document
            for name in ("person_kind", "document_type", "document_number"):
                self[name].data = getattr(account, name)

    def refuse(self, name: str, sentence: str) -> None:
        """Put a sentence on a field."""
        field = self[name]
        field.errors = [*field.errors, sentence]


class AccountForm(PersonForm):
    """The same, with the user name and password of a new account and the data notice."""

    username = LineField(FIELD_LABELS["username"])
    password = PasswordField("Contraseña")
    password_confirm = PasswordField("Repita la contraseña")
    accept_data_policy = BooleanField("Leí y acepto el aviso de datos personales")

    password_hint = PASSWORD_HINT

    def own_problems(self) -> dict[str, str]:
        """Rules of the user name, the password and the notice; an empty user name is ours to
        propose."""
        found = {}
        name = normalise_username(self.username.data or "")
        document = self.person.document_number
        if name and (problem := username_problem(name)):
            found["username"] = problem
        if problem := password_problem(self.password.data or "", username=name, document=document):
            found["password"] = problem
        elif self.password.data != self.password_confirm.data:
            found["password_confirm"] = NOT_EQUAL
        if not self.accept_data_policy.data:
            found["accept_data_policy"] = (
                "Lea el aviso de datos personales y marque la casilla para continuar."
            )
        return found

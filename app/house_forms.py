"""What is typed of an entity and of its staff: the same fields in the administrators' room and in
the first installation. What is right and wrong is asked of the domain, all at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from app.domain.deadline import Reading
from app.domain.house import HouseData, house_problems
from app.domain.person import normalise_username, username_problem
from app.domain.roles import Role
from app.forms import Form, MarkedForm
from app.models import Office
from app.person_forms import LineField
from app.services import staff

READINGS = {
    "": "La de la instalación",
    "1": "Cuenta desde el mismo día",
    "2": "Cuenta desde el día hábil siguiente",
}
READING_HINTS = {
    "": "Es la que el operador eligió para todas las entidades.",
    str(int(Reading.FIRST)): "Lo que llega después del cierre se recibe ese día. El plazo vence un "
    "día hábil antes.",
    str(int(Reading.SECOND)): "Lo que llega después del cierre, o en un día no hábil, se recibe al "
    "día hábil siguiente.",
}


def beside(form: Form, problems: Mapping[str, str]) -> bool:
    """Put each sentence at its field, where the form has it and nothing is said there yet; whether
    there was none."""
    found = {name: sentence for name, sentence in problems.items() if name in form}
    for name, sentence in found.items():
        form[name].errors = form[name].errors or [sentence]
    return not found


class HouseForm(Form):
    """What an entity says of itself and decides of its hours."""

    name = LineField("Nombre completo")
    short_name = LineField("Nombre corto")
    prefix = LineField("Prefijo de los radicados")
    municipality = LineField("Municipio")
    portal_url = LineField("Portal de la entidad (opcional)")
    men_url = LineField("Ministerio de Educación (opcional)")
    helpdesk_address = LineField("Dirección (opcional)")
    helpdesk_phone = LineField("Teléfono (opcional)")
    helpdesk_email = LineField("Correo (opcional)")
    helpdesk_hours = LineField("Horario (opcional)")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the domain too; its sentences go to the fields they speak of."""
        is_good: bool = super().validate(extra_validators)
        return beside(self, house_problems(HouseData.of(self.typed()))) and is_good

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return {"closes_at": "17:00", **self.data}


class SettingsForm(HouseForm, MarkedForm):
    """The same, with how reception and Saturdays are counted."""

    reading = RadioField(
        "Lo que llega después del cierre",
        choices=[SelectChoice(value, label) for value, label in READINGS.items()],
        default="",
        validate_choice=False,
    )
    closes_at = LineField("Hora de cierre")
    saturday_counts = BooleanField("Los sábados cuentan como días hábiles")

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return dict(self.data)


class MemberForm(Form):
    """Somebody of the staff. What is wrong is said of all at once."""

    first_names = LineField("Nombres")
    surnames = LineField("Apellidos")
    email = LineField("Correo electrónico")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the rules of the staff too; their sentences go to the fields they speak of."""
        is_good: bool = super().validate(extra_validators)
        found = staff.problems(self.typed())
        if "username" in self and (name := normalise_username(self["username"].data or "")):
            found |= {"username": username_problem(name) or ""}
        return beside(self, {field: said for field, said in found.items() if said}) and is_good

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return dict(self.data)


class PlaceForm(MemberForm):
    """The same, with what they do and where."""

    role = SelectField(
        "Rol",
        choices=[
            SelectChoice("", "Elija"),
            *(SelectChoice(role.value, role.label) for role in Role),
        ],
        validate_choice=False,
    )
    office = SelectField(
        "Dependencia (opcional)", invalid_choice_message="Elija la dependencia de la lista."
    )

    def offer(self, offices: Sequence[Office]) -> None:
        """Fill the list of offices."""
        self.office.choices = [
            SelectChoice("", "Ninguna"),
            *(SelectChoice(str(office.id), office.name) for office in offices),
        ]

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        office = self.office.data or ""
        return {**self.data, "office_id": int(office) if office.isdigit() else None}


class PersonForm(PlaceForm, MarkedForm):
    """Somebody who already works for the entity."""


class InvitationForm(PlaceForm):
    """Who is invited to the staff."""

    username = LineField("Usuario (opcional)")


class FirstAdministratorForm(HouseForm, MemberForm):
    """A new entity and who will administer it."""

    username = LineField("Usuario (opcional)")

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return HouseForm.typed(self)


class AdministratorForm(MemberForm):
    """Who will administer an entity that nobody administers yet."""

    username = LineField("Usuario (opcional)")

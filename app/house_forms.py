"""What is typed of an entity and of its staff: the same fields in the administrators' room and in
the first installation. What is right and wrong is asked of the domain, all at once."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from app.domain.deadline import Reading
from app.domain.house import HouseData, house_problems
from app.domain.roles import Role
from app.forms import Form, MarkedForm
from app.models import Office
from app.person_forms import LineField

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


class HouseForm(Form):
    """What an entity says of itself and decides of its hours."""

    name = LineField("Nombre completo")
    short_name = LineField("Nombre corto")
    prefix = LineField("Prefijo de los radicados")
    municipality = LineField("Municipio")
    portal_url = LineField("Portal de la entidad")
    men_url = LineField("Ministerio de Educación")
    helpdesk_address = LineField("Dirección")
    helpdesk_phone = LineField("Teléfono")
    helpdesk_email = LineField("Correo")
    helpdesk_hours = LineField("Horario")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the domain too; its sentences go to the fields they speak of."""
        is_good: bool = super().validate(extra_validators)
        found = {
            name: sentence
            for name, sentence in house_problems(HouseData.of(self.typed())).items()
            if name in self
        }
        for name, sentence in found.items():
            self[name].errors = [sentence]
        return is_good and not found

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
    """Somebody of the staff. The services say what is wrong."""

    first_names = LineField("Nombres")
    surnames = LineField("Apellidos")
    email = LineField("Correo electrónico")

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
    office = SelectField("Dependencia", invalid_choice_message="Elija la dependencia de la lista.")

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


class InvitationForm(PlaceForm):
    """Who is invited to the staff."""

    username = LineField("Usuario")


class FirstAdministratorForm(HouseForm, MemberForm):
    """A new entity and who will administer it."""

    username = LineField("Usuario")

    def typed(self) -> dict[str, Any]:
        """The values that the services take."""
        return HouseForm.typed(self)


class AdministratorForm(MemberForm):
    """Who will administer an entity that nobody administers yet."""

    username = LineField("Usuario")

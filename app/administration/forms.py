"""Forms of the administrators' room check the shape of what was typed."""

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import SelectChoice, SelectField, StringField, TextAreaField

from app.domain.dates import read_day
from app.forms import Form, body_problem, visible
from app.models import Office
from app.person_forms import LineField
from app.services.casework import Colleague
from app.services.staff import TO_OFFICE


class SuspensionForm(Form):
    """Days on which the entity suspends its terms."""

    first = StringField("Primer día", filters=[visible])
    last = StringField("Último día", filters=[visible])
    reason = StringField("Motivo", filters=[visible])
    act = StringField("Acto que la ordena", filters=[visible])

    def day(self, name: str) -> date | None:
        """What was typed as a day, or None."""
        try:
            return read_day(self[name].data or "")
        except ValueError:
            return None


class LiftForm(Form):
    """The act that lifts a suspension of terms."""

    act = StringField("Acto que la levanta", filters=[visible])


class RemindersForm(Form):
    """On which days of the term the staff are reminded."""

    points = StringField("Días hábiles antes de vencer", filters=[visible])


class TemplateForm(Form):
    """A text that answers begin from."""

    name = StringField("Nombre de la plantilla", filters=[visible])
    office = SelectField("Para quién", invalid_choice_message="Elija la dependencia de la lista.")
    body = TextAreaField("Texto", validators=[body_problem], filters=[visible])

    def offer(self, offices: list[Office]) -> None:
        """Fill the list of offices."""
        self.office.choices = [
            SelectChoice("", "Toda la entidad"),
            *(SelectChoice(str(office.id), office.name) for office in offices),
        ]


class OfficeForm(Form):
    """An office by its name."""

    name = LineField("Nombre de la dependencia")


class DestinationForm(Form):
    """Where goes what somebody, or an office, still holds."""

    to: SelectField

    @property
    def chosen(self) -> int | None:
        """The id that was chosen, or None."""
        return int(self.to.data) if self.to.data else None


class CloseOfficeForm(DestinationForm):
    """Which office takes what hangs on another."""

    to = SelectField(
        "Dependencia que lo recibe",
        default="",
        invalid_choice_message="Elija la dependencia de la lista.",
    )

    def offer(self, offices: Sequence[Office]) -> None:
        """Fill the list of offices."""
        self.to.choices = [
            SelectChoice("", "Elija"),
            *(SelectChoice(str(office.id), office.name) for office in offices),
        ]


class RetireForm(DestinationForm):
    """Who takes the cases of somebody who leaves."""

    to = SelectField(
        "Quién recibe sus requerimientos abiertos",
        default="",
        invalid_choice_message="Elija de la lista.",
    )

    def offer(self, people: Sequence[Colleague], names: Mapping[int, str]) -> None:
        """Fill the list: their office first, then each person with theirs."""
        self.to.choices = [
            SelectChoice("", "Elija"),
            SelectChoice(str(TO_OFFICE), "Su dependencia, sin responsable"),
            *(
                SelectChoice(
                    str(person.id), _with_office(person.name, names.get(person.office_id or 0))
                )
                for person in people
            ),
        ]


def _with_office(name: str, office: str | None) -> str:
    return f"{name}, {office}" if office else name

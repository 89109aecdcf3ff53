"""Forms of the administrators' room check the shape of what was typed."""

from collections.abc import Iterable
from datetime import date

from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.domain.dates import read_day
from app.forms import Form, body_problem, visible
from app.models import Account, Office


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


class MemberForm(Form):
    """Who joins the team for sensitive cases."""

    person = SelectField(
        "Persona",
        validators=[InputRequired("Elija a quién agrega.")],
        invalid_choice_message="Elija la persona de la lista.",
    )

    def offer(self, people: Iterable[Account]) -> None:
        """Fill the list."""
        self.person.choices = [
            SelectChoice("", "Elija una"),
            *(
                SelectChoice(
                    str(person.id),
                    person.display_name,
                    optgroup=person.office.name if person.office else "Sin dependencia",
                )
                for person in sorted(people, key=lambda one: one.office.name if one.office else "~")
            ),
        ]

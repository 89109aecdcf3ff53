"""Forms of the administrators' room check the shape of what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from wtforms import BooleanField, Field, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from app.domain.dates import read_day
from app.domain.requerimiento import Kind
from app.domain.topics import Branch
from app.forms import Form, MarkedForm, body_problem, visible
from app.models import Account, Office, Topic
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


class RemindersForm(MarkedForm):
    """On which days of the term the staff are reminded."""

    points = StringField("Días hábiles antes de vencer", filters=[visible])


class TermForm(MarkedForm):
    """A term that the entity promises, with the act that says so."""

    term_days = StringField("Plazo propio, en días hábiles (opcional)", filters=[visible])
    term_source = StringField("Acto que fija el plazo propio", filters=[visible])
    position = StringField("Orden", default="0", filters=[visible])

    def validate_term_days(self, field: Field) -> None:
        """A number of days, or nothing."""
        if (field.data or "").strip() and _number(field.data) is None:
            raise ValidationError("Escriba los días con números, o deje el plazo de la ley.")

    def validate_position(self, field: Field) -> None:
        """A number; those that are alike go by name."""
        if (field.data or "").strip() and _number(field.data) is None:
            raise ValidationError("Escriba un número, como 10.")

    @property
    def days(self) -> int | None:
        """The days that are promised; None leaves them to the law."""
        return _number(self.term_days.data)

    @property
    def place(self) -> int:
        """Where it comes in its list."""
        return _number(self.position.data) or 0


class TopicForm(TermForm):
    """A topic of the tree."""

    name = StringField("Nombre del tema", filters=[visible])
    parent = SelectField("Cuelga de", invalid_choice_message="Elija de la lista de qué cuelga.")
    office = SelectField("Dependencia", invalid_choice_message="Elija la dependencia de la lista.")
    kind = SelectField("Tipo", invalid_choice_message="Elija el tipo de la lista.")
    is_public = BooleanField("Los ciudadanos pueden elegirlo al radicar")
    needs_approval = BooleanField("Otra persona aprueba las respuestas antes de que salgan")
    is_sensitive = BooleanField("Sus casos son reservados: los lee un equipo pequeño")
    is_active = BooleanField("En uso")

    def offer(self, parents: list[Branch[Topic]], offices: list[Office]) -> None:
        """Fill the lists."""
        self.parent.choices = [
            SelectChoice("", "Ninguno: es una rama principal"),
            *(SelectChoice(str(branch.topic.id), branch.label) for branch in parents),
        ]
        self.office.choices = [
            SelectChoice("", "Ninguna: la asigna el coordinador"),
            *(SelectChoice(str(office.id), office.name) for office in offices),
        ]
        self.kind.choices = [
            SelectChoice("", "Cualquiera"),
            *(SelectChoice(kind.value, kind.label) for kind in Kind),
        ]


class ProcedureForm(TermForm):
    """A trámite of the catalogue."""

    name = StringField("Nombre del trámite", filters=[visible])
    summary = TextAreaField("Qué es", filters=[visible])
    who = TextAreaField("Quién puede pedirlo (opcional)", filters=[visible])
    requirements = TextAreaField("Qué se adjunta", filters=[visible])
    steps = TextAreaField("Cómo se hace (opcional)", filters=[visible])
    cost = StringField("Cuánto cuesta", filters=[visible])
    legal_basis = TextAreaField("Norma que lo fija (opcional)", filters=[visible])
    topic = SelectField("Tema", invalid_choice_message="Elija el tema de la lista.")
    is_active = BooleanField("Se ofrece en el catálogo")

    def offer(self, topics: list[Branch[Topic]]) -> None:
        """Fill the list of topics."""
        self.topic.choices = [
            SelectChoice("", "Ninguno: lo asigna el coordinador"),
            *(SelectChoice(str(branch.topic.id), branch.label) for branch in topics),
        ]


class PortalTextForm(MarkedForm):
    """What the entity says in its own words."""

    words = TextAreaField("Texto", filters=[visible])


def _number(text: str | None) -> int | None:
    """The number that was typed; None for nothing, and for what is none."""
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None


class TemplateForm(MarkedForm):
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


class OfficeForm(MarkedForm):
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

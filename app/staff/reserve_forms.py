"""Forms of sensitive cases: why one is marked, who is set apart, and what for it is opened."""

from collections.abc import Iterable

from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.reserve import LONGEST_REASON, SHORTEST_REASON, Ground
from app.forms import Form, visible


def _reason(label: str, ask: str) -> TextAreaField:
    limits = f"{ask}, con {SHORTEST_REASON} a {LONGEST_REASON} letras."
    return TextAreaField(
        label,
        filters=[visible],
        validators=[InputRequired(limits), Length(SHORTEST_REASON, LONGEST_REASON, limits)],
    )


class ReserveForm(Form):
    """Why a case is sensitive."""

    ground = RadioField(
        "Por qué es sensible",
        choices=[SelectChoice(ground.value, ground.label) for ground in Ground],
        invalid_choice_message="Elija por qué es sensible.",
    )
    reason = _reason("Explique el motivo", "Escriba por qué es sensible")


class UnreserveForm(Form):
    """Why a case is sensitive no more."""

    reason = _reason("Por qué deja de ser sensible", "Escriba por qué deja de ser sensible")


class RecuseForm(Form):
    """Who is set apart from a case, and why."""

    person = SelectField(
        "Persona que se aparta",
        validators=[InputRequired("Elija a quién se aparta.")],
        invalid_choice_message="Elija la persona de la lista.",
    )
    reason = _reason("Por qué se aparta", "Escriba por qué se aparta a esta persona")

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Fill the list."""
        self.person.choices = [
            SelectChoice("", "Elija una"),
            *(SelectChoice(str(number), name) for number, name in people),
        ]


class ReadmitForm(Form):
    """Who is set apart from a case no more, and why."""

    person = SelectField(
        "Persona que vuelve",
        validators=[InputRequired("Elija quién vuelve.")],
        invalid_choice_message="Elija la persona de la lista.",
    )
    reason = _reason("Por qué vuelve", "Escriba por qué vuelve esta persona")

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Fill the list."""
        self.person.choices = [
            SelectChoice("", "Elija una"),
            *(SelectChoice(str(number), name) for number, name in people),
        ]


class OpenForm(Form):
    """What for a sensitive case is opened from outside."""

    reason = _reason("Para qué lo abre", "Escriba para qué abre el caso")

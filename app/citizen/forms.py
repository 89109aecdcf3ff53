"""Forms of the citizen's room check the shape of what was typed; the services hold the rules."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from app.domain.conflict import LONGEST_ACCUSED
from app.domain.errors import RuleBroken
from app.domain.registration import problems
from app.domain.requerimiento import Kind
from app.domain.terms import Requester
from app.domain.topics import Branch
from app.forms import Form
from app.models import Topic
from app.offering import topic_words
from app.person_forms import PersonForm
from app.services.entities import EntityFacts
from app.services.filing import checked_body, readable

NO_KEY = "Escriba las cinco palabras de la clave."
FILES_LABEL = "Adjuntar archivos (opcional)"


def shown(body: str | None) -> str:
    """The text as a page can show it again."""
    return readable(body or "")


def body_problem(_form: Form, field: Field) -> None:
    """Refuse an empty or too long text with the sentence of the rule itself."""
    try:
        checked_body(field.data or "")
    except RuleBroken as refusal:
        raise ValidationError(str(refusal)) from None


class FormWithFiles(Form):
    """A text that may not be lost, with its files."""

    body: TextAreaField
    attachments: MultipleFileField

    def add_problems(self, sentences: Iterable[str]) -> None:
        """Say what is wrong with the files, beside their box."""
        self.attachments.errors = [*self.attachments.errors, *sentences]


class FilingForm(FormWithFiles):
    """*Agregar requerimiento*. The entity is asked for only where there are several."""

    entity = SelectField("Secretaría", validate_choice=False)
    kind = RadioField(
        "Tipo de requerimiento",
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        validate_choice=False,
    )
    requester = SelectField(
        "¿Quién lo pide?",
        choices=[SelectChoice(requester.value, requester.label) for requester in Requester],
        default=Requester.PERSON.value,
        invalid_choice_message="Elija quién lo pide.",
    )
    topic = SelectField("Tema (opcional)", validate_choice=False)
    # The address of the trámite of the catalogue that the form was opened for.
    procedure = StringField("Trámite", filters=[shown])
    body = TextAreaField("Contenido del requerimiento", filters=[shown], validators=[body_problem])
    about_minor = BooleanField("Se trata de un niño, niña o adolescente")
    accused = StringField(
        "¿Sobre quién es? (opcional)",
        filters=[shown],
        validators=[Length(max=LONGEST_ACCUSED, message="Escriba 200 letras o menos.")],
    )
    attachments = MultipleFileField(FILES_LABEL)
    promises_sooner = False  # whether under some topic that is offered

    def among(self, entities: Sequence[EntityFacts]) -> EntityFacts | None:
        """Offer the entities, the default one first, and return the one that was chosen.

        A form without the field goes to the default one; None if the choice is no entity.
        """
        choices = {str(one.id): one for one in entities}
        self.entity.choices = [SelectChoice(key, one.name) for key, one in choices.items()]
        if not self.entity.data:
            self.entity.data = next(iter(choices), "")
        self.chosen_entity = choices.get(self.entity.data)
        return self.chosen_entity

    def offer_topics(self, topics: dict[str, list[Branch[Topic]]]) -> None:
        """Fill the list of topics in the order of their tree, by entity if there are several."""
        choices = [SelectChoice("", "No sé o ninguno")]
        for name, branches in topics.items():
            group = name if len(topics) > 1 else None
            for branch in branches:
                words = topic_words(branch)
                choices.append(SelectChoice(str(branch.topic.id), words, optgroup=group))
                self.promises_sooner |= words != branch.label
        self.topic.choices = choices

    @property
    def topic_id(self) -> int | None:
        """The chosen topic, if there is one."""
        return int(self.topic.data) if self.topic.data else None

    def validate_entity(self, _field: Field) -> None:
        """Only what was offered can be chosen."""
        if self.chosen_entity is None:
            raise ValidationError("Elija la Secretaría de la lista.")

    def validate_kind(self, field: Field) -> None:
        """The term depends on the kind, so it must be one of ours."""
        if field.data not in set(Kind):
            raise ValidationError("Elija el tipo de requerimiento.")

    def validate_topic(self, field: Field) -> None:
        """The service says whether it is offered; here it must only name one."""
        if field.data and not re.fullmatch("[0-9]{1,9}", field.data):
            raise ValidationError("Elija el tema de la lista.")


class GuestForm(FilingForm, PersonForm):
    """The same for who has no account, with their identity or without."""

    anonymous = BooleanField("Radicar sin decir quién soy")
    keep_traces = BooleanField("Lo leí y quiero dejarlo así")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask who they are, unless they say that they will not tell."""
        is_good = bool(super(PersonForm, self).validate(extra_validators))
        found = {} if self.anonymous.data else problems(self.person, complete=False)
        for name, sentence in found.items():
            self.refuse(name, sentence)
        return is_good and not found


class KeyForm(Form):
    """The key of a case, typed by who has just been shown it."""

    key = StringField("Escriba la clave para continuar", validators=[DataRequired(NO_KEY)])


class FollowForm(Form):
    """What opens a case that was filed without an account."""

    radicado = StringField("Radicado", validators=[DataRequired("Escriba el radicado.")])
    key = StringField("Clave", validators=[DataRequired(NO_KEY)])


class ContributionForm(FormWithFiles):
    """More for a requerimiento that is already filed."""

    body = TextAreaField("Qué quiere agregar", filters=[shown], validators=[body_problem])
    attachments = MultipleFileField(FILES_LABEL)
    # Where the office waits for the citizen: these words are not what it waits for.
    only_asks = BooleanField("Todavía no lo entrego: solo pregunto o aviso algo")


class WithdrawForm(Form):
    """Why the citizen withdraws, if they want to say it."""

    reason = StringField(
        "Por qué desiste (opcional)",
        filters=[shown],
        validators=[Length(max=400, message="Escriba 400 letras o menos.")],
    )

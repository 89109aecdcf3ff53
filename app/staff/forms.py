"""Forms of the staff's room check the shape of what was typed; the services hold the rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from app.domain.acts import LONGEST_REASON, SHORTEST_REASON
from app.domain.conflict import LONGEST_ACCUSED
from app.domain.dates import long_date, read_day
from app.domain.events import PriorityGround, RejectionGround, Ruling
from app.domain.person import DocumentType, PersonKind, document_problem
from app.domain.registration import LIMITS, PersonData, problems
from app.domain.requerimiento import Channel, Kind
from app.domain.terms import Requester
from app.domain.topics import Branch
from app.forms import Form, body_problem, visible
from app.models import Account, ClaimKind, Office, Procedure, Topic
from app.offering import topic_words
from app.services import moving
from app.services.casework import Colleague
from app.services.filing import LONGEST_LANGUAGE
from app.services.legal import LONGEST_ANNULMENT
from app.services.undelivered import Medium

CHANNEL_HINTS = {
    Channel.IN_PERSON: "Lo dice de viva voz en la ventanilla y usted lo escribe.",
    Channel.PHONE: "Lo dice por teléfono y usted lo escribe.",
    Channel.LETTER: "Trajo o envió un escrito: adjúntelo y escriba lo que pide.",
}
CLAIM_LABELS = {
    ClaimKind.CODE: "Con un código que se imprime en la constancia",
    ClaimKind.DOCUMENT: "Con su número de cédula como primera contraseña",
}
CLAIM_HINTS = {
    ClaimKind.CODE: "El código sirve una vez, durante 30 días.",
    ClaimKind.DOCUMENT: "Sirve una vez, durante 5 días, y solo para completar los datos.",
}
# Who receives what is for who is away, where who stands in may not.
NOBODY = "la dependencia, sin persona: quien reemplaza no puede recibirlo"
# What the rules say to a citizen, said to the clerk.
TO_THE_CLERK = {
    "first_names": "Escriba los nombres de la persona.",
    "surnames": "Escriba los apellidos de la persona.",
    "legal_name": "Escriba la razón social.",
}


class FormWithFiles(Form):
    """A form with a text that may not be lost, and its files. Errors are told in the order in
    which fields are declared, so each form declares its own."""

    def add_problems(self, sentences: Iterable[str]) -> None:
        """Say what is wrong with the files, beside their box."""
        self.attachments.errors = [*self.attachments.errors, *sentences]


class WritingForm(FormWithFiles):
    """Words to the citizen or to colleagues."""

    # What a draft keeps beside the text and the files.
    BESIDE: ClassVar[tuple[str, ...]] = ()

    body = TextAreaField("Texto", validators=[body_problem], filters=[visible])
    attachments = MultipleFileField("Anexos")


class AnswerForm(WritingForm):
    """The answer, and which of those linked under the case get it too: its page draws the boxes of
    what can be answered."""

    body = TextAreaField("Texto", validators=[body_problem], filters=[visible])
    attachments = MultipleFileField("Anexos")
    followers = SelectMultipleField("A quiénes más se responde", validate_choice=False)


def _channel() -> RadioField:
    return RadioField(
        "¿Cómo llegó?",
        choices=[SelectChoice(channel.value, channel.label) for channel in CHANNEL_HINTS],
        invalid_choice_message="Elija cómo llegó: en persona, por teléfono o por carta.",
    )


class ReceivingForm(WritingForm):
    """What a person brings for a case of theirs, and how."""

    BESIDE = ("channel",)

    channel = _channel()
    body = TextAreaField("Texto", validators=[body_problem], filters=[visible])
    attachments = MultipleFileField("Anexos")
    only_asks = BooleanField("Todavía no lo entrega: solo pregunta o avisa algo")


class NotifiedForm(WritingForm):
    """How and when somebody was notified, with what proves it."""

    BESIDE = ("medium", "on")

    medium = RadioField(
        "Por qué medio",
        choices=[SelectChoice(medium.value, medium.label) for medium in Medium],
        invalid_choice_message="Elija por qué medio se notificó.",
    )
    on = StringField(
        "Qué día",
        filters=[visible],
        validators=[InputRequired("Escriba qué día se notificó.")],
    )
    body = TextAreaField("Texto", validators=[body_problem], filters=[visible])
    attachments = MultipleFileField("Anexos")

    def validate_on(self, field: Field) -> None:
        """A day as a person writes it."""
        _check_day(field)


class AssignForm(Form):
    """To which office, and perhaps to whom."""

    office = SelectField(
        "Dependencia",
        validators=[InputRequired("Elija la dependencia que lo atiende.")],
        invalid_choice_message="Elija la dependencia de la lista.",
    )
    assignee = SelectField("Persona", invalid_choice_message="Elija la persona de la lista.")
    note = StringField(
        "Nota para quien lo recibe (opcional)",
        filters=[visible],
        validators=[Length(max=300, message="Escriba 300 letras o menos.")],
    )

    def offer(self, offices: list[Office], people: list[Colleague]) -> None:
        """Fill the lists, with the people of each office together."""
        names = {office.id: office.name for office in offices}
        self.office.choices = [
            SelectChoice("", "Elija una"),
            *(SelectChoice(str(number), name) for number, name in names.items()),
        ]
        grouped = sorted(people, key=lambda person: names.get(person.office_id or 0, "~"))
        self.assignee.choices = [
            SelectChoice("", "Nadie todavía: lo reparte la dependencia"),
            *(
                SelectChoice(
                    str(person.id),
                    person.described,
                    optgroup=names.get(person.office_id or 0, "Sin dependencia"),
                )
                for person in grouped
            ),
        ]
        self._people = {str(person.id): person for person in people}
        self._names = names
        self._present: tuple[str, str] | None = None

    def keep(self, holder: Account | None, office_id: int | None) -> None:
        """Let the case stay as it is, whoever has it: who stands in may be of another office."""
        if holder is None:
            return
        number = str(holder.id)
        self._present = (str(office_id or ""), number)
        if number not in self._people:
            self.assignee.choices.append(SelectChoice(number, holder.display_name))

    @property
    def away(self) -> str:
        """Who is away, and who receives what is for them."""
        return " ".join(
            f"{person.name} está ausente hasta el {long_date(person.away_until)}: lo que sea para "
            f"esa persona lo recibe {person.substitute or NOBODY}."
            for person in self._people.values()
            if person.away_until is not None
        )

    def validate_assignee(self, field: Field) -> None:
        """Whoever belongs to an office gets only what that office has."""
        person = self._people.get(field.data or "")
        if person is None or person.office_id is None or not self.office.data:
            return
        if self._present == (self.office.data, field.data):
            return
        if str(person.office_id) != self.office.data:
            theirs = self._names.get(person.office_id, "otra dependencia")
            raise ValidationError(
                f"{person.name} trabaja en {theirs}. Elija esa dependencia u otra persona."
            )


class HeldForm(Form):
    """A form of one case, with whose it was when the form was shown."""

    seen = HiddenField()

    def see(self, here: str) -> str:
        """Whose the sender saw it; what comes back is sent again by who has seen whose it is."""
        seen, self.seen.data = self.seen.data or "", here
        return seen


class DespiteForm(HeldForm):
    """A form that may give a case to whom its citizen writes about."""

    despite = BooleanField("Darlo aunque sea a quien nombra el ciudadano")


class AssignCaseForm(AssignForm, DespiteForm):
    """The same for one case."""


def _note(label: str) -> TextAreaField:
    shortest, longest = moving.SHORTEST_NOTE, moving.LONGEST_NOTE
    return TextAreaField(
        label,
        filters=[visible],
        validators=[
            InputRequired("Escriba por qué: lo lee quien lo recibe."),
            Length(shortest, longest, f"Escriba entre {shortest} y {longest} letras."),
        ],
    )


class ReleaseForm(HeldForm):
    """Why a case goes back to its office."""

    note = _note("Por qué lo devuelve")


class HandOverForm(AssignForm):
    """To which other office, perhaps to whom, and why."""

    note = _note("Por qué lo pasa")


class HandOverCaseForm(HandOverForm, DespiteForm):
    """The same for one case."""


class AbsenceForm(Form):
    """From when to when somebody is away, and who stands in."""

    person = SelectField(
        "Quién",
        validators=[InputRequired("Elija quién va a estar ausente.")],
        invalid_choice_message="Elija la persona de la lista.",
    )
    first = StringField("Primer día", filters=[visible])
    last = StringField("Último día", filters=[visible])
    substitute = SelectField(
        "Quién reemplaza",
        validators=[InputRequired("Elija quién reemplaza.")],
        invalid_choice_message="Elija la persona de la lista.",
    )

    def offer(self, people: list[Colleague], reader_id: int, *, anybody: bool) -> None:
        """Fill the lists: only who distributes the work writes the absences of others."""
        named = [SelectChoice(str(person.id), person.name) for person in people]
        nobody, own = SelectChoice("", "Elija una persona"), str(reader_id)
        self.substitute.choices = [nobody, *named]
        if anybody:
            self.person.choices = [nobody, *named]
        else:
            self.person.choices = [choice for choice in named if choice.value == own]

    def day(self, name: str) -> date | None:
        """What was typed as a day, or None."""
        try:
            return read_day(self[name].data or "")
        except ValueError:
            return None

    def validate_first(self, field: Field) -> None:
        """A day as a person writes it."""
        _check_day(field)

    def validate_last(self, field: Field) -> None:
        """A day as a person writes it."""
        _check_day(field)


def _check_day(field: Field) -> None:
    try:
        read_day(field.data or "")
    except ValueError:
        raise ValidationError("Escriba la fecha con día, mes y año, como 30/04/2026.") from None


LONGEST_NOTE = 300  # letters


class LegalForm(Form):
    """The words of an act of the law, with what some acts need beside them. `longest` is how many
    letters the page says that fit."""

    reason: TextAreaField
    longest = LONGEST_REASON

    @property
    def words(self) -> str:
        """What was written."""
        return self.reason.data or ""


def _line(label: str, longest: int, *validators: InputRequired) -> StringField:
    too_long = Length(max=longest, message=f"Escriba {longest} letras o menos.")
    return StringField(label, filters=[visible], validators=[*validators, too_long])


def _ask(field: Field, sentence: str) -> None:
    if not (field.data or "").strip():
        raise ValidationError(sentence)


def _words() -> TextAreaField:
    sentence = f"Escriba entre {SHORTEST_REASON} y 2.000 letras."
    return TextAreaField(
        "Texto",
        filters=[visible],
        validators=[
            InputRequired("Escriba este texto: sin él no se puede hacer."),
            Length(SHORTEST_REASON, LONGEST_REASON, sentence),
        ],
    )


class WordsForm(LegalForm):
    """Only the words."""

    reason = _words()


class ReturnForm(LegalForm):
    """What must change in an answer before it goes."""

    reason = TextAreaField(
        "Qué hay que cambiar",
        filters=[visible],
        validators=[
            InputRequired("Escriba qué hay que cambiar."),
            Length(10, 500, "Escriba entre 10 y 500 letras."),
        ],
    )


class AnnulForm(LegalForm):
    """Why a radicado was taken by mistake."""

    longest = LONGEST_ANNULMENT
    reason = TextAreaField(
        "Motivo de la anulación",
        filters=[visible],
        validators=[
            InputRequired("Escriba el motivo de la anulación."),
            Length(10, longest, f"Escriba el motivo con 10 letras o más, y {longest} o menos."),
        ],
    )


class LetterForm(FormWithFiles):
    """The letter of an act, as its author leaves it."""

    letter = TextAreaField("Texto del oficio", validators=[body_problem], filters=[visible])
    attachments = MultipleFileField("Anexos del oficio (opcional)")


class ExtendForm(LegalForm):
    """Until when, and why."""

    until = StringField(
        "Nueva fecha para responder",
        filters=[visible],
        validators=[InputRequired("Escriba la nueva fecha.")],
    )
    reason = _words()

    def validate_until(self, field: Field) -> None:
        """A day as a person writes it."""
        try:
            self.until_day = read_day(field.data or "")
        except ValueError:
            raise ValidationError("Escriba la fecha con día, mes y año, como 30/04/2026.") from None


class ReferForm(LegalForm):
    """To whom, why, and why so late if it is late."""

    to = _line(
        "A qué autoridad se traslada", 200, InputRequired("Escriba a qué autoridad se traslada.")
    )
    reason = _words()
    why_late = TextAreaField(
        "Por qué se traslada tarde (opcional)",
        filters=[visible],
        validators=[Length(max=400, message="Escriba 400 letras o menos.")],
    )


class RejectForm(LegalForm):
    """On what ground, by what rule, and why."""

    ground = RadioField(
        "Por qué se rechaza",
        choices=[SelectChoice(ground.value, ground.label) for ground in RejectionGround],
        invalid_choice_message="Elija por qué se rechaza.",
    )
    rule = _line("Norma que la hace reservada", 200)
    reason = _words()

    def validate_rule(self, field: Field) -> None:
        """What is reserved is so by a rule."""
        if self.ground.data == RejectionGround.RESERVED:
            _ask(field, "Escriba la norma exacta, con su artículo.")


class RulingForm(LegalForm):
    """What is decided on an appeal or an insistence, why, and which judge it goes to."""

    ruling = RadioField(
        "Qué se decide",
        choices=[SelectChoice(ruling.value, ruling.label) for ruling in Ruling],
        invalid_choice_message="Elija qué se decide.",
    )
    judge = _line("Juez o tribunal al que se envía (opcional)", 200)
    reason = _words()

    def validate_judge(self, field: Field) -> None:
        """What is sent goes somewhere."""
        if self.ruling.data == Ruling.REMIT:
            _ask(field, "Escriba a qué juez o tribunal se envía.")


class PriorityForm(LegalForm):
    """On what ground it goes before others."""

    ground = RadioField(
        "Por qué tiene prioridad",
        choices=[SelectChoice(ground.value, ground.label) for ground in PriorityGround],
        invalid_choice_message="Elija por qué tiene prioridad.",
    )
    longest = LONGEST_NOTE
    reason = TextAreaField(
        "Nota (opcional)",
        filters=[visible],
        validators=[Length(max=longest, message=f"Escriba {longest} letras o menos.")],
    )


class TakenForm(LegalForm):
    """What a person asks at the counter: how they came and what they say."""

    channel = _channel()
    longest = LONGEST_NOTE
    reason = TextAreaField(
        "Qué dice (opcional)",
        filters=[visible],
        validators=[Length(max=longest, message=f"Escriba {longest} letras o menos.")],
    )


class LookupForm(Form):
    """Who stands at the counter."""

    document_type = SelectField(
        "Tipo de documento",
        choices=[SelectChoice(kind.value, kind.label) for kind in DocumentType],
        default=DocumentType.CC.value,
        invalid_choice_message="Elija el tipo de documento.",
    )
    document_number = StringField(
        "Número de documento",
        filters=[visible],
        validators=[InputRequired("Escriba el número de documento.")],
    )

    def validate_document_number(self, field: Field) -> None:
        """Refuse what cannot be a document of that type."""
        if self.document_type.data in set(DocumentType):
            problem = document_problem(DocumentType(self.document_type.data), field.data or "")
            if problem:
                raise ValidationError(problem)


class WhoForm(Form):
    """What somebody says of themselves who does not have their document."""

    who = StringField(
        "Nombre, correo o teléfono",
        filters=[visible],
        validators=[
            InputRequired("Escriba el nombre, el correo o el teléfono de la persona."),
            Length(3, 100, "Escriba entre 3 y 100 letras."),
        ],
    )


class CounterForm(FormWithFiles):
    """Who stands at the counter, if they have no account yet, and what they bring."""

    document_type = StringField(filters=[visible])
    document_number = StringField(filters=[visible])
    first_names = StringField("Nombres", filters=[visible])
    surnames = StringField("Apellidos", filters=[visible])
    legal_name = StringField("Razón social", filters=[visible])
    phone = StringField("Teléfono (opcional)", filters=[visible])
    email = StringField("Correo electrónico (opcional)", filters=[visible])
    address = StringField("Dirección (opcional)", filters=[visible])
    notify_by_email = BooleanField("Quiere que le avisen por correo cada cambio")
    channel = _channel()
    document_seen = BooleanField("Vi el documento original de la persona")
    kind = RadioField(
        "¿Qué es?",
        choices=[SelectChoice(kind.value, kind.label) for kind in Kind],
        invalid_choice_message="Elija el tipo de requerimiento.",
    )
    requester = SelectField(
        "¿Quién lo pide?",
        choices=[SelectChoice(requester.value, requester.label) for requester in Requester],
        default=Requester.PERSON.value,
        invalid_choice_message="Elija quién lo pide.",
    )
    procedure = SelectField(
        "Trámite del catálogo (opcional)",
        default="",  # an entity without a catalogue is not asked
        invalid_choice_message="Elija un trámite de la lista.",
    )
    topic = SelectField("Tema (opcional)", invalid_choice_message="Elija un tema de la lista.")
    body = TextAreaField("¿Qué pide o qué cuenta?", validators=[body_problem], filters=[visible])
    about_minor = BooleanField("Se trata de un niño, niña o adolescente")
    accused = StringField(
        "¿Sobre quién es? (opcional)",
        filters=[visible],
        validators=[Length(max=LONGEST_ACCUSED, message="Escriba 200 letras o menos.")],
    )
    read_back = BooleanField("Le leí lo escrito y la persona lo confirmó")
    language = StringField(
        "Idioma o intérprete (opcional)",
        filters=[visible],
        validators=[
            Length(max=LONGEST_LANGUAGE, message=f"Escriba {LONGEST_LANGUAGE} letras o menos.")
        ],
    )
    attachments = MultipleFileField("Anexos")
    claim_by = RadioField(
        "¿Cómo va a entrar a seguirlo en línea?",
        choices=[SelectChoice(kind.value, label) for kind, label in CLAIM_LABELS.items()],
        default=ClaimKind.CODE.value,
        invalid_choice_message="Elija cómo va a entrar la persona.",
    )

    def offer(
        self,
        topics: list[Branch[Topic]],
        procedures: list[Procedure],
        *,
        document_as_password: bool,
    ) -> None:
        """Fill the lists with what this entity and installation have."""
        self.topic.choices = [
            SelectChoice("", "Sin tema"),
            *(SelectChoice(str(branch.topic.id), topic_words(branch)) for branch in topics),
        ]
        self.procedure.choices = [
            SelectChoice("", "Ninguno"),
            *(SelectChoice(str(procedure.id), procedure.name) for procedure in procedures),
        ]
        if not document_as_password:
            self.claim_by.choices = [
                SelectChoice(ClaimKind.CODE.value, CLAIM_LABELS[ClaimKind.CODE])
            ]

    def validate_procedure(self, field: Field) -> None:
        """What is asked for from the catalogue is a trámite."""
        if field.data and self.kind.data not in (None, "", Kind.PROCEDURE):
            raise ValidationError("Para un trámite del catálogo elija el tipo Trámite.")

    def validate_document_seen(self, field: Field) -> None:
        """Nobody sees a document by phone, and a letter brings a copy at most."""
        if field.data and self.channel.data != Channel.IN_PERSON:
            raise ValidationError(
                "Solo puede ver el documento de quien vino. Quite la marca o elija «En persona»."
            )

    def validate_read_back(self, field: Field) -> None:
        """A letter says by itself what it says."""
        if field.data and self.channel.data == Channel.LETTER:
            raise ValidationError(
                "Una carta no se lee ni se confirma. Quite la marca, o elija «En persona» o «Por "
                "teléfono»."
            )

    @property
    def is_legal(self) -> bool:
        """Whether the document is an organisation's."""
        return self.document_type.data == DocumentType.NIT

    @property
    def person(self) -> dict[str, Any]:
        """The values of the account to open."""
        kind = PersonKind.LEGAL if self.is_legal else PersonKind.NATURAL
        return {
            "person_kind": kind.value,
            **{name: self[name].data for name in PERSON_FIELDS},
        }

    def check_person(self) -> bool:
        """Say beside each field what is wrong with the person's data; whether all is well."""
        found = problems(PersonData.of(self.person), complete=False)
        for name, sentence in found.items():
            typed = str(self[name].data or "").strip() if name in self else ""
            words = sentence if typed else TO_THE_CLERK.get(name, sentence)
            self.refuse(name, words)
        return not found

    def refuse(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field."""
        field = self._fields.get(name, self.body)
        field.errors = [*field.errors, sentence]


PERSON_FIELDS = (
    "document_type",
    "document_number",
    *(name for name in LIMITS if name != "document_number"),
    "notify_by_email",
)


class ViewForm(Form):
    """The name under which some filters of the queue are kept."""

    query = HiddenField()
    name = StringField("Nombre de la vista", filters=[visible])
    is_shared = BooleanField("Compartirla con toda la entidad")


class NewCodeForm(Form):
    """The word of the clerk that the person was identified (S14)."""

    verified = BooleanField(
        "Verifiqué el documento original de la persona",
        validators=[InputRequired("Marque que verificó el documento original.")],
    )
    reason = StringField(
        "Qué documento vio y por qué pide el código",
        filters=[visible],
        validators=[
            InputRequired("Escriba qué documento vio y por qué pide el código."),
            Length(max=300, message="Escriba 300 letras o menos."),
        ],
    )

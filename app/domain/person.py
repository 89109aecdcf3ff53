"""Who a person is to the office: documents, names and the user name the guide proposes."""

import re
import unicodedata
from enum import StrEnum

from stdnum.co import nit as nit_rules


class PersonKind(StrEnum):
    """A human being, or an organisation."""

    NATURAL = "natural"
    LEGAL = "juridica"

    @property
    def label(self) -> str:
        """The words of the registration form."""
        return {PersonKind.NATURAL: "Persona natural", PersonKind.LEGAL: "Persona jurídica"}[self]


class DocumentType(StrEnum):
    """Identity documents in use in Colombia."""

    CC = "CC"
    TI = "TI"
    RC = "RC"
    CE = "CE"
    PA = "PA"
    PPT = "PPT"
    PEP = "PEP"
    NIT = "NIT"

    @property
    def label(self) -> str:
        """The name of the document."""
        return {
            DocumentType.CC: "Cédula de ciudadanía",
            DocumentType.TI: "Tarjeta de identidad",
            DocumentType.RC: "Registro civil",
            DocumentType.CE: "Cédula de extranjería",
            DocumentType.PA: "Pasaporte",
            DocumentType.PPT: "Permiso por protección temporal",
            DocumentType.PEP: "Permiso especial de permanencia",
            DocumentType.NIT: "NIT",
        }[self]


# Only the NIT has a published check digit. The other shapes are permissive on purpose: a
# strange number never blocks a filing (CPACA, article 15, paragraph 2).
_SHAPES = {
    DocumentType.CC: r"\d{3,10}",
    DocumentType.TI: r"\d{10,11}",
    DocumentType.RC: r"[A-Z0-9]{8,11}",
    DocumentType.CE: r"[A-Z0-9]{5,12}",
    DocumentType.PA: r"[A-Z0-9]{4,16}",
    DocumentType.PPT: r"[A-Z0-9]{6,15}",
    DocumentType.PEP: r"\d{15}",
    DocumentType.NIT: r"\d{9,16}",
}

_HINTS = {
    DocumentType.CC: "La cédula de ciudadanía tiene entre 3 y 10 números, sin letras.",
    DocumentType.TI: "La tarjeta de identidad tiene 10 u 11 números, sin letras.",
    DocumentType.RC: "El registro civil tiene entre 8 y 11 números o letras.",
    DocumentType.CE: "La cédula de extranjería tiene entre 5 y 12 números o letras.",
    DocumentType.PA: "El pasaporte tiene entre 4 y 16 números o letras.",
    DocumentType.PPT: "El permiso por protección temporal tiene entre 6 y 15 números o letras.",
    DocumentType.PEP: "El permiso especial de permanencia tiene 15 números.",
    DocumentType.NIT: "El NIT tiene 9 números y un dígito de verificación: 899999001-7.",
}


SHOWN_OF_A_DOCUMENT = 3  # figures


def normalise_document(number: str) -> str:
    """A document number without dots, spaces or hyphens, in capitals and plain digits."""
    plain = unicodedata.normalize("NFKC", number)
    return re.sub(r"[\s.,\-–_·]", "", plain).upper()


def document_problem(kind: DocumentType, number: str) -> str | None:
    """Say in Spanish what is wrong with a document number, or None if it can be one."""
    plain = normalise_document(number)
    if not re.fullmatch(_SHAPES[kind], plain, re.ASCII):
        return _HINTS[kind]
    if kind is DocumentType.NIT and not nit_rules.is_valid(plain):
        return "El dígito de verificación no corresponde a ese NIT. Revise el número completo."
    return None


def display_document(kind: DocumentType, number: str) -> str:
    """A document as people write it: «CC 79.123.456», «NIT 899.999.001-7»."""
    if kind is DocumentType.NIT and len(number) > 1:
        return f"NIT {_dotted(number[:-1])}-{number[-1]}"
    return f"{kind} {_dotted(number)}"


def ending_of(kind: DocumentType, number: str) -> str:
    """As much of a document as tells two people apart: «CC terminado en 456»."""
    return f"{kind} terminado en {number[-SHOWN_OF_A_DOCUMENT:]}"


def display_name(
    kind: PersonKind, first_names: str, surnames: str, legal_name: str, username: str
) -> str:
    """«Francisco Rivera», or the legal name of an organisation."""
    if kind is PersonKind.LEGAL:
        return legal_name
    return f"{first_names} {surnames}".strip() or username


def _dotted(number: str) -> str:
    return (
        f"{int(number):,}".replace(",", ".") if number.isdecimal() and number[0] != "0" else number
    )


def fold(text: str) -> str:
    """Lower case without accents; ñ becomes n."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def propose_username(first_names: str, surnames: str) -> str:
    """First letter of the first name followed by the first surname, as the guide says.

    Francisco Rivera becomes `frivera`. Particles stay with the surname («de la Cruz» becomes
    `delacruz`). Returns "" when nothing usable is left, for instance with names in a script
    that has no Latin letters.
    """
    letters = re.sub(r"[^a-z]", "", fold(first_names))[:1]
    return letters + _first_surname(surnames) if letters else _first_surname(surnames)


def propose_username_for_company(legal_name: str) -> str:
    """The first words of a legal name, up to 20 letters and digits."""
    return re.sub(r"[^a-z0-9]", "", fold(legal_name))[:20]


_PARTICLES = {"de", "del", "la", "las", "los", "san", "santa", "da", "do", "dos", "van", "von", "y"}


def _first_surname(surnames: str) -> str:
    taken = []
    for word in re.sub(r"[^a-z\s]", "", fold(surnames)).split():
        taken.append(word)
        if word not in _PARTICLES:
            break
    return "".join(taken)[:40]


def username_problem(username: str) -> str | None:
    """Say in Spanish why a user name cannot be used, or None."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,39}", username):
        return (
            "El usuario tiene entre 3 y 40 letras sin tilde, números, puntos o guiones, "
            "y comienza por una letra o un número."
        )
    return None


def normalise_username(username: str) -> str:
    """A user name as it is stored and compared: folded and without spaces around."""
    return fold(username.strip())

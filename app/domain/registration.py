"""What a person says when registering, and what is wrong with it, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.contact import normalise_email, normalise_phone
from app.domain.divipola import municipalities
from app.domain.errors import RuleBroken
from app.domain.person import (
    DocumentType,
    PersonKind,
    document_problem,
    normalise_document,
    propose_username,
    propose_username_for_company,
)

# Characters that each field may hold; more is refused in words, never cut.
LIMITS = {
    "document_number": 20,
    "first_names": 80,
    "surnames": 80,
    "legal_name": 160,
    "email": 254,
    "phone": 40,
    "address": 200,
}
# What is written as it sounds, and printed on papers and letters.
NAMES = ("first_names", "surnames", "legal_name", "address")
FIELD_LABELS = {
    "person_kind": "Tipo de persona",
    "document_type": "Tipo de documento",
    "document_number": "Número de documento",
    "first_names": "Nombres",
    "surnames": "Apellidos",
    "legal_name": "Razón social",
    "email": "Correo electrónico",
    "phone": "Teléfono",
    "address": "Dirección",
    "municipality": "Municipio",
    "notify_by_email": "Avisos por correo",
    "username": "Usuario",
}
USERNAME_LENGTH = 40

_Member = TypeVar("_Member", bound=StrEnum)


class FieldRefused(RuleBroken):
    """What was typed in one field cannot be accepted; `field` is its name in the form."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """The registration data of a person, tidy and in the form in which they are kept.

    A kind or document type of None was not chosen, or is none of ours.
    """

    person_kind: PersonKind | None
    document_type: DocumentType | None
    document_number: str = ""
    first_names: str = ""
    surnames: str = ""
    legal_name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    municipality: str = ""
    notify_by_email: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> PersonData:
        """Tidy what was typed; names that are not registration data are passed over."""
        kind = _member(PersonKind, values.get("person_kind") or PersonKind.NATURAL)
        legal = kind is PersonKind.LEGAL
        typed = {
            field.name: tidy(str(values.get(field.name) or ""))
            for field in fields(cls)
            if field.name not in ("person_kind", "document_type", "notify_by_email")
        }
        typed |= {
            "document_number": normalise_document(typed["document_number"]),
            "legal_name": typed["legal_name"] if legal else "",
            "email": normalise_email(typed["email"]) or typed["email"],
            "phone": (typed["phone"] and normalise_phone(typed["phone"])) or typed["phone"],
        }
        return cls(
            person_kind=kind,
            document_type=_member(DocumentType, values.get("document_type")),
            notify_by_email=bool(values.get("notify_by_email")),
            **typed,
        )

    @property
    def proposed_username(self) -> str:
        """The user name that the guide proposes, before asking whether it is free."""
        if self.person_kind is PersonKind.LEGAL:
            base = propose_username_for_company(self.legal_name)
        else:
            base = propose_username(self.first_names, self.surnames)
        base = base[:USERNAME_LENGTH]
        return base if len(base) >= 3 else f"usuario{base}"


def tidy(text: str) -> str:
    """One line of text without control, direction or half characters, and with single spaces.

    They are dropped and not refused: they come along unseen with what is pasted, and nobody can
    correct what they cannot see.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = re.sub(r"\s+", " ", composed)
    return "".join(c for c in spaced if not unicodedata.category(c).startswith("C")).strip()


def problems(person: PersonData, *, complete: bool = True) -> dict[str, str]:
    """What is wrong, as a sentence for each field; empty when all is well.

    At the counter (`complete=False`) the contact data may be missing: the owner gives them
    later in *Completar datos*.
    """
    found = {**_identity_problems(person), **_contact_problems(person, complete)}
    for name, limit in LIMITS.items():
        length = len(getattr(person, name))
        if length > limit:
            found[name] = f"Escriba {limit} caracteres o menos; escribió {length}."
    for name in NAMES:
        if problem := name_problem(getattr(person, name)):
            found[name] = problem
    return found


def name_problem(text: str) -> str | None:
    """Say in Spanish why a name or an address cannot be written so, or None.

    No name has these signs, and programs that read our data take them for markup.
    """
    return "Quite los signos < y >." if "<" in text or ">" in text else None


def _identity_problems(person: PersonData) -> dict[str, str]:
    found = {}
    if person.person_kind is None:
        found["person_kind"] = "Elija si se registra como persona natural o jurídica."
    found |= _document_problems(person)
    if person.person_kind is PersonKind.LEGAL:
        if not person.legal_name:
            found["legal_name"] = "Escriba la razón social, como aparece en el RUT."
        return found
    if not _has_letter(person.first_names):
        found["first_names"] = "Escriba sus nombres."
    if not _has_letter(person.surnames):
        found["surnames"] = "Escriba sus apellidos."
    return found


def _document_problems(person: PersonData) -> dict[str, str]:
    found = {}
    if problem := _document_type_problem(person):
        found["document_type"] = problem
    if not person.document_number:
        found["document_number"] = "Escriba su número de documento."
    elif person.document_type is not None and not problem:
        problem = document_problem(person.document_type, person.document_number)
        if problem:
            found["document_number"] = problem
    return found


def _document_type_problem(person: PersonData) -> str | None:
    if person.document_type is None:
        return "Elija el tipo de documento."
    is_nit = person.document_type is DocumentType.NIT
    if is_nit and person.person_kind is PersonKind.NATURAL:
        return "El NIT es de una persona jurídica. Elija su documento personal."
    if not is_nit and person.person_kind is PersonKind.LEGAL:
        return "Una persona jurídica se identifica con su NIT. Elija NIT."
    return None


def _contact_problems(person: PersonData, complete: bool) -> dict[str, str]:
    found = {}
    if person.email and normalise_email(person.email) is None:
        found["email"] = "Revise el correo. Debe ser como nombre@ejemplo.com."
    if person.notify_by_email and not person.email:
        found["email"] = "Escriba su correo, o quite la marca de recibir avisos por correo."
    if person.phone and normalise_phone(person.phone) is None:
        found["phone"] = (
            "Revise el teléfono: 10 números si es de Colombia; si es de otro país, con + y el "
            "indicativo."
        )
    if person.municipality and person.municipality not in municipalities():
        found["municipality"] = "Elija el municipio de la lista."
    if complete:
        if not person.municipality:
            found["municipality"] = "Elija el municipio donde vive."
        if not (person.email or person.address or found.get("email")):
            found["address"] = "Escriba una dirección o un correo, para poder responderle."
    return found


def _has_letter(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _member(members: type[_Member], value: Any) -> _Member | None:
    return members(value) if value in set(members) else None

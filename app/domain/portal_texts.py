"""What an entity may say in its own words on its public pages, as plain text: paragraphs, and
addresses that become links. Nothing of it is ever HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class PortalText(StrEnum):
    """The texts that an entity may write anew."""

    WELCOME = "bienvenida"
    GENERAL = "generalidades"
    ACCESSIBILITY = "accesibilidad"

    @property
    def label(self) -> str:
        """How administrators find it."""
        return {
            PortalText.WELCOME: "Bienvenida de la página de inicio",
            PortalText.GENERAL: "Generalidades: qué es el sistema",
            PortalText.ACCESSIBILITY: "Accesibilidad: a quién avisar si algo no funciona",
        }[self]

    @property
    def longest(self) -> int:
        """Characters that fit where it stands."""
        return {
            PortalText.WELCOME: 400,
            PortalText.GENERAL: 4_000,
            PortalText.ACCESSIBILITY: 1_500,
        }[self]

    @property
    def default(self) -> str:
        """The words of the product; {entidad} is the name of the entity."""
        return {
            PortalText.WELCOME: (
                "Radique peticiones, consultas, quejas, reclamos, sugerencias y trámites desde su "
                "casa u oficina. Recibe un número de radicado y la fecha en que le responden."
            ),
            PortalText.GENERAL: (
                "El Sistema de Atención al Ciudadano, SAC, recibe lo que usted le escribe a "
                "{entidad}, lo entrega a la oficina que lo atiende y le muestra la respuesta."
            ),
            PortalText.ACCESSIBILITY: (
                "Escriba o llame a la Mesa de Ayuda y cuente qué página es y qué pasó. También "
                "puede radicar en persona, por teléfono o por carta: es gratis y vale igual."
            ),
        }[self]


@dataclass(frozen=True)
class Piece:
    """A run of text, or an address to link to."""

    text: str
    is_link: bool = False


# What ends a sentence after an address is no part of it.
_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]", re.IGNORECASE)


def paragraphs(text: str) -> list[list[Piece]]:
    """The text as paragraphs of pieces: an empty line parts two, and http and https addresses are
    links to themselves."""
    parts = re.split(r"\n\s*\n", text.strip())
    return [list(_pieces(part.strip())) for part in parts if part.strip()]


def _pieces(paragraph: str) -> Iterator[Piece]:
    end = 0
    for found in _ADDRESS.finditer(paragraph):
        if found.start() > end:
            yield Piece(paragraph[end : found.start()])
        yield Piece(found[0], is_link=True)
        end = found.end()
    if end < len(paragraph):
        yield Piece(paragraph[end:])

"""The address of a trámite, its lists, and the words that find it."""

import pytest

from app.domain.procedures import LONGEST_SLUG, lines, matches, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Duplicado de diploma y acta", "duplicado-de-diploma-y-acta"),
        ("  ¡Año ÑANDÚ!  ", "ano-nandu"),
        ("¿?", "tramite"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
    ],
)
def test_the_address_is_made_of_the_name(name, slug):
    assert slug_of(name) == slug


def test_an_address_that_is_taken_gets_a_number_and_is_never_too_long():
    assert slug_of("Licencia", ["licencia", "licencia-2"]) == "licencia-3"
    assert len(slug_of("palabra " * 40)) <= LONGEST_SLUG


def test_a_list_has_a_line_for_each_point_and_no_marks():
    assert lines("- Copia\n\n 2) Foto \n• Acta\nTres") == ["Copia", "Foto", "Acta", "Tres"]


def test_all_words_must_be_there_with_or_without_accents_and_plurals():
    texts = ["Certificado de estudio de colegios cerrados", "Notas y grados"]

    assert matches(texts, "certificados COLEGIO")
    assert matches(texts, "el de la")  # words that say nothing ask for nothing
    assert not matches(texts, "certificado laboral")

"""What the words of a letter give away."""

import pytest

from app.domain.wording import blanks_of, empty_points, fill, mentions_annex, unknown_blanks


@pytest.mark.parametrize(
    "text",
    [
        "Le adjunto la resolución.",
        "Adjuntamos copia.",
        "En el ANEXO 2 está el listado.",
        "Va el documento adjunto.",
        "Se anexan tres folios.",
    ],
)
def test_an_annex_is_mentioned(text):
    assert mentions_annex(text)


@pytest.mark.parametrize(
    "text",
    [
        "Su hija tiene cupo.",
        "La respuesta va sin anexos.",
        "No se adjunta ningún archivo.",
        "El colegio anterior.",
        "",
    ],
)
def test_none_is_mentioned(text):
    assert not mentions_annex(text)


def test_blanks_are_filled_and_what_is_not_known_stays_to_be_seen():
    text = "Señora { Nombre }: {radicado} {otro} {}"

    assert fill(text, {"nombre": "Ana", "radicado": "R1"}) == "Señora Ana: R1 {otro} {}"
    assert blanks_of(text) == ["{ Nombre }", "{radicado}", "{otro}", "{}"]
    assert unknown_blanks(text) == ["{otro}", "{}"]


def test_a_point_of_a_list_that_says_nothing_is_found():
    assert empty_points("1. Sí tiene cupo.\n2.\n  b)  \n- \nEl 3. de abril\n-5 grados") == [
        "2.",
        "b)",
        "-",
    ]
    assert empty_points("Su hija tiene cupo.\n\na las 10.") == []

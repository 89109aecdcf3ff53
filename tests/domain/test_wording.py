"""What the words of a letter give away."""

import pytest

from app.domain.wording import mentions_annex


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

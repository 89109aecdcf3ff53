"""How an entity is named within a sentence."""

import pytest

from app.domain.naming import with_article


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Secretaría de Educación de Soacha", "la Secretaría de Educación de Soacha"),
        ("SECRETARÍA DE SALUD", "la SECRETARÍA DE SALUD"),
        ("Ministerio de Educación Nacional", "el Ministerio de Educación Nacional"),
        ("Bogotá te escucha", "Bogotá te escucha"),
    ],
)
def test_a_name_takes_its_article(name, said):
    assert with_article(name) == said

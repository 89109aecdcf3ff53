"""What an entity may say of itself."""

from datetime import time

import pytest

from app.domain.house import HouseData, house_problems, is_link

GOOD = {
    "name": "Secretaría de Educación de Ejemplo",
    "short_name": "EJEMPLO",
    "prefix": "eje",
    "municipality": "25754",
    "closes_at": "8:00",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 161),
        ("name", "<b>"),
        ("short_name", " "),
        ("prefix", "S"),
        ("prefix", "SEÑOR"),
        ("prefix", "SOA1"),
        ("municipality", "99999"),
        ("portal_url", "javascript:alert(1)"),
        ("portal_url", "sed.example"),
        ("men_url", "https://a@b.example"),
        ("men_url", "https://" + "x" * 300 + ".example"),
        ("helpdesk_email", "nadie"),
        ("reading", "3"),
        ("closes_at", "25:00"),
        ("closes_at", "05:00"),
        ("closes_at", "a las cinco"),
    ],
)
def test_what_cannot_be_so_is_refused_in_its_field(field, value):
    assert set(house_problems(HouseData.of(GOOD | {field: value}))) == {field}


def test_what_is_good_is_kept_tidy_and_read_back_the_same():
    data = HouseData.of(GOOD | {"reading": "2", "helpdesk_email": "Mesa@Ejemplo.example"})

    assert house_problems(data) == {}
    assert (data.prefix, data.closes_at, data.reading) == ("EJE", time(8), 2)
    assert HouseData.of(data.kept()) == data


@pytest.mark.parametrize("link", ["http://a.co", "https://sed.example/ruta?x=1#y"])
def test_links_are_addresses_of_pages(link):
    assert is_link(link)

"""Documents, names and user names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.person import (
    DocumentType,
    PersonKind,
    display_document,
    document_problem,
    normalise_document,
    normalise_username,
    propose_username,
    username_problem,
)
from app.domain.registration import PersonData


@pytest.mark.parametrize(
    ("first_names", "surnames", "username"),
    [
        ("Francisco", "Rivera", "frivera"),
        ("FRANCISCO JOSÉ", "RIVERA PÁEZ", "frivera"),
        ("Ángela", "Muñoz", "amunoz"),
        ("Íñigo", "Ñáñez", "inanez"),
        ("Juan", "de la Cruz", "jdelacruz"),
        ("Ana", "De los Ríos Gómez", "adelosrios"),
        ("  Luz  ", "  O'Brien-Díaz ", "lobriendiaz"),
        ("李", "小龙", ""),
    ],
)
def test_the_user_name_is_the_first_letter_and_the_first_surname(first_names, surnames, username):
    assert propose_username(first_names, surnames) == username


@pytest.mark.parametrize(
    ("legal_name", "username"),
    [("Colegio San José", "colegiosanjose"), ("I.E.D. 20 de Julio", "ied20dejulio")],
)
def test_an_organisation_gets_the_words_of_its_name(legal_name, username):
    person = PersonData.of({"person_kind": "juridica", "legal_name": legal_name})

    assert person.proposed_username == username


@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from(list(PersonKind)))
def test_what_is_proposed_can_always_be_used(first, second, kind):
    person = PersonData.of(
        {"person_kind": kind, "first_names": first, "surnames": second, "legal_name": second}
    )

    assert username_problem(person.proposed_username) is None


@pytest.mark.parametrize("typed", [" FRivera ", "frivera", "FRIVERA", "frivéra"])
def test_a_user_name_is_compared_without_capitals_or_accents(typed):
    assert normalise_username(typed) == "frivera"


@pytest.mark.parametrize("username", ["fr", "f" * 41, ".rivera", "f rivera", "frivera\n", "a\0bc"])
def test_a_user_name_that_others_could_mistake_is_refused(username):
    assert username_problem(username)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentType.CC, "79.123.456"),
        (DocumentType.CC, "１２３４５６"),  # full-width figures, from an Asian keyboard
        (DocumentType.TI, "1023456789"),
        (DocumentType.RC, "NUIP1234567"),
        (DocumentType.CE, "E123456"),
        (DocumentType.PA, "ab 123456"),
        (DocumentType.PPT, "1234567"),
        (DocumentType.PEP, "123456789012345"),
        (DocumentType.NIT, "899.999.001-7"),
        (DocumentType.NIT, "891780009–4"),
    ],
)
def test_a_document_as_people_write_it_is_good(kind, number):
    assert document_problem(kind, normalise_document(number)) is None


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentType.CC, ""),
        (DocumentType.CC, "12"),
        (DocumentType.CC, "12345678901"),
        (DocumentType.CC, "79123456X"),
        (DocumentType.CC, "٧٩١٢٣٤٥٦"),  # figures of another script are not what the card says
        (DocumentType.TI, "123"),
        (DocumentType.PA, "AB-12#45"),
        (DocumentType.NIT, "899999001"),
        (DocumentType.NIT, "899999001-8"),
        (DocumentType.NIT, "8999990017' OR 1=1"),
    ],
)
def test_a_document_that_cannot_be_is_explained(kind, number):
    assert document_problem(kind, number)


def test_documents_are_shown_as_people_write_them():
    assert display_document(DocumentType.CC, "79123456") == "CC 79.123.456"
    assert display_document(DocumentType.NIT, "8999990017") == "NIT 899.999.001-7"
    assert display_document(DocumentType.PA, "AB123456") == "PA AB123456"

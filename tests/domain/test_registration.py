"""What a person says when registering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contact import normalise_email, normalise_phone
from app.domain.registration import PersonData, problems, tidy
from tests.support.people import FRANCISCO, SCHOOL


@pytest.mark.parametrize("values", [FRANCISCO, SCHOOL, FRANCISCO | {"email": ""}])
def test_good_data_have_no_problem(values):
    assert problems(PersonData.of(values)) == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person_kind": "alien"}, "person_kind"),
        ({"document_type": ""}, "document_type"),
        ({"document_type": "DNI"}, "document_type"),
        ({"document_type": "NIT", "document_number": "8999990017"}, "document_type"),
        ({"document_number": ""}, "document_number"),
        ({"document_number": "abc"}, "document_number"),
        ({"document_number": "7" * 21}, "document_number"),
        ({"first_names": "  "}, "first_names"),
        ({"first_names": "123"}, "first_names"),
        ({"first_names": "x" * 81}, "first_names"),
        ({"surnames": "\u202e\u200b"}, "surnames"),
        ({"first_names": "Ana <b>"}, "first_names"),
        ({"surnames": "Rivera>"}, "surnames"),
        ({"address": "Calle <13>"}, "address"),
        ({"email": "francisco"}, "email"),
        ({"email": "a@b.co\nBcc: x@y.co"}, "email"),
        ({"email": "a" * 250 + "@example.com"}, "email"),
        ({"email": "", "notify_by_email": True}, "email"),
        ({"email": "", "address": ""}, "address"),
        ({"address": "x" * 201}, "address"),
        ({"phone": "llámeme"}, "phone"),
        ({"phone": "123"}, "phone"),
        ({"municipality": ""}, "municipality"),
        ({"municipality": "99999"}, "municipality"),
    ],
)
def test_each_wrong_datum_is_named_by_its_field(change, field):
    assert list(problems(PersonData.of(FRANCISCO | change))) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"legal_name": "Colegio <La Esperanza>"}, "legal_name"),
        ({"document_type": "CC", "document_number": "79123456"}, "document_type"),
        ({"document_number": "899999001-1"}, "document_number"),
    ],
)
def test_an_organisation_needs_its_name_and_its_nit(change, field):
    assert list(problems(PersonData.of(SCHOOL | change))) == [field]


def test_the_counter_may_leave_the_contact_data_for_later():
    person = PersonData.of(FRANCISCO | {"municipality": "", "email": "", "address": ""})

    assert problems(person, complete=False) == {}
    assert set(problems(person)) == {"municipality", "address"}


def test_what_was_typed_is_kept_tidy():
    person = PersonData.of(
        FRANCISCO
        | {
            "first_names": "  Jose\u0301 \t Mari\u0301a\r\n",
            "email": " Francisco@Example.COM ",
            "phone": "(300) 123-4567",
            "legal_name": "no es de una persona natural",
            "password": "never kept here",
        }
    )

    assert person.first_names == "José María"
    assert person.email == "francisco@example.com"
    assert person.phone == "+57 300 1234567"
    assert person.document_number == "79123456"
    assert person.legal_name == ""


@given(st.text())
def test_tidy_text_is_one_line_that_hides_nothing(text):
    tidied = tidy(text)

    assert "\n" not in tidied
    assert "\0" not in tidied
    assert "\u202e" not in tidied
    assert tidy(tidied) == tidied


@pytest.mark.parametrize("typed", ["a@b.co", "ñandú@correo.example", "x@sac.test"])
def test_an_address_is_not_asked_of_the_network(typed):
    assert normalise_email(typed) == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3001234567", "+57 300 1234567"),
        ("601 234 5678 ext 12", "+57 601 2345678 ext. 12"),
        ("+1 212 555 1234", "+1 212-555-1234"),
        ("+57 300 1234567", "+57 300 1234567"),
    ],
)
def test_a_telephone_is_kept_with_its_country(typed, kept):
    assert normalise_phone(typed) == kept
    assert normalise_phone(kept) == kept


def test_unseen_characters_are_dropped_from_a_name_and_nothing_is_refused():
    person = PersonData.of(FRANCISCO | {"first_names": "Fran\x00cis\x1b\u200bco"})

    assert person.first_names == "Francisco"
    assert problems(person) == {}

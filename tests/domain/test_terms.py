"""The terms of the law: every kind has one on every day, with its source."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requerimiento import Kind
from app.domain.terms import (
    TERMS,
    Matter,
    Requester,
    Term,
    TermUnknown,
    Unit,
    term_for,
    term_of,
)

SINCE = date(2022, 5, 18)  # Ley 2207 of 2022 ended the longer terms of the pandemic

DAYS = {
    Kind.PETITION: 15,
    Kind.INFORMATION: 10,
    Kind.DOCUMENTS: 10,
    Kind.CONSULTATION: 30,
    Kind.COMPLAINT: 15,
    Kind.CLAIM: 15,
    Kind.SUGGESTION: 15,
    Kind.REPORT: 15,
    Kind.COMPLIMENT: 15,
    Kind.PROCEDURE: 15,
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_has_the_days_of_the_law(kind):
    term = term_for(kind, date(2026, 3, 16))

    assert term.days == DAYS[kind]
    assert term.source.startswith("Ley ")
    assert len(term.source) <= 120  # what the case keeps of it


@given(st.sampled_from(Kind), st.dates(SINCE, date(2060, 12, 31)))
def test_one_term_and_only_one_is_in_force_on_any_day(kind, day):
    in_force = [term for term in TERMS if term.subject is kind and term.is_in_force(day)]

    assert in_force == [term_for(kind, day)]


def test_a_term_that_is_not_known_is_refused():
    with pytest.raises(TermUnknown):
        term_for(Kind.PETITION, date(2022, 5, 17))


def test_a_term_ends_the_day_that_the_next_one_begins():
    term = Term(Kind.PETITION, 30, "Decreto 491 de 2020", date(2020, 3, 28), until=SINCE)

    assert term.is_in_force(date(2022, 5, 17))
    assert not term.is_in_force(SINCE)


@pytest.mark.parametrize(
    ("matter", "amount", "unit", "source"),
    [
        (Matter.HAND_OVER_COPIES, 3, Unit.BUSINESS_DAYS, "artículo 14, numeral 1"),
        (Matter.REFER, 5, Unit.BUSINESS_DAYS, "artículo 21"),
        (Matter.ASK_TO_COMPLETE, 10, Unit.BUSINESS_DAYS, "artículo 17"),
        (Matter.COMPLETE, 1, Unit.MONTHS, "artículo 17"),
        (Matter.CLARIFY, 10, Unit.BUSINESS_DAYS, "artículo 19"),
        (Matter.INSIST_ON_RESERVED, 10, Unit.BUSINESS_DAYS, "artículo 26"),
        (Matter.APPEAL, 10, Unit.BUSINESS_DAYS, "artículo 76"),
        (Matter.NEGATIVE_SILENCE, 3, Unit.MONTHS, "artículo 83"),
        (Matter.NEGATIVE_SILENCE_OF_APPEAL, 2, Unit.MONTHS, "artículo 86"),
        (Matter.RESEND_AFTER_FAILURE, 3, Unit.BUSINESS_DAYS, "artículo 62"),
        (Matter.DATA_INQUIRY, 10, Unit.BUSINESS_DAYS, "Ley 1581 de 2012, artículo 14"),
        (Matter.DATA_CLAIM, 15, Unit.BUSINESS_DAYS, "Ley 1581 de 2012, artículo 15"),
        (Matter.DATA_CLAIM_ASK, 5, Unit.BUSINESS_DAYS, "Ley 1581 de 2012, artículo 15"),
        (Matter.DATA_CLAIM_ABANDONED, 2, Unit.MONTHS, "Ley 1581 de 2012, artículo 15"),
        (Matter.DATA_CLAIM_REFER, 2, Unit.BUSINESS_DAYS, "Ley 1581 de 2012, artículo 15"),
    ],
)
def test_each_act_has_the_term_of_its_article(matter, amount, unit, source):
    term = term_of(matter, date(2026, 3, 16))

    assert (term.amount, term.unit) == (amount, unit)
    assert source in term.source


@pytest.mark.parametrize(
    ("requester", "kind", "days", "source"),
    [
        (Requester.AUTHORITY, Kind.INFORMATION, 10, "artículo 30"),
        (Requester.AUTHORITY, Kind.DOCUMENTS, 10, "artículo 30"),
        (Requester.AUTHORITY, Kind.PETITION, 15, "artículo 14"),
        (Requester.LEGISLATOR, Kind.INFORMATION, 5, "Ley 5 de 1992, artículo 258"),
        (Requester.CHAMBER, Kind.DOCUMENTS, 10, "Ley 5 de 1992, artículo 260"),
        (Requester.OMBUDSMAN, Kind.INFORMATION, 5, "Ley 24 de 1992, artículo 15"),
        (Requester.OPPOSITION, Kind.INFORMATION, 5, "Ley 1909 de 2018, artículo 16"),
        (Requester.OPPOSITION, Kind.CONSULTATION, 30, "numeral 2"),
    ],
)
def test_some_who_ask_have_a_term_of_their_own(requester, kind, days, source):
    term = term_for(kind, date(2026, 3, 16), requester)

    assert term.days == days
    assert source in term.source


@pytest.mark.parametrize("kind", Kind)
def test_with_its_extension_a_term_is_at_most_double(kind):
    assert term_for(kind, SINCE).longest == 2 * DAYS[kind]


def test_the_terms_of_other_laws_have_the_extension_that_they_state_or_none():
    assert term_of(Matter.DATA_INQUIRY, SINCE).longest == 10 + 5
    assert term_of(Matter.DATA_CLAIM, SINCE).longest == 15 + 8
    assert term_for(Kind.INFORMATION, SINCE, Requester.LEGISLATOR).longest is None


def test_months_are_not_days():
    with pytest.raises(ValueError, match="not counted in days"):
        _ = term_of(Matter.COMPLETE, SINCE).days


@pytest.mark.parametrize("requester", Requester)
def test_whoever_asks_has_a_name_that_people_read(requester):
    assert requester.label[0].isupper()


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.subject)
def test_every_term_names_its_source_in_what_a_case_can_keep(term):
    assert term.source.startswith("Ley ")
    assert len(term.source) <= 120
    assert term.amount > 0

"""The terms of the law: every kind has one on every day, with its source."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requerimiento import Kind
from app.domain.terms import TERMS, Term, TermUnknown, term_for

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
    in_force = [term for term in TERMS if term.kind is kind and term.is_in_force(day)]

    assert in_force == [term_for(kind, day)]


def test_a_term_that_is_not_known_is_refused():
    with pytest.raises(TermUnknown):
        term_for(Kind.PETITION, date(2022, 5, 17))


def test_a_term_ends_the_day_that_the_next_one_begins():
    term = Term(Kind.PETITION, 30, "Decreto 491 de 2020", date(2020, 3, 28), until=SINCE)

    assert term.is_in_force(date(2022, 5, 17))
    assert not term.is_in_force(SINCE)

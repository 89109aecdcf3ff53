"""The shape of a radicado, and how a person may type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.radicado import Direction, format_radicado, is_radicado, normalise_radicado

PARTS = (
    st.from_regex(r"[A-Z]{2,6}", fullmatch=True),
    st.integers(2022, 2060),
    st.sampled_from(Direction),
    st.integers(1, 999_999_999),
)


def test_a_radicado_is_prefix_year_direction_and_number():
    assert format_radicado("SOA", 2026, Direction.INCOMING, 1) == "SOA2026ER000001"
    assert format_radicado("SOA", 2026, Direction.OUTGOING, 1_234_567) == "SOA2026EE1234567"


@given(*PARTS)
def test_what_is_formatted_is_recognised_however_it_is_typed(prefix, year, direction, number):
    code = format_radicado(prefix, year, direction, number)
    typed = f"  {code[: len(prefix)].lower()} {year}-{direction.lower()} {code[-6:]}"

    assert is_radicado(code)
    assert is_radicado(normalise_radicado(code.lower()))
    if number < 1_000_000:
        assert normalise_radicado(typed) == code


@given(*PARTS, st.integers(1, 999_999_999))
def test_two_numbers_are_two_radicados(prefix, year, direction, number, other):
    same = format_radicado(prefix, year, direction, number) == format_radicado(
        prefix, year, direction, other
    )

    assert same == (number == other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SOA2026ER00001",
        "SOA2026ER0000010000",
        "SOA2026IE000001",
        "S2026ER000001",
        "SOA26ER000001",
        "SOA2026ER000001\n",
        "SOA2026ER000001' OR 1=1",
        "SOA٢٠٢٦ER000001",
        "soa2026er000001",
    ],
)
def test_what_has_not_the_shape_is_no_radicado(text):
    assert not is_radicado(text)

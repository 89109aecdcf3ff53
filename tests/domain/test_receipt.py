"""The bytes of a receipt: always the same, read back whole, and any change is noticed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import OFFICE
from app.domain.receipt import (
    Annex,
    Receipt,
    ReceiptUnreadable,
    Spoken,
    code_of,
    payload,
    read,
)

RECEIPT = Receipt(
    entity="Secretaría de Educación de Soacha",
    radicado="SOA2026ER000001",
    received_at=datetime(2026, 3, 16, 10, 0, 5, tzinfo=OFFICE),
    received_on=date(2026, 3, 16),
    kind="peticion",
    channel="web",
    body_sha256="a" * 64,
    annexes=(Annex("Acta de grado ñ.pdf", 1024, "b" * 64),),
    term_days=15,
    term_source="Ley 1437 de 2011, artículo 14 (Ley 1755 de 2015)",
    reading=1,
    due_on=date(2026, 4, 9),
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ANNEXES = st.builds(Annex, WORDS, st.integers(0, 10**9), WORDS)
RECEIPTS = st.builds(
    Receipt,
    entity=WORDS,
    radicado=WORDS,
    received_at=st.datetimes(timezones=st.just(UTC)),
    received_on=st.dates(),
    kind=WORDS,
    channel=WORDS,
    body_sha256=WORDS,
    annexes=st.lists(ANNEXES, max_size=3).map(tuple),
    term_days=st.integers(1, 60),
    term_source=WORDS,
    reading=st.sampled_from([1, 2]),
    due_on=st.dates(),
    spoken=st.none() | st.builds(Spoken, WORDS, st.booleans(), WORDS),
)


def test_the_bytes_are_these_and_stay_so():
    """What was signed once is checked by them for ever."""
    assert payload(replace(RECEIPT, annexes=())).decode() == (
        'SAC constancia 1\n{"annexes":[],"body_sha256":"' + "a" * 64 + '","channel":"web",'
        '"due_on":"2026-04-09","entity":"Secretaría de Educación de Soacha","kind":"peticion",'
        '"radicado":"SOA2026ER000001","reading":1,"received_at":"2026-03-16T10:00:05-05:00",'
        '"received_on":"2026-03-16","term_days":15,'
        '"term_source":"Ley 1437 de 2011, artículo 14 (Ley 1755 de 2015)"}'
    )
    assert payload(RECEIPT) == payload(replace(RECEIPT))


def test_what_was_said_aloud_is_of_a_second_version():
    spoken = replace(RECEIPT, annexes=(), spoken=Spoken("Vera Prueba", True, "d" * 64))

    assert payload(spoken) == payload(replace(RECEIPT, annexes=())).replace(
        b"constancia 1", b"constancia 2"
    ).replace(
        b',"term_days"',
        b',"spoken":{"is_confirmed":true,"language_sha256":"' + b"d" * 64 + b'",'
        b'"taken_by":"Vera Prueba"},"term_days"',
    )
    assert read(payload(spoken)) == spoken


@given(RECEIPTS)
def test_what_is_written_is_read_back_to_the_same_bytes(receipt):
    signed = payload(receipt)

    assert payload(read(signed)) == signed


@given(RECEIPTS, st.integers(0, 10_000), st.integers(0, 7))
def test_a_bit_that_is_turned_gives_other_bytes_or_none(receipt, place, bit):
    signed = bytearray(payload(receipt))
    code = code_of(bytes(signed))
    signed[place % len(signed)] ^= 1 << bit

    assert code_of(bytes(signed)) != code
    try:
        other = read(bytes(signed))
    except ReceiptUnreadable:
        return
    assert payload(other) != payload(receipt)


@pytest.mark.parametrize(
    "change",
    [
        {"due_on": date(2026, 4, 10)},
        {"radicado": "SOA2026ER000002"},
        {"annexes": ()},
        {"annexes": (replace(RECEIPT.annexes[0], size=1025),)},
        {"body_sha256": "c" * 64},
        {"received_at": datetime(2026, 3, 16, 10, 0, 6, tzinfo=OFFICE)},
        {"reading": 2},
        {"spoken": Spoken("Vera Prueba", False, "")},
    ],
)
def test_every_fact_is_in_the_bytes(change):
    assert payload(replace(RECEIPT, **change)) != payload(RECEIPT)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"SAC constancia 2\n{}",
        b"SAC constancia 3\n{}",
        payload(RECEIPT).replace(b"constancia 1", b"constancia 2"),
        b"SAC constancia 1\n",
        b"SAC constancia 1\n{}",
        b"SAC constancia 1\n[]",
        b"SAC constancia 1\n" + b"[" * 100_000,
        payload(RECEIPT).replace(b"2026-04-09", b"2026-04-99"),
        payload(RECEIPT).replace(b"-05:00", b""),
        payload(RECEIPT) + b" ",
        payload(RECEIPT).replace(b'{"annexes"', b'{ "annexes"'),
        payload(RECEIPT).replace(b'"kind"', b'"kinds"'),
        payload(RECEIPT) + b"\xff",
    ],
)
def test_what_is_not_exactly_a_receipt_is_refused(damaged):
    with pytest.raises(ReceiptUnreadable):
        read(damaged)


def test_letters_are_the_same_however_they_were_typed():
    decomposed = replace(RECEIPT, entity="Secretari\u0301a de Educacio\u0301n de Soacha")

    assert payload(decomposed) == payload(RECEIPT)


def test_a_moment_without_a_zone_is_no_moment():
    with pytest.raises(ValueError, match="time zone"):
        replace(RECEIPT, received_at=datetime(2026, 3, 16, 10))  # noqa: DTZ001 that is the point


def test_the_code_is_short_enough_to_type():
    code = code_of(payload(RECEIPT))

    assert len(code) == 19
    assert code.count("-") == 3
    assert code.replace("-", "").isalnum()

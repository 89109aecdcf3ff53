"""The chained register: whatever is changed, put in or taken out is found and named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import OFFICE
from app.domain.register import (
    EMPTY,
    ERASED,
    FILES,
    Break,
    Entry,
    Head,
    Personal,
    Row,
    altered_fields,
    breaks,
    canonical,
    chain,
    digest,
    is_sealed,
    link,
    seal,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
NAME = Personal("Ana Prueba", b"s" * 16)


def entry(number: int, **changes) -> Entry:
    values = Entry(
        sequence=number,
        radicado=f"SOA2026ER{number:06d}",
        action="radicar",
        status="radicado",
        happened_at=NOON + timedelta(minutes=number),
        facts={"office": "Atención al Ciudadano"},
        digests={"author": digest(NAME)},
    )
    return replace(values, **changes)


def rows(count: int = 5, key: bytes = KEY) -> list[Row]:
    chained = chain(map(entry, range(1, count + 1)), key)
    return [replace(row, values={"author": NAME.value}, salt=NAME.salt) for row in chained]


def first(chained, heads=(), start=EMPTY, key=KEY) -> Break | None:
    """The first thing that is wrong with a chain."""
    return next(breaks(iter(chained), key, heads, start), None)


def head_of(chained: list[Row]) -> Head:
    return Head(chained[-1].entry.sequence, chained[-1].link)


def test_a_chain_that_nobody_touched_is_whole():
    chained = rows()

    assert first(chained, [Head(2, chained[1].link), head_of(chained)]) is None


def test_a_register_without_rows_is_whole_until_a_head_was_published():
    assert first([]) is None
    gone = first([], [Head(3, "a" * 64)])
    assert gone is not None
    assert (gone.sequence, gone.radicado) == (1, "")


@pytest.mark.parametrize(
    "change",
    [
        {"radicado": "SOA2026ER000009"},
        {"action": "anular"},
        {"status": "anulado"},
        {"happened_at": NOON},
        {"facts": {}},
        {"facts": {"office": "Otra"}},
        {"digests": {"author": digest(replace(NAME, value="Otra Prueba"))}},
        {"digests": {}},
    ],
)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_row_that_was_altered_is_named(place, change):
    chained = rows()
    chained[place] = replace(chained[place], entry=replace(chained[place].entry, **change))

    [broken] = breaks(chained, KEY)

    assert broken.sequence == place + 1
    assert broken.radicado == chained[place].entry.radicado
    assert "altered" in broken.words


@given(st.integers(0, 4), st.integers(0, 255))
def test_a_bit_that_is_turned_in_a_link_is_found(place, bit):
    chained = rows()
    turned = bytearray.fromhex(chained[place].link)
    turned[bit // 8] ^= 1 << bit % 8
    chained[place] = replace(chained[place], link=turned.hex())

    [broken] = breaks(chained, KEY)

    assert broken.sequence == place + 1


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_row_taken_out_of_the_middle_is_missed(place):
    chained = rows()
    del chained[place]

    broken = first(chained)

    assert broken is not None
    assert (broken.sequence, broken.radicado) == (place + 1, "")
    assert "missing" in broken.words


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_rows_cut_off_from_the_end_are_missed_against_the_head(kept):
    chained = rows()

    assert first(chained[:kept]) is None  # the rows alone cannot tell
    broken = first(chained[:kept], [head_of(chained)])
    assert broken is not None
    assert broken.sequence == kept + 1
    assert "row 5" in broken.words


def test_rows_that_were_swapped_or_repeated_are_found():
    swapped = rows()
    swapped[1], swapped[2] = swapped[2], swapped[1]
    repeated = rows()
    repeated.insert(2, repeated[1])

    for chained, words in ((swapped, "missing"), (repeated, "repeated")):
        broken = first(chained)

        assert broken is not None
        assert words in broken.words


def test_a_row_put_in_without_the_key_is_found():
    chained = rows()
    forged = entry(6, action="anular")
    chained.append(
        replace(chained[-1], entry=forged, link=link(chained[-1].link, forged, OTHER_KEY))
    )

    broken = first(chained)

    assert broken is not None
    assert broken.sequence == 6


def test_a_chain_written_anew_with_the_key_in_hand_does_not_pass_through_the_head():
    published = head_of(rows())
    others = (entry(number, status="anulado", digests={}) for number in range(1, 8))

    broken = first(chain(others, KEY), [published])

    assert broken is not None
    assert broken.sequence == 5
    assert "published" in broken.words


def test_rows_after_the_last_head_are_no_fault():
    chained = rows(7)

    assert first(chained, [Head(5, chained[4].link)]) is None


def test_a_check_goes_on_from_a_head():
    chained = rows()
    middle = Head(3, chained[2].link)

    assert first(chained[3:], [middle, head_of(chained)], middle) is None
    wrong = first(chained[3:], start=Head(3, "0" * 64))
    assert wrong is not None
    assert wrong.sequence == 4


def test_the_chain_goes_on_from_a_head_too():
    links = [row.link for row in chain([entry(4), entry(5)], KEY, Head(3, rows()[2].link))]

    assert links == [row.link for row in rows()[3:]]


def with_row(place: int, **changes) -> list[Row]:
    """A chain where one row stands otherwise."""
    chained = rows()
    chained[place] = replace(chained[place], **changes)
    return chained


@pytest.mark.parametrize("value", ["", ERASED])
def test_erasing_a_person_leaves_the_chain_whole_if_a_later_row_tells_of_it(value):
    erased = with_row(1, values={"author": value}, salt=None, is_erased=True)
    untold = with_row(1, values={"author": value}, salt=None)

    assert first(erased) is None
    broken = first(untold)
    assert broken is not None
    assert (broken.sequence, broken.radicado) == (2, "SOA2026ER000002")
    assert "salt is missing" in broken.words


def test_what_was_erased_says_nothing_else_instead():
    for values in ({"author": "Otra Prueba"}, {"author": ERASED, "note": "Otra"}):
        [broken] = breaks(with_row(1, values=values, salt=None, is_erased=True), KEY)
        assert broken.words.startswith("altered: ")


@pytest.mark.parametrize(
    ("names", "is_gone"),
    [
        (f"{'a' * 64} 12 {ERASED}", True),
        (f"{'a' * 64} 12 {ERASED}\n{'b' * 64} 7 {ERASED}", True),
        (f"{'a' * 64} 12 {ERASED}\n{'b' * 64} 7 cédula de Ana.pdf", False),
    ],
)
def test_files_are_erased_when_none_has_its_name(names, is_gone):
    row = Row(entry(1, digests={FILES: "0" * 64}), "", {FILES: names}, None, is_erased=True)

    assert (altered_fields(row) == []) is is_gone


@pytest.mark.parametrize(
    ("changes", "altered"),
    [
        ({"values": {"author": "Otra Prueba"}}, "author"),
        ({"values": {}}, "author"),  # emptied, with its salt still there
        ({"values": {"author": ""}}, "author"),
        ({"values": {"author": NAME.value, "note": "Más"}}, "note"),
        ({"salt": b"t" * 16}, "author"),
        ({"salt": b"t"}, "author"),
        ({"is_erased": True, "values": {"author": ERASED}}, "author"),
    ],
)
def test_a_personal_value_that_was_changed_is_named(changes, altered):
    [broken] = breaks(with_row(1, **changes), KEY)

    assert (broken.sequence, broken.words) == (2, f"altered: {altered}")


def test_a_head_is_sealed_for_its_place_and_with_the_key():
    head = head_of(rows())
    tag = seal(head, "1", KEY)

    assert is_sealed(head, "1", tag, KEY)
    older = Head(4, rows()[3].link)
    for other, place, key in (
        (older, "1", KEY),
        (head, "1 2026-03-16", KEY),
        (head, "1", OTHER_KEY),
    ):
        assert not is_sealed(other, place, tag, key)
    assert not is_sealed(head, "1", "", KEY)
    assert not is_sealed(head, "1", "ñ" * 64, KEY)


def test_every_row_that_is_wrong_is_named_once():
    chained = rows(9)
    for place in (1, 2, 6):
        forged = replace(chained[place].entry, status="anulado")
        chained[place] = replace(chained[place], entry=forged)
    del chained[4]

    found = [broken.sequence for broken in breaks(chained, KEY, [head_of(chained)])]

    assert found == [2, 3, 5, 7]


def test_the_same_value_has_another_digest_in_another_row():
    assert digest(NAME) != digest(replace(NAME, salt=b"t" * 16))
    with pytest.raises(ValueError, match="16 bytes"):
        digest(Personal("Ana Prueba", b"short"))


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        link(EMPTY.link, entry(1), b"short")


def test_a_moment_is_the_same_in_every_zone_and_never_without_one():
    bogota = NOON.astimezone(OFFICE)

    assert canonical(entry(1, happened_at=NOON)) == canonical(entry(1, happened_at=bogota))
    with pytest.raises(ValueError, match="time zone"):
        entry(1, happened_at=datetime(2026, 3, 16))  # noqa: DTZ001 that is the point


def test_the_bytes_and_the_link_are_these_and_stay_so():
    """What was chained once is checked by them for ever."""
    first = entry(1, digests={}, facts={"b": "ñ", "a": "1"})

    assert canonical(first) == (
        b'SAC registro 1\n[1,"SOA2026ER000001","radicar","radicado",'
        b'"2026-03-16T12:01:00.000000+00:00",{"a":"1","b":"\\u00f1"},{}]'
    )
    assert (
        link(EMPTY.link, first, KEY)
        == "f9ec4e945c4d96a36ca51266f155e1e56f0cea4ec66109a5353daac76bae9364"
    )


@given(st.lists(st.text(max_size=8), min_size=4, max_size=4), st.integers(1, 9))
def test_no_two_entries_have_the_same_bytes(words, number):
    one = entry(number, radicado=words[0], action=words[1], status=words[2])
    other = entry(number, radicado=words[0], action=words[1], status=words[2] + words[3])

    assert (canonical(one) == canonical(other)) == (one == other)

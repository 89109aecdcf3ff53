"""The key of an anonymous case: its list of words, and keys however they are typed."""

import re
import secrets
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access_key import LENGTH, entropy_bits, new_key, normalise_key, unknown_words, words

KEYS = st.lists(st.sampled_from(words()), min_size=LENGTH, max_size=LENGTH).map("-".join)


def test_the_list_is_of_plain_words_of_four_to_eight_letters():
    assert len(words()) == 2048
    assert [word for word in words() if not re.fullmatch("[a-z]{4,8}", word)] == []
    assert list(words()) == sorted(set(words()))


def test_no_word_becomes_another_by_one_letter():
    known = set(words())
    blanks: dict[str, str] = {}
    confused = []
    for word in words():
        for place in range(len(word)):
            changed = f"{word[:place]}_{word[place + 1 :]}"
            if changed in blanks:
                confused.append((word, blanks[changed]))
            blanks[changed] = word
            if word[:place] + word[place + 1 :] in known:
                confused.append((word, word[:place] + word[place + 1 :]))
        for place, (one, next_one) in enumerate(pairwise(word)):
            swapped = word[:place] + next_one + one + word[place + 2 :]
            if one != next_one and swapped in known:
                confused.append((word, swapped))

    assert confused == []


def test_a_key_is_worth_fifty_five_bits():
    assert entropy_bits() == 55


def test_a_key_takes_every_word_from_the_source_that_it_is_given():
    drawn = iter([0, 1, 2, 3, 2047])
    asked = []

    def source(limit: int) -> int:
        asked.append(limit)
        return next(drawn)

    assert new_key(source).split("-") == [*words()[:4], words()[2047]]
    assert asked == [2048] * LENGTH


def test_keys_are_made_with_the_secrets_of_the_system():
    keys = {new_key(secrets.randbelow) for _ in range(50)}

    assert len(keys) == 50
    assert all(len(key.split("-")) == LENGTH for key in keys)


@given(KEYS, st.sampled_from(["-", " ", "  ", ", ", "\n", " – ", ""]), st.booleans())
def test_a_key_is_the_same_however_it_is_typed(key, mark, capitals):
    typed = f" {mark.join(key.split('-'))} "

    assert normalise_key(typed.upper() if capitals else typed) == normalise_key(key)
    assert unknown_words(typed) == []


@given(KEYS, KEYS)
def test_keys_of_other_words_are_other_keys(one, other):
    assert (normalise_key(one) == normalise_key(other)) == (
        one.replace("-", "") == other.replace("-", "")
    )


def test_accents_that_a_keyboard_adds_make_no_difference():
    assert normalise_key("Camíno-LLUVIA") == "caminolluvia"


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("camino lluvia pyano verano nube", ["pyano"]),
        ("Camino-LLUVIA-Piáno", []),
        ("camino, lluvia, 12", []),
        ("qwerty asdfg", ["qwerty", "asdfg"]),
        ("caminolluviapiano", []),
        ("", []),
    ],
)
def test_a_word_that_is_in_no_key_is_named(typed, unknown):
    assert unknown_words(typed) == unknown

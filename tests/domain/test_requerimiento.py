"""The life of a requerimiento: one table, and nothing outside it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requerimiento import (
    OPEN,
    TRANSITIONS,
    Action,
    Kind,
    Status,
    TransitionNotAllowed,
    allowed_actions,
    excerpt,
    next_status,
)

EVERY_PAIR = set(product([None, *Status], Action))
FORBIDDEN = sorted(EVERY_PAIR - set(TRANSITIONS), key=lambda pair: (str(pair[0]), pair[1]))


@pytest.mark.parametrize(("status", "action"), FORBIDDEN)
def test_every_move_outside_the_table_is_refused(status, action):
    with pytest.raises(TransitionNotAllowed):
        next_status(status, action)


@pytest.mark.parametrize(("status", "action"), list(TRANSITIONS))
def test_every_move_of_the_table_is_made_and_offered(status, action):
    assert next_status(status, action) is TRANSITIONS[status, action]
    assert status is None or action in allowed_actions(status)


@pytest.mark.parametrize("status", Status)
def test_a_page_offers_what_the_rule_admits_and_no_more(status):
    offered = allowed_actions(status)

    assert {(status, action) for action in offered} == {p for p in TRANSITIONS if p[0] is status}


def test_who_files_begins_as_radicado():
    assert next_status(None, Action.FILE) is Status.FILED
    assert Action.FILE not in {action for status in Status for action in allowed_actions(status)}


@pytest.mark.parametrize("status", sorted(OPEN))
def test_while_an_answer_is_owed_the_citizen_may_send_more(status):
    assert next_status(status, Action.CONTRIBUTE) is status


@pytest.mark.parametrize("status", [Status.CLOSED, Status.ANNULLED])
def test_what_is_over_moves_no_more(status):
    assert allowed_actions(status) == []


@pytest.mark.parametrize(("status", "action"), list(TRANSITIONS))
def test_words_on_the_way_leave_it_where_it_stands(status, action):
    if action in (Action.MESSAGE, Action.NOTE, Action.CONTRIBUTE):
        assert TRANSITIONS[status, action] is status


def test_a_refusal_says_the_state_and_the_action():
    with pytest.raises(TransitionNotAllowed, match=r"«Cerrado».*«Responder»"):
        next_status(Status.CLOSED, Action.ANSWER)


@pytest.mark.parametrize("word", [*Kind, *Status, *Action], ids=repr)
def test_every_name_has_the_words_that_people_read(word):
    assert word.label
    assert word.label[0].isupper()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_explained_in_a_sentence(kind):
    assert kind.definition.endswith(".")
    assert len(kind.definition) < 120


@given(st.text(max_size=600))
def test_the_first_words_fit_on_a_line_of_a_list(text):
    words = excerpt(text)

    assert len(words) <= 120
    assert "\n" not in words
    assert words == words.strip()


def test_a_long_text_is_cut_between_words():
    words = excerpt("una petición muy larga " * 20)

    assert words.endswith("…")
    assert words[:-1].split()[-1] in {"una", "petición", "muy", "larga"}


def test_one_endless_word_is_cut_all_the_same():
    assert len(excerpt("a" * 5000)) == 120


def test_a_short_text_is_kept_whole():
    assert excerpt(" Pido  un\ncertificado. ") == "Pido un certificado."

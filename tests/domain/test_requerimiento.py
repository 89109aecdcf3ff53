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
    with pytest.raises(TransitionNotAllowed) as refused:
        next_status(status, action)

    assert f"«{action.label}»" in str(refused.value)
    assert action.source in str(refused.value)


@pytest.mark.parametrize("action", [a for a in Action if a.source and a is not Action.NOTIFY])
def test_what_the_law_rules_is_refused_by_its_article(action):
    with pytest.raises(
        TransitionNotAllowed, match=r"Norma: (Ley 1437 de 2011|Acuerdo AGN 060|Ley 4 de 1913)"
    ):
        next_status(Status.ANNULLED, action)


@pytest.mark.parametrize(
    ("action", "number"),
    [
        (Action.ASK_TO_COMPLETE, "17"),
        (Action.ASK_MORE_TIME, "17"),
        (Action.COMPLETE, "17"),
        (Action.DECLARE_WITHDRAWN, "17"),
        (Action.WITHDRAW, "18"),
        (Action.ASK_TO_CLARIFY, "19"),
        (Action.CLARIFY, "19"),
        (Action.SHELVE, "19"),
        (Action.EXTEND, "14"),
        (Action.PRIORITISE, "20"),
        (Action.REFER, "21"),
    ],
)
def test_each_event_of_the_law_names_its_article(action, number):
    assert f"artículo {number}" in action.source


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
    # What the mail gave back, how it was told instead, that it is sensitive, or linked no more,
    # what its citizen reads and decides on being told, and that it was erased move nothing.
    facts = {Action.RETURN_MAIL, Action.NOTIFY, Action.RESERVE, Action.UNRESERVE, Action.UNLINK}
    facts |= {Action.OPEN, Action.ACCEPT_NOTICES, Action.REFUSE_NOTICES, Action.ERASE}
    # Against what was shelved its citizen may write, and that is decided.
    facts |= {Action.CONTRIBUTE, Action.RULE} if status is Status.CLOSED else set()
    assert set(allowed_actions(status)) == facts


@pytest.mark.parametrize("status", Status)
def test_nothing_is_erased_as_long_as_an_answer_is_owed(status):
    assert (Action.ERASE in allowed_actions(status)) is not status.is_open


@pytest.mark.parametrize(("status", "action"), list(TRANSITIONS))
def test_words_on_the_way_leave_it_where_it_stands(status, action):
    flags = (Action.ASK_MORE_TIME, Action.EXTEND, Action.PRIORITISE, Action.MOVE)
    if action in (Action.MESSAGE, Action.NOTE, Action.CONTRIBUTE, Action.RULE, *flags):
        assert TRANSITIONS[status, action] is status


def test_what_waits_for_the_citizen_leaves_only_by_an_act_of_somebody():
    ways_out = {
        action: after
        for (status, action), after in TRANSITIONS.items()
        if status is Status.WAITING and after is not Status.WAITING
    }

    assert ways_out == {
        Action.ANSWER: Status.ANSWERED,
        Action.COMPLETE: Status.IN_PROGRESS,
        Action.CLARIFY: Status.IN_PROGRESS,
        Action.DECLARE_WITHDRAWN: Status.WITHDRAWN,
        Action.SHELVE: Status.CLOSED,
        Action.WITHDRAW: Status.WITHDRAWN,
    }


@pytest.mark.parametrize("status", Status)
def test_only_a_request_to_the_citizen_makes_it_wait(status):
    into = {
        action
        for (before, action), after in TRANSITIONS.items()
        if before is status and after is Status.WAITING and before is not Status.WAITING
    }

    near = status in (Status.ASSIGNED, Status.IN_PROGRESS)
    assert into == ({Action.ASK_TO_COMPLETE, Action.ASK_TO_CLARIFY} if near else set())


@pytest.mark.parametrize("status", Status)
def test_a_citizen_may_withdraw_as_long_as_an_answer_is_owed(status):
    assert (Action.WITHDRAW in allowed_actions(status)) == status.is_open


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

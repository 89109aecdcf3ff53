"""When a case may be linked under another."""

from dataclasses import replace

import pytest

from app.domain.registration import FieldRefused
from app.domain.related import Place, check_link

FREE = Place(1, "SOA2026ER000001", is_open=True, leader_id=None, leads=False)
OTHER = Place(2, "SOA2026ER000002", is_open=True, leader_id=None, leads=False)


def test_a_case_is_linked_under_one_that_is_free_or_leads():
    check_link(FREE, OTHER)
    check_link(FREE, replace(OTHER, leads=True))


@pytest.mark.parametrize(
    ("follower", "leader", "sentence"),
    [
        (FREE, FREE, "Es el mismo"),
        (replace(FREE, leader_id=2), OTHER, "ya está vinculado a SOA2026ER000002"),
        (replace(FREE, leader_id=9), OTHER, "Desvincúlelo primero"),
        (replace(FREE, leads=True), OTHER, "no puede quedar bajo SOA2026ER000002"),
        (FREE, replace(OTHER, leader_id=9), "Abra SOA2026ER000002"),
        (FREE, replace(OTHER, is_open=False), "ya terminó"),
    ],
)
def test_what_would_make_a_chain_or_no_sense_is_refused(follower, leader, sentence):
    with pytest.raises(FieldRefused, match=sentence) as refused:
        check_link(follower, leader)

    assert refused.value.field == "other"

"""Which rule takes what is filed: the most specific, and the order between equal ones."""

import pytest

from app.domain.requerimiento import Kind
from app.domain.routing import Rule, follow

LEAF, BRANCH, ELSEWHERE = 30, 10, 99
ANY = Rule(1, None, None)
OF_KIND = Rule(2, None, Kind.COMPLAINT)
OF_BRANCH = Rule(3, BRANCH, None)
OF_BRANCH_AND_KIND = Rule(4, BRANCH, Kind.COMPLAINT)
OF_LEAF = Rule(5, LEAF, None)
FOREIGN = Rule(6, ELSEWHERE, Kind.COMPLAINT)
LADDER = [ANY, OF_KIND, OF_BRANCH, OF_BRANCH_AND_KIND, OF_LEAF]


@pytest.mark.parametrize("most", range(1, len(LADDER) + 1))
def test_the_nearest_topic_wins_and_then_the_kind(most):
    rules = [FOREIGN, *LADDER[:most]]

    assert follow(rules, [LEAF, BRANCH], Kind.COMPLAINT) == LADDER[most - 1]
    assert follow(rules[::-1], [LEAF, BRANCH], Kind.COMPLAINT) == LADDER[most - 1]


@pytest.mark.parametrize(
    ("path", "kind", "taken"),
    [
        ([], Kind.COMPLAINT, OF_KIND),
        ([], Kind.PETITION, ANY),
        ([BRANCH], Kind.PETITION, OF_BRANCH),
        ([ELSEWHERE], Kind.PETITION, ANY),
    ],
)
def test_a_rule_takes_what_it_names_and_any_below(path, kind, taken):
    assert follow([*LADDER, FOREIGN], path, kind) == taken


def test_between_equal_rules_the_first_that_can_receive_is_followed():
    same = [Rule(7, LEAF, None, is_able=False), Rule(8, LEAF, None), Rule(9, LEAF, None)]

    assert follow([ANY, *same], [LEAF], Kind.CLAIM) == same[1]
    assert follow([same[0]], [LEAF], Kind.CLAIM) is None

"""The tree of topics: its order, its depth, and what a branch hides."""

from dataclasses import dataclass

from app.domain.topics import DEEPEST, in_order, parents_for


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None
    name: str
    position: int = 0
    is_active: bool = True
    is_public: bool = True


ROWS = (
    Row(1, None, "Soporte TI", position=2),
    Row(2, 1, "Plataformas"),
    Row(3, 2, "SIMAT"),
    Row(4, 1, "Ámbar"),
    Row(5, None, "Cobertura", position=1),
    Row(6, 1, "Último", position=9),
)


def labels(branches) -> list[str]:
    return [branch.label for branch in branches]


def test_each_branch_is_followed_by_what_hangs_from_it():
    assert labels(in_order(ROWS)) == [
        "Cobertura",
        "Soporte TI",
        "Soporte TI: Ámbar",
        "Soporte TI: Plataformas",
        "Soporte TI: Plataformas: SIMAT",
        "Soporte TI: Último",
    ]


def test_a_branch_that_is_not_in_use_or_not_public_hides_its_leaves():
    closed = [Row(1, None, "A", is_active=False), Row(2, 1, "B"), Row(3, 2, "C")]
    inside = [Row(1, None, "A", is_public=False), Row(2, 1, "B")]

    assert [branch.is_open for branch in in_order(closed)] == [False] * 3
    assert [branch.is_public for branch in in_order(inside)] == [False] * 2
    assert all(branch.is_open for branch in in_order(inside))


def test_nothing_hangs_from_itself_nor_deeper_than_the_tree_may_be():
    branches = in_order(ROWS)
    of = {branch.topic.name: branch for branch in branches}

    assert max(branch.depth for branch in branches) == DEEPEST
    assert of["Soporte TI"].height == DEEPEST
    assert parents_for(branches, of["Soporte TI"]) == []
    assert labels(parents_for(branches, of["Plataformas"])) == ["Cobertura", "Soporte TI"]
    assert "Soporte TI: Plataformas: SIMAT" not in labels(parents_for(branches, None))
    assert "Soporte TI: Plataformas" in labels(parents_for(branches, of["Último"]))

"""The tree of topics of an entity: its order, how deep it may be, and what is offered at filing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from app.domain.person import fold

DEEPEST = 3  # levels: deeper, nobody finds anything in a list


class Leaf(Protocol):
    """What the tree reads of a topic: columns, whose types are the model's."""

    id: Any
    parent_id: Any
    name: Any
    position: Any
    is_active: Any
    is_public: Any


Topic = TypeVar("Topic", bound=Leaf)


@dataclass(frozen=True)
class Branch(Generic[Topic]):
    """A topic in its place. `path` are the names from the root to it; it `is_open` if it and all
    that it hangs from are active, and `is_public` if all of them are public."""

    topic: Topic
    path: tuple[str, ...]
    is_open: bool
    is_public: bool
    twigs: tuple[Branch[Topic], ...]

    @property
    def label(self) -> str:
        """«Soporte TI: Acceso a plataformas: SIMAT»."""
        return ": ".join(self.path)

    @property
    def depth(self) -> int:
        """1 for a root."""
        return len(self.path)

    @property
    def height(self) -> int:
        """The levels from this one down."""
        return 1 + max((twig.height for twig in self.twigs), default=0)

    def walk(self) -> Iterator[Branch[Topic]]:
        """This one and all that hang from it, in their order."""
        yield self
        for twig in self.twigs:
            yield from twig.walk()


def tree(topics: Iterable[Topic]) -> list[Branch[Topic]]:
    """The roots, each with what hangs from it, by position and name."""
    below: dict[int | None, list[Topic]] = {}
    for topic in sorted(topics, key=lambda one: (one.position, fold(one.name), one.id)):
        below.setdefault(topic.parent_id, []).append(topic)
    return [_grown(topic, below, None) for topic in below.get(None, [])]


def in_order(topics: Iterable[Topic]) -> list[Branch[Topic]]:
    """All branches, each root followed by what hangs from it."""
    return [branch for root in tree(topics) for branch in root.walk()]


def parents_for(
    branches: Sequence[Branch[Topic]], moving: Branch[Topic] | None
) -> list[Branch[Topic]]:
    """Where a new topic, or one that moves with all that hangs from it, may hang: not from itself
    or what hangs from it, and no deeper than `DEEPEST`."""
    height = moving.height if moving else 1
    own = {branch.topic.id for branch in moving.walk()} if moving else set()
    return [
        branch
        for branch in branches
        if branch.topic.id not in own and branch.depth + height <= DEEPEST
    ]


def _grown(
    topic: Topic, below: dict[int | None, list[Topic]], parent: Branch[Topic] | None
) -> Branch[Topic]:
    """A topic with its twigs, which are told what stands above them."""
    bare = Branch(
        topic=topic,
        path=(*(parent.path if parent else ()), topic.name),
        is_open=topic.is_active and (parent is None or parent.is_open),
        is_public=topic.is_public and (parent is None or parent.is_public),
        twigs=(),
    )
    twigs = tuple(_grown(twig, below, bare) for twig in below.get(topic.id, []))
    return Branch(topic, bare.path, bare.is_open, bare.is_public, twigs)

"""Which rule of an entity takes what is filed, by its topic and its kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.requerimiento import Kind


@dataclass(frozen=True)
class Rule:
    """What a rule asks for; None stands for any. `is_able` is whether who it names can receive."""

    id: int
    topic_id: int | None
    kind: Kind | None
    is_able: bool = True


def follow(rules: Iterable[Rule], path: Sequence[int], kind: Kind) -> Rule | None:
    """The rule to follow, of rules in the order of the entity, or None.

    The most specific wins: the nearest topic first, then the kind; the order decides between equal
    ones. `path` is the topic of what is filed and those above it, the nearest first. A rule that
    names who cannot receive is passed by.
    """
    fitting = [rule for rule in rules if rule.is_able and _fits(rule, path, kind)]
    return min(fitting, key=lambda rule: _distance(rule, path), default=None)


def _fits(rule: Rule, path: Sequence[int], kind: Kind) -> bool:
    has_topic = rule.topic_id is None or rule.topic_id in path
    return has_topic and rule.kind in (None, kind)


def _distance(rule: Rule, path: Sequence[int]) -> tuple[int, bool]:
    steps = len(path) if rule.topic_id is None else path.index(rule.topic_id)
    return steps, rule.kind is None

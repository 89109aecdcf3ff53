"""Whether a person accepted to be notified by electronic means (Ley 1437 of 2011, article 56): they
may accept and revoke it for everything, or for one case, at any time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Decision:
    """What a person decided: for one case, or for all those without a decision of their own."""

    accepts: bool
    at: datetime
    about_case: bool


def in_force(decisions: Iterable[Decision], at: datetime) -> Decision | None:
    """The decision that rules a case at a moment: the last about it, else the last about all.
    None if the person has said nothing, and then they have not accepted."""
    known = [decision for decision in decisions if decision.at <= at]
    return max(known, key=lambda decision: (decision.about_case, decision.at), default=None)


def accepted(decisions: Iterable[Decision], at: datetime) -> bool:
    """Whether the person accepted it for a case at a moment."""
    ruling = in_force(decisions, at)
    return ruling is not None and ruling.accepts

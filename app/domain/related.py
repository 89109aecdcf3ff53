"""When a case may be linked under another: one leader each, and no chains."""

from dataclasses import dataclass

from app.domain.registration import FieldRefused


@dataclass(frozen=True)
class Place:
    """Where a case stands among those that are linked: the number of its leader, if it has one, and
    whether others are linked under it."""

    id: int
    radicado: str
    is_open: bool
    leader_id: int | None
    leads: bool


def check_link(follower: Place, leader: Place) -> None:
    """Refuse to link one case under another if that would make no sense.

    Raises:
        FieldRefused: both are the same, either is linked already, the first leads others, or the
            second has ended.
    """
    sentence = _refusal(follower, leader)
    if sentence:
        raise FieldRefused("other", sentence)


def _refusal(follower: Place, leader: Place) -> str:
    below, above = follower.radicado, leader.radicado
    if follower.id == leader.id:
        return "Es el mismo requerimiento. Escriba el radicado de otro."
    if follower.leader_id == leader.id:
        return f"{below} ya está vinculado a {above}."
    if follower.leader_id is not None:
        return f"{below} ya está vinculado a otro. Desvincúlelo primero."
    if follower.leads:
        return (
            f"{below} tiene otros vinculados y por eso no puede quedar bajo {above}. Vincule "
            f"{above} a {below}, o desvincule primero los suyos."
        )
    if leader.leader_id is not None:
        return f"{above} ya está vinculado a otro. Abra {above} y vincule con su principal."
    if not leader.is_open:
        return f"{above} ya terminó. Solo se vincula a uno que está abierto."
    return ""

"""Whether what goes out of a case reaches its citizen by itself. What does not has to be told by
other means (Ley 1437 of 2011, articles 56 and 67)."""

from enum import StrEnum


class Untold(StrEnum):
    """Why what went out still has to be told otherwise."""

    NO_MAIL = "sin_correo"
    NO_CONSENT = "sin_aceptar"

    @property
    def label(self) -> str:
        """The words of a list."""
        return {
            Untold.NO_MAIL: "No recibe avisos por correo",
            Untold.NO_CONSENT: "No ha aceptado la notificación electrónica",
        }[self]


def why_untold(*, gets_mail: bool, accepted: bool) -> Untold | None:
    """Why a communication does not reach a person by itself, or None if it does: nobody writes to
    them, or they were written to and never accepted to be notified so."""
    if not gets_mail:
        return Untold.NO_MAIL
    return None if accepted else Untold.NO_CONSENT


def left_untold(*, accepted: bool) -> Untold | None:
    """What remains once the person has opened it by themselves: they know of it, and were notified
    only if they had accepted that it be so."""
    return None if accepted else Untold.NO_CONSENT


def still_untold(before: Untold | None, now: Untold | None) -> Untold | None:
    """What remains of a case after another communication: that nobody wrote weighs more, and what
    was not told before is not told by what came later."""
    return Untold.NO_MAIL if Untold.NO_MAIL in (before, now) else before or now

"""Refusals of the domain. Their text is meant for the person at the screen."""


class RuleBroken(Exception):
    """A rule of the office forbids what was asked. `field` names that of the form which is to
    blame, if one is."""

    field = ""


class NotFound(Exception):
    """It does not exist, or it is not this person's to see: the page is the same."""


class Reserved(NotFound):
    """A sensitive case, which this person of the staff sees only masked. `asks` says whether a
    reason would open it to them."""

    def __init__(self, radicado: str, *, asks: bool) -> None:
        super().__init__(radicado)
        self.radicado, self.asks = radicado, asks


class Throttled(Exception):
    """Too many tries; `retry_after` says how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after

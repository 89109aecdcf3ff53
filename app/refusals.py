"""What a form is told when its service refuses: it comes back with everything typed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import RuleBroken
from app.extensions import db

log = logging.getLogger(__name__)


BUSY = (
    "El sistema está ocupado y no se guardó. Lo que escribió sigue aquí: espere un minuto y "
    "oprima el botón otra vez."
)
CHANGED = (
    "Alguien más lo cambió al mismo tiempo y no se guardó, para no pisar su cambio. Lo que "
    "escribió sigue aquí: mire cómo quedó y envíe otra vez si hace falta."
)


@dataclass(frozen=True)
class Refusal:
    """The status of the page and the sentence on it; `field` if it is about one."""

    status: int
    sentence: str
    field: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """When to try again, if that helps."""
        return {"Retry-After": "30"} if self.status == 503 else {}

    @property
    def is_final(self) -> bool:
        """Whether sending the same again would be refused again."""
        return self.status == 409 and self.sentence != CHANGED


def attempt(act: Callable[[], object]) -> Refusal | None:
    """Call a service; say how it refused, or None when it did what was asked."""
    try:
        act()
    except RuleBroken as refusal:
        return Refusal(422 if refusal.field else 409, str(refusal), refusal.field)
    except (IntegrityError, StaleDataError):
        db.session.rollback()
        return Refusal(409, CHANGED)
    except OperationalError as failure:
        log.error("an act of the office met no database: %s", failure.orig)
        db.session.rollback()
        return Refusal(503, BUSY)
    return None

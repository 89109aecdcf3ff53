"""Views of the queue that people keep, and share with their entity (W1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from app.domain.errors import NotFound
from app.domain.registration import FieldRefused, tidy
from app.domain.roles import Permission
from app.extensions import db, writing
from app.models import Account, SavedView
from app.services.casework import NotAllowed

LONGEST_NAME, LONGEST_QUERY = 40, 400
MOST = 20  # of one person

_SEEN = (
    select(SavedView)
    .where(SavedView.entity_id == bindparam("entity_id"))
    .where(or_(SavedView.owner_id == bindparam("owner_id"), SavedView.is_shared))
    .order_by(SavedView.is_shared, SavedView.name, SavedView.id)
)


def seen_by(account: Account) -> Sequence[SavedView]:
    """Those of the person, and those that the entity shares."""
    return db.session.scalars(_SEEN, {"entity_id": account.entity_id, "owner_id": account.id}).all()


def save(account: Account, *, name: str, query: str, is_shared: bool, now: datetime) -> None:
    """Keep a view. One of theirs with that name is replaced.

    Raises:
        FieldRefused: it has no good name, or there are too many.
        NotAllowed: who shares a view is who distributes the work.
    """
    words = tidy(name)
    if not words or len(words) > LONGEST_NAME:
        raise FieldRefused("name", f"Escriba un nombre de {LONGEST_NAME} letras o menos.")
    if not query or len(query) > LONGEST_QUERY:
        raise FieldRefused("name", "Elija primero los filtros que quiere guardar.")
    if is_shared and not account.may(Permission.ASSIGN):
        raise NotAllowed("Solo quien reparte el trabajo comparte vistas con la entidad.")
    with writing() as session:
        session.refresh(account, with_for_update={"key_share": True, "of": Account})
        view = session.scalars(
            select(SavedView).filter_by(owner_id=account.id, name=words)
        ).one_or_none()
        if view is None:
            count = select(func.count(SavedView.id)).filter_by(owner_id=account.id)
            if (session.scalar(count) or 0) >= MOST:
                raise FieldRefused("name", f"Ya tiene {MOST} vistas: quite alguna.")
            view = SavedView(owner_id=account.id, name=words)
            session.add(view)
        view.entity_id = account.entity_id or 0
        view.query, view.is_shared, view.saved_at = query, is_shared, now


def remove(account: Account, view_id: int) -> None:
    """Take a view of theirs away; who distributes the work, also one that the entity shares.

    Raises:
        NotFound: there is none that they may take away.
    """
    with writing() as session:
        view = session.get(SavedView, view_id)
        is_own = view is not None and view.owner_id == account.id
        is_ours = view is not None and view.entity_id == account.entity_id and view.is_shared
        if view is None or not (is_own or (is_ours and account.may(Permission.ASSIGN))):
            raise NotFound(str(view_id))
        session.delete(view)

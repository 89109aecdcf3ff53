"""What administrators changed: one row for each change, only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.account import Account
from app.models.types import UTCDateTime


class AdministrationChange(Base):
    """A change of something that an entity decides for itself.

    `subject` says of what kind it is («dependencia», «tema», …), `subject_id` which one, `title`
    how it was called. `before` and `after` hold the fields that changed, and only those; `before`
    is empty for what was made new. Without an author it came from the command line. What undid an
    earlier change names it in `undoes_id`.
    """

    __tablename__ = "administration_change"
    __table_args__ = (
        Index("ix_administration_change_log", "entity_id", "id"),
        Index("ix_administration_change_subject", "entity_id", "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("administration_change.id"))

    author: Mapped[Account | None] = relationship()

"""The catalogue of trámites of an entity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.entity import Topic
from app.models.types import UTCDateTime


class Procedure(Base):
    """A trámite that can be asked for: what its public page says, and the topic that leads what is
    filed to its office.

    `slug` is its address, made of its first name and never changed. `requirements` and `steps` have
    one in each line. `term_days` is what the entity undertakes for it (`domain.terms.promised`), by
    the act that `term_source` names; None leaves it to its topic, and to the law. Lists never load
    what only its page says.
    """

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("entity_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(600))
    cost: Mapped[str] = mapped_column(String(200))
    term_days: Mapped[int | None]
    term_source: Mapped[str] = mapped_column(String(120), default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    who: Mapped[str] = mapped_column(Text, deferred=True, deferred_group="page")
    requirements: Mapped[str] = mapped_column(Text, deferred=True, deferred_group="page")
    steps: Mapped[str] = mapped_column(Text, deferred=True, deferred_group="page")
    legal_basis: Mapped[str] = mapped_column(Text, deferred=True, deferred_group="page")

    topic: Mapped[Topic | None] = relationship()

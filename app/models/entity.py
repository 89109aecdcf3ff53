"""The Secretarías on this installation, with what each decides for itself."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.radicado import Direction
from app.domain.requerimiento import Kind
from app.extensions import Base
from app.models.types import UTCDateTime, readable_enum


class Entity(Base):
    """One Secretaría de Educación: its name, its radicado prefix, its rules, its help desk."""

    __tablename__ = "entity"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    short_name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(6), unique=True)
    municipality: Mapped[str] = mapped_column(String(5))
    is_default: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)

    portal_url: Mapped[str] = mapped_column(String(300), default="")
    men_url: Mapped[str] = mapped_column(String(300), default="https://www.mineducacion.gov.co")
    helpdesk_address: Mapped[str] = mapped_column(String(200), default="")
    helpdesk_phone: Mapped[str] = mapped_column(String(60), default="")
    helpdesk_email: Mapped[str] = mapped_column(String(254), default="")
    helpdesk_hours: Mapped[str] = mapped_column(String(120), default="")

    # None leaves the reading of reception (`domain.deadline.Reading`) to the installation.
    reading: Mapped[int | None]
    closes_at: Mapped[time] = mapped_column(default=time(17))
    saturday_counts: Mapped[bool] = mapped_column(default=False)

    # Business days before the due date on which the staff are reminded (`domain.reminders`).
    reminder_points: Mapped[str] = mapped_column(
        String(40), default="5, 2, 0", server_default="5, 2, 0"
    )

    # What the entity says in its own words on the pages of the portal, by the name of the text
    # (`domain.portal_texts`).
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")

    suspensions: Mapped[list[Suspension]] = relationship(order_by="Suspension.first")


class Suspension(Base):
    """Days on which the entity suspends its terms, both ends included, with the act that says
    so. Once it was lifted, the terms run again from `lifted_on` on.

    `ordered_at` and `lifted_at` are the moments in which it was saved: what was filed before
    keeps the receipt that was given. None where that was not kept yet.
    """

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(120), default="", server_default="")
    lifted_on: Mapped[date | None]
    lifting_act: Mapped[str] = mapped_column(String(120), default="", server_default="")
    ordered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Office(Base):
    """A dependencia of the entity: where cases are worked."""

    __tablename__ = "office"
    __table_args__ = (UniqueConstraint("entity_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    name: Mapped[str] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)


class Topic(Base):
    """An eje temático: a branch of the entity's own tree, with the office that sees to it.

    `term_days` is what the entity undertakes for it (`domain.terms.promised`), by the act that
    `term_source` names; None leaves it to the law.
    """

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("entity_id", "parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Kind | None] = mapped_column(readable_enum(Kind, "topic_kind"))
    is_public: Mapped[bool] = mapped_column(default=True)
    # Whether a second person reads an answer before it goes.
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether what is filed under it is sensitive from the start (`domain.reserve`).
    is_sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())

    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    term_days: Mapped[int | None]
    term_source: Mapped[str] = mapped_column(String(120), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    parent: Mapped[Topic | None] = relationship(remote_side="Topic.id")
    office: Mapped[Office | None] = relationship()


class RadicadoCounter(Base):
    """The last number taken by an entity in a year and direction; it never goes back."""

    __tablename__ = "radicado_counter"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[Direction] = mapped_column(
        readable_enum(Direction, "counter_direction"), primary_key=True
    )
    last: Mapped[int]


class Radicado(Base):
    """The register of every number taken, kept when the radicado is annulled."""

    __tablename__ = "radicado"
    __table_args__ = (UniqueConstraint("entity_id", "year", "direction", "number"),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    year: Mapped[int]
    direction: Mapped[Direction] = mapped_column(readable_enum(Direction, "radicado_direction"))
    number: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    annulled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    annulled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    annulment_reason: Mapped[str] = mapped_column(String(500), default="")


class DataNotice(Base):
    """A version of the notice on personal data (Ley 1581 of 2012, article 12)."""

    __tablename__ = "data_notice"
    __table_args__ = (UniqueConstraint("entity_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

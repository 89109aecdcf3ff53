"""The requerimiento with its history, its conversation and its files."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.requerimiento import Action, Channel, Kind, Status
from app.domain.terms import Requester
from app.extensions import Base
from app.models.account import Account
from app.models.entity import Entity, Office, Topic
from app.models.types import UTCDateTime, readable_enum

if TYPE_CHECKING:
    from app.models.answering import PreparedAnswer


class Requerimiento(Base):
    """One request of one citizen to one entity, known to both sides by its radicado.

    Lists never load `body`. `is_open` repeats what `status` says so that an index can lead
    with it; both change in one place (`services.casework`).
    """

    __tablename__ = "requerimiento"
    __table_args__ = (
        UniqueConstraint("citizen_id", "submission"),
        Index("ix_queue", "entity_id", "is_open", "due_on", "id"),
        Index("ix_queue_status", "entity_id", "status", "due_on", "id"),
        Index("ix_queue_office", "entity_id", "is_open", "office_id", "due_on", "id"),
        Index("ix_queue_assignee", "entity_id", "is_open", "assignee_id", "due_on", "id"),
        Index("ix_queue_kind", "entity_id", "is_open", "kind", "due_on", "id"),
        Index("ix_queue_all", "entity_id", "due_on", "id"),
        Index(
            "ix_queue_undelivered",
            "entity_id",
            "due_on",
            "id",
            sqlite_where=text("undelivered_at IS NOT NULL"),
            postgresql_where=text("undelivered_at IS NOT NULL"),
        ),
        Index("ix_citizen_list", "citizen_id", "id"),
        Index("ix_counter_form", "clerk_id", "submission"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    radicado: Mapped[str] = mapped_column(ForeignKey("radicado.code"), unique=True)
    kind: Mapped[Kind] = mapped_column(readable_enum(Kind, "requerimiento_kind"))
    status: Mapped[Status] = mapped_column(readable_enum(Status, "requerimiento_status"))
    is_open: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[Channel] = mapped_column(readable_enum(Channel, "requerimiento_channel"))
    # Who asks, where the law gives somebody a term of their own.
    requester: Mapped[Requester] = mapped_column(
        readable_enum(Requester, "requerimiento_requester"),
        default=Requester.PERSON,
        server_default=Requester.PERSON.value,
    )
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # The clerk who typed it at the counter; None when the citizen filed on line.
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    excerpt: Mapped[str] = mapped_column(String(130))
    body: Mapped[str] = mapped_column(Text, deferred=True)

    # The real moment of reception, apart from the day that the term counts from.
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_on: Mapped[date]
    # The reading of reception (`domain.deadline.Reading`) under which it was filed.
    reading: Mapped[int] = mapped_column(default=1, server_default="1")
    # As the law first gave it; events move only `due_on`, which is the day until which the citizen
    # may answer while the clock stands (`services.courses`).
    term_days: Mapped[int]
    term_source: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    is_priority: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when a mail of this case has not reached its citizen, until it is notified otherwise.
    undelivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # The form that filed it: a form sent twice files once.
    submission: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(default=1)

    entity: Mapped[Entity] = relationship()
    topic: Mapped[Topic | None] = relationship()
    office: Mapped[Office | None] = relationship()
    assignee: Mapped[Account | None] = relationship(foreign_keys=[assignee_id])
    citizen: Mapped[Account] = relationship(foreign_keys=[citizen_id])
    clerk: Mapped[Account | None] = relationship(foreign_keys=[clerk_id])
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="requerimiento", order_by="Attachment.id"
    )
    events: Mapped[list[Event]] = relationship(back_populates="requerimiento", order_by="Event.id")
    messages: Mapped[list[Message]] = relationship(
        back_populates="requerimiento", order_by="Message.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads a plain dict

    def is_visible_to(self, account: Account) -> bool:
        """The one question that every door to a case asks."""
        if account.is_staff:
            return account.entity_id == self.entity_id and account.may("ver_casos")
        return account.id == self.citizen_id


class Event(Base):
    """A line of the history: who did what, when. Lines are only ever added, and each is chained
    to the one before (`services.register`). What the mail gave back has no author.

    The course of the term is read from these lines: `days` are all that the office has once it
    was extended, `ground` why it has priority or was rejected. `due_on` is that of the case once
    this had happened; older lines do not say it.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), index=True)
    action: Mapped[Action] = mapped_column(readable_enum(Action, "event_action"))
    status: Mapped[Status] = mapped_column(readable_enum(Status, "event_status"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(500), default="")
    days: Mapped[int | None]
    ground: Mapped[str | None] = mapped_column(String(32))
    due_on: Mapped[date | None]
    # The words that this line tells of; None where there are none but the note.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))

    requerimiento: Mapped[Requerimiento] = relationship(back_populates="events")
    author: Mapped[Account | None] = relationship()


class MessageKind(StrEnum):
    """What a piece of the conversation is."""

    CONTRIBUTION = "aporte"
    MESSAGE = "mensaje"
    ANSWER = "respuesta"
    NOTE = "nota"


class Message(Base):
    """A piece of the conversation. An answer, and a letter of the law, carries its own outgoing
    radicado; a note is never shown to the citizen. An answer that is only
    `prepared` is kept as a note until it goes."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("requerimiento_id", "submission"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"))
    kind: Mapped[MessageKind] = mapped_column(readable_enum(MessageKind, "message_kind"))
    # The act of the law that this letter tells of; None for plain words and for answers.
    action: Mapped[Action | None] = mapped_column(readable_enum(Action, "message_action"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    radicado: Mapped[str | None] = mapped_column(ForeignKey("radicado.code"), unique=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The first time the citizen opened it: from then on an answer counts as notified (CPACA 56).
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submission: Mapped[str] = mapped_column(String(36))

    requerimiento: Mapped[Requerimiento] = relationship(back_populates="messages")
    author: Mapped[Account] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="message", order_by="Attachment.id"
    )
    prepared: Mapped[PreparedAnswer | None] = relationship(back_populates="message")


class Attachment(Base):
    """A file of a case. `id` is random, `stored_as` is our name, `name` the sender's."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    stored_as: Mapped[str] = mapped_column(String(80), unique=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))

    requerimiento: Mapped[Requerimiento] = relationship(back_populates="attachments")
    message: Mapped[Message | None] = relationship(back_populates="attachments")

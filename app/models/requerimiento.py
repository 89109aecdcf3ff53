"""The requerimiento with its history, its conversation and its files."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    exists,
    false,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column, relationship

from app.domain.requerimiento import Action, Channel, Kind, Status
from app.domain.reserve import Door, Ground, Reader, door
from app.domain.roles import Permission
from app.domain.telling import Untold
from app.domain.terms import Requester, days_of_law
from app.extensions import Base
from app.models.account import Account
from app.models.entity import Entity, Office, Topic
from app.models.procedure import Procedure
from app.models.reserve import Recusal
from app.models.types import UTCDateTime, readable_enum

if TYPE_CHECKING:
    from app.models.answering import PreparedAnswer
    from app.models.search import CaseWords
    from app.models.spoken import SpokenFiling


# What decides who may read a case is read with it, by whoever is going to ask
# (`undefer_group(RESERVE)`), and by itself otherwise.
RESERVE = "reserve"
_TEAM = aliased(Account)


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
        Index(
            "ix_followers",
            "leader_id",
            "id",
            sqlite_where=text("leader_id IS NOT NULL"),
            postgresql_where=text("leader_id IS NOT NULL"),
        ),
        Index(
            "ix_queue_untold",
            "entity_id",
            "untold",
            "due_on",
            "id",
            sqlite_where=text("untold IS NOT NULL"),
            postgresql_where=text("untold IS NOT NULL"),
        ),
        Index(
            "ix_queue_appealed",
            "entity_id",
            "due_on",
            "id",
            sqlite_where=text("appealed_at IS NOT NULL"),
            postgresql_where=text("appealed_at IS NOT NULL"),
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
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    # The procedure of the catalogue that it asks for, if it was filed from there.
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
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
    # The hour at which the office closed when it was filed.
    closes_at: Mapped[time] = mapped_column(default=time(17), server_default="17:00:00")
    # As the law first gave it, or the entity that promised less; events move only `due_on`, which
    # is the day until which the citizen may answer while the clock stands (`services.courses`).
    term_days: Mapped[int]
    term_source: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    is_priority: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when a mail of this case has not reached its citizen, until it is notified otherwise.
    undelivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why what went out has to be told otherwise, and since when, until somebody does.
    untold: Mapped[Untold | None] = mapped_column(readable_enum(Untold, "requerimiento_untold"))
    untold_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # Since when what its citizen presented against the end of it waits to be decided.
    appealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # Fewer people may open it (`domain.reserve`). The ground is why it is so, or was.
    is_sensitive: Mapped[bool] = mapped_column(default=False, server_default=false())
    sensitive_ground: Mapped[Ground | None] = mapped_column(
        readable_enum(Ground, "requerimiento_sensitive_ground")
    )
    # Whom the citizen writes about, in their words.
    accused: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # The case that it is linked under, for the staff alone (`services.related`).
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("requerimiento.id"))

    # The form that filed it: a form sent twice files once.
    submission: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(default=1)

    entity: Mapped[Entity] = relationship()
    topic: Mapped[Topic | None] = relationship()
    procedure: Mapped[Procedure | None] = relationship()
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
    found_by: Mapped[CaseWords | None] = relationship(viewonly=True)
    spoken: Mapped[SpokenFiling | None] = relationship()

    recused_ids: Mapped[str | None] = column_property(
        select(func.aggregate_strings(cast(Recusal.account_id, String), ","))
        .where(Recusal.requerimiento_id == id)  # noqa: A003 the column of this class
        .correlate_except(Recusal)
        .scalar_subquery(),
        deferred=True,
        group=RESERVE,
    )
    # Whether somebody of its office, who was not set apart, reads sensitive cases.
    office_has_team: Mapped[bool] = column_property(
        exists()
        .where(_TEAM.office_id == office_id, _TEAM.in_reserve_team, _TEAM.is_active)
        .where(
            ~exists()
            .where(Recusal.requerimiento_id == id)  # noqa: A003 the column of this class
            .where(Recusal.account_id == _TEAM.id)
            .correlate_except(Recusal)
        )
        .correlate_except(_TEAM),
        deferred=True,
        group=RESERVE,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads a plain dict

    @property
    def days_of_law(self) -> int | None:
        """What the law gives to answer it, where the entity promised less; None where it did
        not."""
        return days_of_law(self.kind, self.received_at.date(), self.requester, self.term_days)

    def is_visible_to(self, account: Account) -> bool:
        """The one question that every door to a case asks."""
        if account.is_staff:
            return self.door_for(account) is Door.OPEN
        return account.id == self.citizen_id

    def door_for(self, account: Account) -> Door:
        """What a member of the staff finds here; another entity's find nothing."""
        if account.entity_id != self.entity_id or not account.may(Permission.SEE_CASES):
            return Door.CLOSED
        return door(
            Reader(
                role=account.role,
                in_team=account.in_reserve_team,
                same_office=self.office_id is not None and self.office_id == account.office_id,
                is_assignee=self.assignee_id == account.id,
                is_recused=account.id in self.recused,
                is_sensitive=self.is_sensitive,
                office_has_team=not self.is_sensitive or self.office_has_team,
                has_opened=self.id in account.visit.opened,
            )
        )

    def is_masked_for(self, account: Account) -> bool:
        """Whether this person of the staff may know that it is there, and no more."""
        return (
            account.entity_id == self.entity_id
            and account.may(Permission.SEE_CASES)
            and account.id not in self.recused
            and self.door_for(account) is not Door.OPEN
        )

    @property
    def recused(self) -> frozenset[int]:
        """Who was set apart from it."""
        numbers = (self.recused_ids or "").split(",")
        return frozenset(int(number) for number in numbers if number)

    @property
    def kind_in_mail(self) -> str:
        """What a letter calls it: of a sensitive case not even what kind it is."""
        return "Requerimiento" if self.is_sensitive else self.kind.label


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
    """A file of a case. `id` is random, `stored_as` is our name, `name` the sender's. What goes out
    with the answers of several cases is one file on the disk, which each names in a row of its own.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    stored_as: Mapped[str] = mapped_column(String(80), index=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))

    requerimiento: Mapped[Requerimiento] = relationship(back_populates="attachments")
    message: Mapped[Message | None] = relationship(back_populates="attachments")

"""Answers on their way, who is named in a note, and who has a case open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.account import Account
from app.models.requerimiento import Message
from app.models.types import UTCDateTime, readable_enum


class Stage(StrEnum):
    """Where an answer is before it is sent."""

    TO_APPROVE = "por_aprobar"
    LEAVING = "saliendo"
    RETURNED = "devuelta"


class PreparedAnswer(Base):
    """What an answer that was not sent yet has beside its words: one for each case. `goes_at` is
    when it leaves, `reviewer` who approved or returned it, `remark` why it came back.

    One that goes to several cases keeps its text with the blanks (`pattern`) and the radicados of
    those linked under its case that get it too (`together`). Theirs are rows of their own, which
    leave without `goes_at` until it went (`services.together`)."""

    __tablename__ = "prepared_answer"
    __table_args__ = (Index("ix_prepared_stage", "stage", "goes_at"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), unique=True)
    stage: Mapped[Stage] = mapped_column(readable_enum(Stage, "prepared_answer_stage"))
    goes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    remark: Mapped[str] = mapped_column(String(500), default="")
    pattern: Mapped[str | None] = mapped_column(Text)
    together: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    message: Mapped[Message] = relationship(back_populates="prepared")
    reviewer: Mapped[Account | None] = relationship()

    @property
    def name(self) -> str:
        """What tells it from any other of its case. A number alone is given again on SQLite."""
        return f"{self.message_id}/{self.message.written_at.timestamp()}"


class Mention(Base):
    """Somebody of the staff who is named in a note, until they open the case."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("message_id", "account_id"),
        Index("ix_mention_unseen", "account_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Presence(Base):
    """Who of the staff had a case open, when it was last heard of, and whether they write in it."""

    __tablename__ = "presence"

    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_writing: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship()

"""The register of events: what chains each line of the history to the one before."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import UTCDateTime


class RegisterEntry(Base):
    """The place in the chain of an entity of an event or, where there is no case, of a decision
    on being notified or of a change of its administrators. Entries are only ever added.

    The facts are those of the event and its case, of the decision or of the change; `digests` stand
    for what says something of a person. Erasing `salt` with the values leaves the chain whole
    (`domain.register`).
    """

    __tablename__ = "register_entry"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # No foreign key: SQLite makes the table of events anew to admit another action.
    event_id: Mapped[int | None] = mapped_column(unique=True)
    consent_id: Mapped[int | None] = mapped_column(unique=True)
    change_id: Mapped[int | None] = mapped_column(unique=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    digests: Mapped[dict[str, str]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(64))


class RegisterHead(Base):
    """Where the chain of an entity ends now, with the tag that only who has the key can make. It
    covers `published_tag` too, which is that of the head that was published last."""

    __tablename__ = "register_head"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    sequence: Mapped[int]
    link: Mapped[str] = mapped_column(String(64))
    tag: Mapped[str] = mapped_column(String(64), default="", server_default="")
    published_tag: Mapped[str] = mapped_column(String(64), default="", server_default="")


class PublishedHead(Base):
    """Where the chain of an entity ended when a day began in Bogotá: what is sent away. Its tag
    covers that of the one before, so that none can be taken away unseen."""

    __tablename__ = "published_head"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    link: Mapped[str] = mapped_column(String(64))
    tag: Mapped[str] = mapped_column(String(64), default="", server_default="")
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

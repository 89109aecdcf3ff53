"""Who was set apart from a case, and who opened a sensitive one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.roles import Role
from app.extensions import Base
from app.models.account import Account
from app.models.entity import Office
from app.models.types import UTCDateTime, readable_enum


class Recusal(Base):
    """Somebody of the staff who has nothing to do with a case, and may not know of it. Without an
    author it was the system, because who filed it named them."""

    __tablename__ = "recusal"
    __table_args__ = (Index("ix_recusal_account", "account_id", "requerimiento_id"),)

    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(300))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class CaseReading(Base):
    """That somebody of the staff opened a sensitive case: rows are only ever added.

    `role` and `office` are theirs at that moment. Without a `reason` it is who reads it by right,
    once for each `hour`; with one, who opened it from outside.
    """

    __tablename__ = "case_reading"
    __table_args__ = (
        Index("ix_case_reading_log", "requerimiento_id", "id"),
        Index(
            "ix_case_reading_hour",
            "requerimiento_id",
            "account_id",
            "hour",
            unique=True,
            sqlite_where=text("reason = ''"),
            postgresql_where=text("reason = ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(readable_enum(Role, "case_reading_role"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Hours since 1970.
    hour: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")

    account: Mapped[Account] = relationship()
    office: Mapped[Office | None] = relationship()

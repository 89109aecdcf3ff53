"""What moves work within an entity: rules that give what comes in, and who stands in for whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.requerimiento import Kind
from app.extensions import Base
from app.models.account import Account
from app.models.entity import Office, Topic
from app.models.types import readable_enum


class AssignmentRule(Base):
    """To whom goes what is filed under a topic, or below it, and of a kind; None stands for any.

    It goes to `assignee`, or to the person of the office with the fewest open cases
    (`least_busy`), or only to the office. Of two that say the same the one before is followed.
    """

    __tablename__ = "assignment_rule"
    __table_args__ = (Index("ix_assignment_rule_order", "entity_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    position: Mapped[int]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[Kind | None] = mapped_column(readable_enum(Kind, "assignment_rule_kind"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    least_busy: Mapped[bool] = mapped_column(default=False)

    topic: Mapped[Topic | None] = relationship()
    office: Mapped[Office] = relationship()
    assignee: Mapped[Account | None] = relationship()


class Absence(Base):
    """Days on which a person of the staff is away, both ends included, and who stands in."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_entity", "entity_id", "last"),
        Index("ix_absence_account", "account_id", "last"),
        Index("ix_absence_substitute", "substitute_id", "last"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    first: Mapped[date]
    last: Mapped[date]

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    substitute: Mapped[Account] = relationship(foreign_keys=[substitute_id])

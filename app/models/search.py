"""The words by which cases are found."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class CaseWords(Base):
    """The stems of what a case says and of who filed it (`domain.searching`).

    The database makes its own index of them: a table of FTS5 on SQLite, kept by triggers, and a
    `tsvector` with GIN on PostgreSQL (migration 0009).
    """

    __tablename__ = "case_words"

    requerimiento_id: Mapped[int] = mapped_column(
        ForeignKey("requerimiento.id"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Text)

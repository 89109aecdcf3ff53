"""What was filed aloud."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class SpokenFiling(Base):
    """How a clerk took down what somebody said in person or by phone (Decreto 1166 of 2016): the
    clerk's name as it was then, whether the words were read back and accepted, and in what language
    or with whose help, if not in Spanish. It never changes: the receipt states it."""

    __tablename__ = "spoken_filing"

    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), primary_key=True)
    taken_by: Mapped[str] = mapped_column(String(200))
    is_confirmed: Mapped[bool]
    language: Mapped[str] = mapped_column(String(120), default="")

"""The receipt of a filing, as it was issued."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.requerimiento import Requerimiento


class Receipt(Base):
    """What a receipt states (`domain.receipt`), signed. It never changes, whatever the case does.

    `code` is printed on it, to look it up by.
    """

    __tablename__ = "receipt"

    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(19), unique=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(8))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))

    requerimiento: Mapped[Requerimiento] = relationship()

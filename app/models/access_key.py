"""What opens a case that was filed without an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import UTCDateTime


class AccessKey(Base):
    """The slow hash of a key of easy words (`domain.access_key`); the key itself is nowhere."""

    __tablename__ = "access_key"

    requerimiento_id: Mapped[int] = mapped_column(ForeignKey("requerimiento.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

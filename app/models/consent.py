"""What people decided on being notified by electronic means."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.types import UTCDateTime


class NotificationConsent(Base):
    """A decision of a person, for one case or, without one, for all (`domain.consent`). Rows are
    only ever added, and chained: as a line of the case, or as an entry of their own."""

    __tablename__ = "notification_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    requerimiento_id: Mapped[int | None] = mapped_column(ForeignKey("requerimiento.id"), index=True)
    accepts: Mapped[bool]
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)

"""People with an account, citizens and staff, and how they prove who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain import roles
from app.domain.divipola import municipalities
from app.domain.person import DocumentType, PersonKind, display_document, display_name, ending_of
from app.domain.roles import Permission, Role
from app.extensions import Base
from app.models.entity import Entity, Office
from app.models.types import UTCDateTime, readable_enum


@dataclass(frozen=True)
class Visit:
    """The request that somebody is making: by which session, when, and which sensitive cases that
    session has open for a while (`services.readings`)."""

    session_id: int = 0
    now: datetime | None = None
    opened: frozenset[int] = frozenset()


class Account(Base):
    """A person. Citizens have no role and belong to no entity; staff have both.

    An account opened at the counter has no password until its owner completes the data.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("document_type", "document_number"),
        Index(
            "ix_account_reserve_team",
            "office_id",
            sqlite_where=text("in_reserve_team = 1"),
            postgresql_where=text("in_reserve_team"),
        ),
    )

    # Set by the session that a request came with (`services.sessions`), and kept nowhere.
    visit = Visit()

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    role: Mapped[Role | None] = mapped_column(readable_enum(Role, "account_role"))
    entity_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    # Of the people whom the entity named to read its sensitive cases.
    in_reserve_team: Mapped[bool] = mapped_column(default=False, server_default=false())

    person_kind: Mapped[PersonKind] = mapped_column(
        readable_enum(PersonKind, "account_person_kind"), default=PersonKind.NATURAL
    )
    document_type: Mapped[DocumentType | None] = mapped_column(
        readable_enum(DocumentType, "account_document_type")
    )
    document_number: Mapped[str | None] = mapped_column(String(20), index=True)
    # When a clerk saw the original; until then it is only what the person said.
    document_verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    document_verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # Who filed without an account: nobody can enter it, and its document is only what they said.
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=false())
    stated_document: Mapped[str] = mapped_column(String(60), default="", server_default="")
    first_names: Mapped[str] = mapped_column(String(80), default="")
    surnames: Mapped[str] = mapped_column(String(80), default="")
    legal_name: Mapped[str] = mapped_column(String(160), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    municipality: Mapped[str] = mapped_column(String(5), default="")
    notify_by_email: Mapped[bool] = mapped_column(default=False)

    entity: Mapped[Entity | None] = relationship(foreign_keys=[entity_id])
    office: Mapped[Office | None] = relationship()

    # Those whose work this person does today. It is no column: whoever lets somebody in knows the
    # day, and tells it (`services.substitutes`).
    stands_in_for = frozenset[int]()

    @property
    def is_staff(self) -> bool:
        """Whether this person works for an entity."""
        return self.role is not None

    @property
    def may_enter(self) -> bool:
        """Whether the account is open and, for staff, their entity too."""
        return self.is_active and (self.entity is None or self.entity.is_active)

    @property
    def is_complete(self) -> bool:
        """Whether the owner has chosen a password."""
        return self.password_hash is not None

    @property
    def gets_mail(self) -> bool:
        """Whether the system writes to this person of what happens in their cases."""
        return bool(self.notify_by_email and self.email and self.is_active)

    @property
    def display_name(self) -> str:
        """«Francisco Rivera», or the legal name of an organisation."""
        return display_name(
            self.person_kind, self.first_names, self.surnames, self.legal_name, self.username
        )

    @property
    def display_document(self) -> str:
        """«CC 79.123.456», or nothing for staff without a document."""
        if self.document_type is None or not self.document_number:
            return self.stated_document
        return display_document(self.document_type, self.document_number)

    @property
    def ending_of_document(self) -> str:
        """«CC terminado en 456», or nothing."""
        if self.document_type is None or not self.document_number:
            return ""
        return ending_of(self.document_type, self.document_number)

    @property
    def municipality_label(self) -> str:
        """«Soacha (Cundinamarca)», or nothing."""
        place = municipalities().get(self.municipality)
        return place.label if place else ""

    def may(self, permission: Permission | str) -> bool:
        """Whether this person's role has the permission."""
        return self.is_active and roles.may(self.role, Permission(permission))


class AccountChange(Base):
    """An old value of a registration datum, kept in the history of the account (S15)."""

    __tablename__ = "account_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str] = mapped_column(String(300))
    new: Mapped[str] = mapped_column(String(300))


class DataConsent(Base):
    """Proof that a person was shown a version of the data notice: when, how and from where."""

    __tablename__ = "data_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("data_notice.id"))
    accepted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(45), default="")


class LoginSession(Base):
    """A session of one device. The cookie carries `token`'s secret; the table only its hash."""

    __tablename__ = "login_session"
    # The list of the staff says when each came in last.
    __table_args__ = (Index("ix_login_session_last", "account_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the password was last typed; None in a session that was only remembered (S3).
    password_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str] = mapped_column(String(120), default="")
    remember_id: Mapped[int | None] = mapped_column(ForeignKey("remember_token.id"))

    # Sensitive cases that it has open, with the moment at which each closes again.
    opened_cases: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    def visit(self, now: datetime) -> Visit:
        """The request that comes with this session now."""
        opened = (
            int(case_id)
            for case_id, until in self.opened_cases.items()
            if datetime.fromisoformat(until) > now
        )
        return Visit(self.id, now, frozenset(opened))

    def is_live(self, now: datetime, *, idle: timedelta, absolute: timedelta) -> bool:
        """Whether the session still opens doors."""
        return (
            self.ended_at is None
            and self.account.may_enter
            and now - self.seen_at < idle
            and now - self.created_at < absolute
        )


class RememberToken(Base):
    """What the password cookie stands for (S2): revocable, rotating, bound to one device.

    `previous_hash` is honoured for a moment after a rotation, since two tabs may open at once;
    later it means that the cookie was copied.
    """

    __tablename__ = "remember_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    selector: Mapped[str] = mapped_column(String(24), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rotated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str] = mapped_column(String(120), default="")

    account: Mapped[Account] = relationship()


class Recovery(Base):
    """A request to choose a new password. The link is signed, so nothing here opens it."""

    __tablename__ = "recovery"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Invitation(Base):
    """A one-time way for somebody to become staff of an entity, with the role and the office that
    an administrator chose. The link is signed, so nothing here opens it; `issue` tells the newest
    link from those sent before. The account is made when it is accepted."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_pending", "entity_id", "used_at", "withdrawn_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    username: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))
    first_names: Mapped[str] = mapped_column(String(80))
    surnames: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(readable_enum(Role, "invitation_role"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    issue: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    entity: Mapped[Entity] = relationship()
    office: Mapped[Office | None] = relationship()
    invited_by: Mapped[Account] = relationship(foreign_keys=[invited_by_id])

    @property
    def display_name(self) -> str:
        """«Francisco Rivera»."""
        return f"{self.first_names} {self.surnames}".strip()


class ClaimKind(StrEnum):
    """What the owner of an account shows to complete it."""

    CODE = "codigo"
    DOCUMENT = "documento"


class Claim(Base):
    """A one-time way to complete an account opened at the counter (S5, S6, S14).

    A code is used up when the data are completed. The document number as first password is
    used up as soon as it has opened *Completar datos* (`reached_at`). A code is shown to its clerk
    for a while, until the paper was handed over.
    """

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[ClaimKind] = mapped_column(readable_enum(ClaimKind, "claim_kind"))
    code_hash: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handed_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class Attempt(Base):
    """A try at something that is throttled, kept in the database so that it survives restarts."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_happened_at", "key", "happened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Draft(Base):
    """What a person was typing, kept until it is filed or sent."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("account_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    form: Mapped[str] = mapped_column(String(60))
    fields: Mapped[str] = mapped_column(String)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

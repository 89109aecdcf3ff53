"""Tables. Columns, relationships and facts read from them; decisions live in `domain`."""

from app.models.access_key import AccessKey
from app.models.account import (
    Account,
    AccountChange,
    Attempt,
    Claim,
    ClaimKind,
    DataConsent,
    Draft,
    Invitation,
    LoginSession,
    Recovery,
    RememberToken,
)
from app.models.administration_change import AdministrationChange
from app.models.answer_template import AnswerTemplate
from app.models.answering import Mention, PreparedAnswer, Presence, Stage
from app.models.consent import NotificationConsent
from app.models.entity import (
    DataNotice,
    Entity,
    Office,
    Radicado,
    RadicadoCounter,
    Suspension,
    Topic,
)
from app.models.moving import Absence, AssignmentRule
from app.models.outbox import OutboxAttempt, OutboxMessage, OutboxStatus
from app.models.procedure import Procedure
from app.models.receipt import Receipt
from app.models.register import PublishedHead, RegisterEntry, RegisterHead
from app.models.requerimiento import Attachment, Event, Message, MessageKind, Requerimiento
from app.models.reserve import CaseReading, Recusal
from app.models.saved_view import SavedView
from app.models.search import CaseWords
from app.models.spoken import SpokenFiling

__all__ = [
    "Absence",
    "AccessKey",
    "Account",
    "AccountChange",
    "AdministrationChange",
    "AnswerTemplate",
    "AssignmentRule",
    "Attachment",
    "Attempt",
    "CaseReading",
    "CaseWords",
    "Claim",
    "ClaimKind",
    "DataConsent",
    "DataNotice",
    "Draft",
    "Entity",
    "Event",
    "Invitation",
    "LoginSession",
    "Mention",
    "Message",
    "MessageKind",
    "NotificationConsent",
    "Office",
    "OutboxAttempt",
    "OutboxMessage",
    "OutboxStatus",
    "PreparedAnswer",
    "Presence",
    "Procedure",
    "PublishedHead",
    "Radicado",
    "RadicadoCounter",
    "Receipt",
    "Recovery",
    "Recusal",
    "RegisterEntry",
    "RegisterHead",
    "RememberToken",
    "Requerimiento",
    "SavedView",
    "SpokenFiling",
    "Stage",
    "Suspension",
    "Topic",
]

"""Mail that came back: the report of a mail server that could not deliver (RFC 3464)."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

FAILED = "failed"  # given up, whatever the status: 4.4.7 is mail that grew old in a queue


@dataclass(frozen=True)
class Returned:
    """A letter that a server gave back for good. `message_id` is the one we gave it, without its
    brackets; `status` is the code of RFC 3463, such as 5.1.1 or 4.4.7."""

    message_id: str
    recipient: str
    status: str
    reason: str


def read(mail: bytes) -> Returned | None:
    """What a mail gives back; None if it tells of no failure for good: of a delay, of a letter that
    arrived, or of anything else."""
    report = message_from_bytes(mail)
    if report.get_content_type() != "multipart/report":
        return None
    if str(report.get_param("report-type", "")).lower() != "delivery-status":
        return None
    failure = next(filter(_is_failure, _blocks(report)), None)
    original = _original(report)
    message_id = _field(original, "Message-ID").strip("<>") if original is not None else ""
    if failure is None or not message_id:
        return None
    return Returned(
        message_id=message_id,
        recipient=_value(failure, "Final-Recipient") or _value(failure, "Original-Recipient"),
        status=_field(failure, "Status"),
        reason=_value(failure, "Diagnostic-Code"),
    )


def _blocks(report: Message) -> list[Message]:
    """The parts of the report: one for the mail and one for each recipient."""
    found = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    return [block for part in found for block in _inside(part)]


def _is_failure(block: Message) -> bool:
    return _field(block, "Action").lower() == FAILED


def _original(report: Message) -> Message | None:
    """The head of the letter that came back, which servers return whole or without its body."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822" and _inside(part):
            return _inside(part)[0]
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            head = payload if isinstance(payload, bytes) else b""
            return message_from_string(head.decode("utf-8", "replace"))
    return None


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if payload else []


def _value(block: Message, name: str) -> str:
    """What follows the type: «rfc822; a@b.co» says a@b.co."""
    return _field(block, name).partition(";")[2].strip()


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())

"""What a receipt is worth that somebody hands in as a file: the same answer for `verify-receipt`,
which has no database, and for the page that anybody opens."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import receipt
from app.domain.receipt import Receipt, ReceiptUnreadable
from app.domain.signing import Unproven, Verifier, carried


@dataclass(frozen=True)
class Proven:
    """A document that is byte by byte as it was sealed: with which key, whether it is the one that
    signs today, what it states, and those very bytes."""

    key_id: str
    is_current: bool
    stated: Receipt
    payload: bytes


def examine(document: bytes, known: Verifier) -> Proven:
    """Look at every byte of a document.

    Raises:
        Unproven: it is not sealed, not with a key that is known, or not as it was.
        ReceiptUnreadable: what was sealed is no receipt of a known version.
    """
    key_id, payload = known.unseal(document)
    return Proven(key_id, key_id == next(iter(known.publics)), receipt.read(payload), payload)


def claimed(document: bytes) -> bytes | None:
    """The bytes of the receipt that a document carries, as they are now: they prove nothing, and
    may be compared with what was issued. None if it carries none."""
    try:
        payload = carried(document)
        receipt.read(payload)
    except (Unproven, ReceiptUnreadable):
        return None
    return payload

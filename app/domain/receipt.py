"""The receipt of a filing as bytes that are signed: the same facts give the same bytes, and no
others can be read back. Signing and drawing it happen elsewhere."""

import json
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

_MARK = b"SAC constancia %d\n"
# What was filed in writing, and what was said aloud.
_WRITTEN, _SPOKEN = 1, 2
_CODE_LENGTH = 16  # letters of base 32: 80 bits


class ReceiptUnreadable(ValueError):
    """The bytes are not a receipt of a version that is known, as this module writes them."""


@dataclass(frozen=True)
class Annex:
    """A file that was filed: its name, its bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Spoken:
    """How what was said aloud was taken down (Decreto 1166 of 2016): by whom, whether it was read
    back and accepted, and the SHA-256 of the words that say in what language, which may name
    people."""

    taken_by: str
    is_confirmed: bool
    language_sha256: str


@dataclass(frozen=True)
class Receipt:
    """What the receipt states (Ley 1437 of 2011, article 15): nothing that names who filed, so
    that it can be shown to anybody. `body_sha256` lets its owner prove the text. `spoken` is there
    for what was said aloud, and then the receipt is of the second version.

    Raises:
        ValueError: the moment does not say its time zone.
    """

    entity: str
    radicado: str
    received_at: datetime
    received_on: date
    kind: str
    channel: str
    body_sha256: str
    annexes: tuple[Annex, ...]
    term_days: int
    term_source: str
    reading: int
    due_on: date
    spoken: Spoken | None = None

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("a moment needs its time zone")


def payload(receipt: Receipt) -> bytes:
    """The canonical bytes of a receipt: a line with the version, then its facts in order."""
    facts = vars(receipt) | {"annexes": [vars(annex) for annex in receipt.annexes]}
    version = _WRITTEN if receipt.spoken is None else _SPOKEN
    if receipt.spoken is None:
        del facts["spoken"]
    else:
        facts["spoken"] = vars(receipt.spoken)
    for name in ("received_at", "received_on", "due_on"):
        facts[name] = facts[name].isoformat()
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _MARK % version + unicodedata.normalize("NFC", text).encode()


def read(signed: bytes) -> Receipt:
    """The receipt that those bytes state.

    Raises:
        ReceiptUnreadable: they are of another version, or not exactly what `payload` writes.
    """
    mark, _, facts = signed.partition(b"\n")
    if mark + b"\n" not in (_MARK % _WRITTEN, _MARK % _SPOKEN):
        raise ReceiptUnreadable("it is not a receipt, or one of an unknown version")
    try:
        receipt = _receipt_of(json.loads(facts))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ReceiptUnreadable("the receipt is damaged") from None
    if payload(receipt) != signed:
        raise ReceiptUnreadable("the receipt is not written as it should be")
    return receipt


def code_of(signed: bytes) -> str:
    """A short code of those bytes, in groups of four, to look the receipt up by: it is no
    proof, the signature is."""
    code = b32encode(sha256(signed).digest()).decode()[:_CODE_LENGTH]
    return "-".join(code[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def _receipt_of(facts: dict[str, Any]) -> Receipt:
    spoken = facts.get("spoken")
    return Receipt(
        **{
            **facts,
            "received_at": datetime.fromisoformat(facts["received_at"]),
            "received_on": date.fromisoformat(facts["received_on"]),
            "due_on": date.fromisoformat(facts["due_on"]),
            "annexes": tuple(Annex(**annex) for annex in facts["annexes"]),
            "spoken": None if spoken is None else Spoken(**spoken),
        }
    )

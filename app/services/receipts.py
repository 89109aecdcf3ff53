"""Receipts: issued with the filing, kept as they were, and looked up by anybody with their code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from app.domain import receipt as receipts
from app.domain.errors import RuleBroken
from app.domain.receipt import Annex, ReceiptUnreadable
from app.domain.requerimiento import Kind
from app.domain.sealed import claimed, examine
from app.domain.signing import Fault, Signature, Unproven
from app.extensions import db, receipt_keys, writing
from app.models import Attachment, Receipt, Requerimiento
from app.services import courses, entities

CODE = re.compile(r"[A-Z2-7]{16}")
UNSIGNED = (
    "Ese PDF no es una constancia de este sistema: no lleva su firma. Si otro programa lo guardó "
    "de nuevo, lo imprimió o lo escaneó, la firma se perdió: elija el archivo tal como lo "
    "descargó, o compruebe el código."
)
FOREIGN = (
    "La firma de ese PDF no es de este sistema. Si la constancia es de otra entidad, compruébela "
    "en el sitio que está escrito en ella."
)
CHANGED_PAGE = (
    "Cambiaron lo que se ve en el archivo, o algo que no se ve. Los datos que lleva firmados por "
    "dentro sí son los que se expidieron: son los de abajo."
)
CHANGED_DATA = (
    "Cambiaron los datos de la constancia que lleva por dentro: ninguna que se haya expedido dice "
    "eso."
)
CHANGED_SEAL = "Cambiaron la firma que está al final del archivo."
CHANGED_END = (
    "Le quitaron o le agregaron algo al final del archivo. Pasa también cuando otro programa lo "
    "guarda de nuevo."
)


@dataclass(frozen=True)
class Checked:
    """What anybody may know of a receipt: nothing of what was asked, nor of who did. `promise` is
    left out of a sensitive case, whose kind tells what it is about, and of an anonymous one."""

    is_valid: bool
    radicado: str
    entity_id: int
    entity: str
    received_at: datetime
    annexes: int
    is_spoken: bool
    promise: Promised | None = None


@dataclass(frozen=True)
class Promised:
    """What a receipt states that can be compared with the paper: until when it promised an answer,
    of what kind it is, and the hash of each annex. Their names may tell of persons."""

    due_on: date
    kind: Kind
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Inspected:
    """What a file is worth: whether it is byte by byte what was issued, whether the key that signed
    it was replaced since, what of it was changed, in words, and what we have under its code."""

    is_whole: bool
    is_retired: bool
    changed: str
    held: Checked | None


class NotReceipt(RuleBroken):
    """The file is no receipt of this installation."""


def issue(case: Requerimiento, annexes: Sequence[Attachment], due_on: date) -> Receipt:
    """Sign the receipt of a case as it was filed. Part of another use case's transaction."""
    issued = Receipt(**drawn_up(case, case.entity.prefix, annexes, due_on, spoken=case.spoken))
    db.session.add(issued)
    return issued


def drawn_up(
    case: Any, prefix: str, annexes: Sequence[Any], due_on: date, *, spoken: Any = None
) -> dict[str, Any]:
    """The row of a receipt, signed, of a case or of what has its columns, and of how it was said if
    it was said aloud."""
    payload = receipts.payload(_stated(case, prefix, annexes, due_on, spoken))
    signature = receipt_keys().sign(payload)
    return {
        "requerimiento_id": case.id,
        "code": receipts.code_of(payload),
        "payload": payload,
        "key_id": signature.key_id,
        "signature": signature.value,
    }


def of(case: Requerimiento, annexes: Sequence[Attachment]) -> Receipt:
    """The receipt of a case; one that was filed before there were any gets its own now."""
    found = db.session.get(Receipt, case.id)
    if found is not None:
        return found
    case_id, files = case.id, [file.id for file in annexes]
    with writing() as session:
        found = session.get(Receipt, case_id)
        if found is None:
            rows = session.scalars(
                select(Attachment).where(Attachment.id.in_(files)).order_by(Attachment.id)
            ).all()
            case = session.get_one(Requerimiento, case_id)
            course = courses.at_filing(case, entities.calendar_now(case.entity))
            found = issue(case, rows, courses.listed_on(course))
    return found


def promised(issued: Receipt) -> date | None:
    """The due date that a receipt states; None if it was damaged and cannot be read."""
    try:
        return receipts.read(issued.payload).due_on
    except ReceiptUnreadable:
        return None


def check(typed: str) -> Checked | None:
    """What the receipt of that code is worth; None if no receipt has it.

    It is valid if its signature is ours and the case still says what the receipt does.
    """
    code = _normalised(typed)
    found = db.session.scalar(
        select(Receipt)
        .filter_by(code=code)
        .options(
            joinedload(Receipt.requerimiento).options(
                joinedload(Requerimiento.entity),
                joinedload(Requerimiento.citizen),
                joinedload(Requerimiento.spoken),
                undefer(Requerimiento.body),
            )
        )
    )
    if found is None:
        return None
    case = found.requerimiento
    annexes = _filed_with(case)
    is_valid = holds(found, case, annexes, prefix=case.entity.prefix, spoken=case.spoken)
    return Checked(
        is_valid=is_valid,
        radicado=case.radicado,
        entity_id=case.entity_id,
        entity=case.entity.name,
        received_at=case.received_at,
        annexes=len(annexes),
        is_spoken=case.channel.is_spoken,
        promise=_shown_of(receipts.read(found.payload), case) if is_valid else None,
    )


def _shown_of(stated: receipts.Receipt, case: Requerimiento) -> Promised | None:
    citizen = case.citizen
    if case.is_sensitive or (citizen.is_guest and not citizen.display_document):
        return None
    hashes = tuple(annex.sha256 for annex in stated.annexes)
    return Promised(stated.due_on, Kind(stated.kind), hashes)


def inspect(document: bytes) -> Inspected:
    """What a file is worth that somebody has, as `flask verify-receipt` finds it, and what we have
    under the code of the receipt in it.

    Raises:
        NotReceipt: it is none, or one of another installation.
    """
    try:
        proven = examine(document, receipt_keys())
    except ReceiptUnreadable:
        raise NotReceipt(UNSIGNED) from None
    except Unproven as problem:
        return _altered(document, problem.fault)
    held = check(receipts.code_of(proven.payload))
    return Inspected(True, not proven.is_current, "", held)


def _altered(document: bytes, fault: Fault) -> Inspected:
    """What was changed of a document that is not as it was signed, if it was ever one of ours: the
    receipt in it is one that was issued, or it names one of our keys."""
    payload = claimed(document)
    held = check(receipts.code_of(payload)) if payload else None
    if held is None and fault in (Fault.UNSIGNED, Fault.KEY):
        raise NotReceipt(UNSIGNED if fault is Fault.UNSIGNED else FOREIGN)
    if fault is Fault.CONTENT:
        return Inspected(False, False, CHANGED_DATA if held is None else CHANGED_PAGE, held)
    return Inspected(False, False, CHANGED_END if fault is Fault.UNSIGNED else CHANGED_SEAL, held)


def holds(
    found: Any,
    case: Any,
    annexes: Sequence[Any],
    *,
    prefix: str,
    spoken: Any,
    due_on: date | None = None,
    is_erased: bool = False,
) -> bool:
    """Whether a receipt is one that we signed and its case still says what it does. They are rows
    of the models, or of a query with their columns. `due_on` is the date that it promised, where
    the history says it; of a case that was erased the words are not compared."""
    try:
        if due_on is None or is_erased:
            stated = receipts.read(found.payload)
            due_on = due_on or stated.due_on
    except ReceiptUnreadable:
        return False
    # A holiday that was added later moves the case, and not what its receipt promised.
    ought = _stated(case, prefix, annexes, due_on, spoken)
    if is_erased:
        ought = replace(ought, body_sha256=stated.body_sha256, annexes=stated.annexes)
    signature = Signature(found.key_id, found.signature)
    return (
        found.payload == receipts.payload(ought)
        and found.code == receipts.code_of(found.payload)
        and receipt_keys().holds(found.payload, signature)
    )


def _stated(
    case: Any, prefix: str, annexes: Sequence[Any], due_on: date, spoken: Any
) -> receipts.Receipt:
    """What its receipt states of a case, from the columns that never change after the filing."""
    return receipts.Receipt(
        entity=prefix,
        radicado=case.radicado,
        received_at=case.received_at,
        received_on=case.received_on,
        kind=case.kind,
        channel=case.channel,
        body_sha256=sha256(case.body.encode()).hexdigest(),
        annexes=tuple(Annex(file.name, file.size, file.sha256) for file in annexes),
        term_days=case.term_days,
        term_source=case.term_source,
        reading=case.reading,
        due_on=due_on,
        spoken=_how_it_was_said(spoken),
    )


def _how_it_was_said(spoken: Any) -> receipts.Spoken | None:
    if spoken is None:
        return None
    language = sha256(spoken.language.encode()).hexdigest()
    return receipts.Spoken(spoken.taken_by, spoken.is_confirmed, language)


def _filed_with(case: Requerimiento) -> Sequence[Attachment]:
    return db.session.scalars(
        select(Attachment)
        .filter_by(requerimiento_id=case.id, message_id=None)
        .order_by(Attachment.id)
    ).all()


def _normalised(typed: str) -> str:
    """A code as it is kept, however it was typed. Base 32 has neither 0 nor 1."""
    letters = re.sub(r"[^A-Z0-9]", "", typed[:60].upper()).translate(str.maketrans("01", "OI"))
    if CODE.fullmatch(letters) is None:
        return ""
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))

"""Papers: what the product writes as PDF, accessible (PDF/UA) and in the look of the house.

WeasyPrint is loaded by the first paper that somebody asks for: a server starts without it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from flask import Response, render_template, url_for
from werkzeug.exceptions import ServiceUnavailable

from app import clock
from app.config import ROOT
from app.domain.consent import in_force
from app.domain.divipola import municipalities
from app.domain.errors import RuleBroken
from app.domain.explanation import explain
from app.domain.requerimiento import Action
from app.explained import promise_of
from app.extensions import receipt_keys
from app.models import Attachment, Message, Requerimiento
from app.services import cases, courses, decisions, receipts, undelivered
from app.services.legal_letters import MOVES_THE_CLOCK, is_of_promise, subject_of, title_of
from app.tagging import finish
from app.web import settings

log = logging.getLogger(__name__)

PAPERS = "60/minute"  # what one address may ask for: each is a second of work
FONT = ROOT / "static" / "vendor" / "fonts" / "work-sans-latin-5.3.0.woff2"


@dataclass(frozen=True)
class Check:
    """How anybody sees whether a receipt is valid: its code, the page, and the page as a picture
    to point a phone at (the address of an image)."""

    code: str
    url: str
    qr: str


def check_of(case: Requerimiento, annexes: Sequence[Attachment]) -> Check:
    """How the receipt of a case is checked."""
    code = receipts.of(case, annexes).code
    url = settings().base_url + url_for("portal.check_receipt", code=code)
    picture = segno.make(url, error="m", micro=False)
    return Check(code, url, str(picture.svg_data_uri(scale=4, border=2)))


def receipt(case: Requerimiento) -> Response:
    """The receipt of a case in PDF, sealed so that any changed byte is noticed (L5)."""
    annexes = cases.filed_with(case)
    issued = receipts.of(case, annexes)
    document = _pdf(
        "papers/receipt.html",
        case=case,
        annexes=annexes,
        promise=promise_of(case, issued),
        check=check_of(case, annexes),
    )
    return _download(
        receipt_keys().seal(document, issued.payload), f"constancia-{case.radicado}.pdf"
    )


def letter(message: Message) -> Response:
    """A letter of the office with its outgoing radicado, to the citizen or, of a referral, to the
    authority that it goes to. Of an act that moves the clock it counts the term too."""
    case = message.requerimiento
    term = None
    if message.action in MOVES_THE_CLOCK:
        term = explain(courses.left_by(message), message.written_at.date())
    of_promise = _is_of_promise(message)
    document = _pdf(
        "papers/letter.html",
        case=case,
        letter=message,
        title=title_of(message.action, is_promise=of_promise),
        subject=subject_of(message.action, is_promise=of_promise),
        files=message.attachments,
        place=_place_of(case),
        site=settings().base_url,
        term=term,
        sent=cases.of_petitioner(case) if message.action is Action.REFER else None,
    )
    return _download(document, f"{message.radicado}.pdf")


def _is_of_promise(message: Message) -> bool:
    """Whether a letter gave another date only to what the entity had promised."""
    if message.action is not Action.EXTEND:
        return False
    return is_of_promise(message.action, courses.left_by(message))


def _place_of(case: Requerimiento) -> str:
    """«Soacha»: where a letter is dated; "" if the entity's municipality is not known."""
    place = municipalities().get(case.entity.municipality)
    return place.name if place else ""


def certificate(message: Message) -> Response:
    """When the citizen first opened a letter (Ley 1437 of 2011, article 56) and, beside it, how it
    was told by other means: a decision is notified once.

    Raises:
        RuleBroken: nobody has opened it yet.
    """
    if message.opened_at is None:
        raise RuleBroken("La persona todavía no ha abierto esa comunicación en el sistema.")
    document = _pdf(
        "papers/certificate.html",
        case=message.requerimiento,
        letter=message,
        title=title_of(message.action, is_promise=_is_of_promise(message)),
        told_otherwise=undelivered.told_otherwise(message),
        consent=in_force(decisions.of_case(message.requerimiento), message.opened_at),
        now=clock.now(),
    )
    return _download(document, f"certificado-{message.radicado}.pdf")


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _pdf(template: str, **values: Any) -> bytes:
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:  # it needs Pango, a library of the system
        log.error("no PDF can be written: %s", missing)
        raise ServiceUnavailable from missing
    page = render_template(template, font=FONT.as_uri(), **values)
    # Nothing is fetched from anywhere: the font is a file of ours, the code is in the page.
    source = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols={"data", "file"}))
    return bytes(source.write_pdf(pdf_variant="pdf/ua-1", finisher=finish))

"""Routes of the mail: where it goes, and what came of each letter."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.index import shown
from app.domain.roles import Permission
from app.models import OutboxStatus
from app.services import mailroom
from app.web import entity, settings, thousands

LETTERS = {
    "filed": "Constancia de radicación",
    "status_changed": "Cambio de estado",
    "message": "Mensaje de la entidad",
    "answered": "Respuesta",
    "closed": "Cierre",
    "annulled": "Anulación",
    "act": "Actuación de la entidad o del ciudadano",
    "welcome": "Bienvenida",
    "account_completed": "Cuenta completada",
    "claim_issued": "Código nuevo",
    "recovery": "Recuperar contraseña",
    "password_changed": "Cambio de contraseña",
    "register_head": "Cabeza del registro de eventos",
    "digest": "Resumen de la mañana",
    "mention": "Lo nombraron en una nota",
    "handed_over": "Le pasaron un requerimiento",
    "appealed": "Insistieron o recurrieron",
    "unattended": "Aviso al personal",
    "left_reserved": "Casos reservados sin persona",
    "to_approve": "Una respuesta espera su aprobación",
    "invitation": "Invitación al personal",
}
STATUS_WORDS = {
    OutboxStatus.PENDING: "Por enviar",
    OutboxStatus.SENDING: "Enviando",
    OutboxStatus.SENT: "Enviados",
    OutboxStatus.FAILED: "Fallidos",
}


@bp.get("/correo")
@staff_only(Permission.ADMINISTER)
def mail_log() -> ResponseReturnValue:
    """The state of the mail, letter by letter."""
    status = _status(request.args.get("correo", ""))
    log = mailroom.log_page(
        entity(),
        reader=account(),
        status=status,
        before=_before(request.args.get("antes", "")),
    )
    counts = mailroom.counts(entity())
    return render_template(
        "administration/mail_log.html",
        mail_server=_mail_server(),
        outbox=str(shown(settings().instance / "outbox")),
        sender=settings().mail_default_sender,
        counts=[
            (STATUS_WORDS[state], _in_words(number), state.value, state is status)
            for state, number in counts.items()
        ],
        failed=counts[OutboxStatus.FAILED],
        log=log,
        status=status,
        letters=LETTERS,
        status_words=STATUS_WORDS,
        next_url=url_for("administration.mail_log", correo=status, antes=log.next_before)
        if log.next_before
        else "",
    )


@bp.post("/correo/<int(max=2147483647):message_id>/reintentar")
@staff_only(Permission.ADMINISTER)
def retry_mail(message_id: int) -> ResponseReturnValue:
    """Try again to send a letter that failed."""
    mailroom.retry(message_id, entity(), now=clock.now())
    flash("El correo vuelve a la fila de envío.", "success")
    return redirect(url_for("administration.mail_log"), code=303)


def _mail_server() -> str:
    chosen = settings()
    return f"{chosen.mail_server}:{chosen.mail_port}" if chosen.mail_server else ""


def _status(text: str) -> OutboxStatus | None:
    return OutboxStatus(text) if text in set(OutboxStatus) else None


def _before(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _in_words(number: int) -> str:
    cap = mailroom.COUNT_CAP
    return f"más de {thousands(cap)}" if number > cap else thousands(number)

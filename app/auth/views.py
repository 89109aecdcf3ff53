"""Routes of the way in and out."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from app import access, clock, devices
from app.access import limited, public, signed_in
from app.auth.forms import ConfirmForm, LoginForm, RecoveryForm, ResetForm
from app.domain.errors import Throttled
from app.domain.person import normalise_document
from app.domain.registration import FieldRefused
from app.errors import in_words
from app.models import Account, Claim
from app.services import claims, credentials, sessions
from app.services.credentials import Entered, LinkSpent
from app.unfinished import signer
from app.web import directory, entity, settings

bp = Blueprint("auth", __name__)

# Beside the limit of each account: an office full of people may share one address.
BY_ADDRESS = "120/minute"

DOCUMENT_USED = (
    "Entró con su número de documento, que sirve una sola vez: desde ahora ya no abre la cuenta. "
    "Elija su contraseña abajo y guarde. Si cierra esta página sin guardar, pida un código nuevo "
    "en la ventanilla, con su documento."
)
DOCUMENT_ONCE = (
    "Si escribió su número de documento como primera contraseña, recuerde que sirve una sola vez y "
    "por pocos días. Si ya lo usó o venció, pida un código nuevo en la ventanilla."
)


@bp.route("/ingreso", methods=["GET", "POST"])
@public
@limited(BY_ADDRESS)
def login() -> ResponseReturnValue:
    """Enter with user name and password, and choose what this browser remembers (S2)."""
    if not directory().all(clock.now()):
        return redirect(url_for("registration.install"))
    form = LoginForm()
    if not form.is_submitted():
        return _fresh_login_page(form)
    if not form.validate():
        return _login_page(form), 422
    try:
        found = credentials.enter(
            username=form.username.data or "",
            password=form.password.data or "",
            allow_document=settings().document_as_first_password,
            remember=form.remember_password.data,
            device=devices.this_device(),
            now=clock.now(),
        )
    except Throttled as wait:
        return _told_to_wait(wait, _login_page(form, _wait_words(wait)))
    if isinstance(found, Claim):
        return _to_complete_data(found)
    if found is None:
        form.refuse()
        if _is_like_a_document(form.password.data or ""):
            form.password.errors = [DOCUMENT_ONCE]
        return _login_page(form), 422
    return _let_in(found, form)


@bp.post("/ingreso/continuar")
@public
@limited(BY_ADDRESS)
def resume() -> ResponseReturnValue:
    """Go on with the session that this browser has, or that its password cookie opens (S3)."""
    target = request.form.get("next", "")
    if current_user.is_authenticated:
        return redirect(devices.next_page(target, access.account()), code=303)
    device = devices.this_device()
    resumed = sessions.resume(device.password_cookie, device=device.name, now=clock.now())
    if resumed is None:
        flash(
            "La contraseña que recordaba este equipo ya no sirve. Ingrese con su usuario y su "
            "contraseña.",
            "warning",
        )
        response = _to_login(target)
        devices.keep_password(response, None)
        return response
    account, secret, cookie = resumed
    devices.begin(secret)
    response = redirect(devices.next_page(target, account), code=303)
    devices.keep_password(response, cookie)
    return response


@bp.route("/ingreso/confirmar", methods=["GET", "POST"])
@signed_in
@limited(BY_ADDRESS)
def confirm() -> ResponseReturnValue:
    """Type the password again before a sensitive step (S3)."""
    form = ConfirmForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "")
        return _confirm_page(form)
    if not form.validate():
        return _confirm_page(form), 422
    account = access.account()
    try:
        secret = credentials.confirm(
            account, access.login_session().id, form.password.data or "", now=clock.now()
        )
    except Throttled as wait:
        return _told_to_wait(wait, _confirm_page(form, _wait_words(wait)))
    if secret is None:
        form.password.errors = ["La contraseña no es correcta. Escríbala otra vez."]
        return _confirm_page(form), 422
    devices.begin(secret)
    return redirect(devices.next_page(form.next.data or "", account), code=303)


@bp.post("/ingreso/olvidar-usuario")
@public
def forget_username() -> ResponseReturnValue:
    """«Borrar cookie de usuario»."""
    if devices.remembered_username():
        flash("Este equipo ya no recuerda su nombre de usuario.", "success")
    else:
        flash("Este equipo no recordaba ningún nombre de usuario.", "info")
    response = _to_login(request.form.get("next", ""))
    devices.keep_username(response, None)
    return response


@bp.post("/ingreso/olvidar-contrasena")
@public
def forget_password() -> ResponseReturnValue:
    """«Borrar cookie de contraseña»: what it stood for is revoked too."""
    if devices.has_password_cookie():
        sessions.forget(devices.password_cookie(), clock.now())
        flash("Este equipo ya no recuerda su contraseña.", "success")
    else:
        flash("Este equipo no recordaba ninguna contraseña.", "info")
    response = _to_login(request.form.get("next", ""))
    devices.keep_password(response, None)
    return response


@bp.post("/salida")
@public
def logout() -> ResponseReturnValue:
    """Leave: the session ends, and this browser forgets the password."""
    now = clock.now()
    sessions.forget(devices.password_cookie(), now)
    if current_user.is_authenticated:
        sessions.end(access.login_session().id, now)
    devices.end()
    flash("Usted salió del sistema.", "success")
    response = redirect(url_for("auth.login"), code=303)
    devices.keep_password(response, None)
    return response


@bp.route("/recuperar", methods=["GET", "POST"])
@public
@limited("30/minute")
def recover() -> ResponseReturnValue:
    """Ask for a letter with a link to choose a new password."""
    form = RecoveryForm()
    if not form.is_submitted():
        return render_template("auth/recover.html", form=form)
    if not form.validate():
        return render_template("auth/recover.html", form=form), 422
    credentials.request_recovery(
        form.username_or_email.data or "",
        address=devices.address(),
        entity_id=entity().id or None,
        now=clock.now(),
    )
    return render_template("auth/recovery_asked.html", minutes=_minutes())


@bp.route("/recuperar/<token>", methods=["GET", "POST"])
@public
@limited("30/minute")
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password with the link of the letter."""
    now = clock.now()
    link = credentials.find_recovery(token, signer=signer(), now=now)
    if link is None:
        return _link_spent()
    form = ResetForm()
    if not form.is_submitted():
        return _reset_page(form, link.username)
    if not form.validate():
        return _reset_page(form, link.username), 422
    try:
        credentials.reset_password(
            token, form.password.data or "", signer=signer(), entity_id=entity().id or None, now=now
        )
    except FieldRefused as refusal:
        form.password.errors = [str(refusal)]
        return _reset_page(form, link.username), 422
    except LinkSpent:
        return _link_spent()
    devices.end()
    flash("Su contraseña cambió. Ingrese con la contraseña nueva.", "success")
    response = redirect(url_for("auth.login"), code=303)
    devices.keep_password(response, None)
    return response


def _fresh_login_page(form: LoginForm) -> str:
    """The page as it is opened, with what this browser remembers filled in."""
    name = devices.remembered_username()
    form.username.data, form.remember_username.data = name, bool(name)
    form.remember_password.data = devices.has_password_cookie()
    form.next.data = request.args.get("next", "")
    return _login_page(form)


def _login_page(form: LoginForm, wait: str = "") -> str:
    if not devices.is_our_page(form.next.data or ""):
        form.next.data = ""
    return render_template("auth/login.html", form=form, remembered=_who_was_here(), wait=wait)


def _who_was_here() -> Account | None:
    """Whose session, or whose remembered password, this browser holds (S3)."""
    if current_user.is_authenticated:
        return access.account()
    cookie = devices.password_cookie()
    return sessions.who_is_remembered(cookie, clock.now()) if cookie else None


def _let_in(entered: Entered, form: LoginForm) -> Response:
    devices.begin(entered.session_secret)
    response = redirect(devices.next_page(form.next.data or "", entered.account), code=303)
    username = entered.account.username if form.remember_username.data else None
    devices.keep_username(response, username)
    devices.keep_password(response, entered.password_cookie)
    return response


def _is_like_a_document(password: str) -> bool:
    """Asked of what was typed and of no account, so that the hint says nothing about one."""
    allowed = settings().document_as_first_password
    return allowed and re.fullmatch(r"[0-9]{6,10}", normalise_document(password)) is not None


def _to_complete_data(claim: Claim) -> Response:
    """The document as first password opens *Completar datos*, and nothing else (S6)."""
    devices.end()
    devices.grant_claim(claim.id, claims.latest_radicado(claim.account_id) or "")
    flash(DOCUMENT_USED, "warning")
    return redirect(url_for("registration.complete_data"), code=303)


def _to_login(target: str) -> Response:
    kept = target if devices.is_our_page(target) else None
    return redirect(url_for("auth.login", next=kept), code=303)


def _confirm_page(form: ConfirmForm, wait: str = "") -> str:
    return render_template("auth/confirm.html", form=form, wait=wait)


def _reset_page(form: ResetForm, username: str) -> str:
    return render_template("auth/reset.html", form=form, username=username)


def _link_spent() -> ResponseReturnValue:
    return render_template("auth/link_spent.html", minutes=_minutes()), 410


def _minutes() -> int:
    return int(credentials.RECOVERY_LIFE.total_seconds() // 60)


def _wait_words(wait: Throttled) -> str:
    return f"Hubo muchos intentos con este usuario. Espere {in_words(wait.retry_after)}."


def _told_to_wait(wait: Throttled, page: str) -> ResponseReturnValue:
    return page, 429, {"Retry-After": str(wait.retry_after)}

"""Routes of the first installation: while there is no entity, and never again."""

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from app import clock, devices
from app.access import limited, public
from app.domain.divipola import by_department
from app.domain.errors import Throttled
from app.domain.registration import FieldRefused
from app.errors import in_words
from app.registration.forms import InstallForm, SetupCodeForm
from app.registration.views import bp
from app.services import installing
from app.services.tokens import SETUP
from app.unfinished import signer
from app.web import directory, settings

PROVED = "setup"  # in the session: this browser showed the code


@bp.route("/instalar", methods=["GET", "POST"])
@public
@limited("30/minute")
def install() -> ResponseReturnValue:
    """Show the code of the installation, so that no stranger takes it."""
    _only_while_empty()
    form, wait = SetupCodeForm(), ""
    if form.validate_on_submit():
        try:
            typed = form.code.data or ""
            if installing.is_setup_code(typed, settings().instance, now=clock.now()):
                session[PROVED] = _proof()
                return redirect(url_for("registration.first_house"), code=303)
            form.code.errors = ["Ese no es el código. Cópielo del archivo o de la consola."]
        except Throttled as limit:
            wait = f"Hubo muchos intentos. Espere {in_words(limit.retry_after)}."
            return _code_page(form, wait), 429, {"Retry-After": str(limit.retry_after)}
    return _code_page(form, wait), 422 if form.errors else 200


@bp.route("/instalar/entidad", methods=["GET", "POST"])
@public
@limited("30/minute")
def first_house() -> ResponseReturnValue:
    """Make the first entity and its first administrator."""
    _only_while_empty()
    if session.get(PROVED) != _proof():
        return redirect(url_for("registration.install"), code=303)
    form = InstallForm()
    if form.validate_on_submit():
        try:
            account = installing.install(
                form.typed(),
                form.password.data or "",
                instance=settings().instance,
                now=clock.now(),
            )
        except FieldRefused as refusal:
            form[refusal.field].errors = [str(refusal)]
        else:
            devices.end()
            directory().forget()
            flash(
                f"La instalación está lista. Ingrese con el usuario {account.username} y su "
                "contraseña, y cree las dependencias en Administración.",
                "success",
            )
            return redirect(url_for("auth.login"), code=303)
    page = render_template("registration/first_house.html", form=form, places=by_department())
    return page, 422 if form.errors else 200


def _only_while_empty() -> None:
    if not installing.is_empty():
        abort(404)


def _proof() -> str:
    """What the session keeps instead of the code."""
    return signer().digest(SETUP, installing.setup_code(settings().instance))


def _code_page(form: SetupCodeForm, wait: str) -> str:
    installing.setup_code(settings().instance)
    return render_template(
        "registration/install.html", form=form, wait=wait, file=installing.CODE_FILE
    )

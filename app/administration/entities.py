"""Routes of the installation's entities, for the administrators of the default one."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.people import links_of
from app.administration.showing import answered, beside
from app.domain.divipola import by_department, municipalities
from app.domain.roles import Permission, Role
from app.forms import ConfirmForm
from app.house_forms import AdministratorForm, FirstAdministratorForm
from app.refusals import attempt
from app.services import houses, invitations
from app.web import directory, entity, settings

ONE = "/entidades/<int(max=2147483647):entity_id>"


@bp.get("/entidades")
@staff_only(Permission.FOUND)
def house_list() -> ResponseReturnValue:
    """The entities of the installation."""
    _only_here()
    return render_template(
        "administration/entities.html",
        houses=houses.all_of_them(),
        administered=houses.with_administrator(),
        places=municipalities(),
    )


@bp.route("/entidades/nueva", methods=["GET", "POST"])
@staff_only(Permission.FOUND)
def add_house() -> ResponseReturnValue:
    """Add an entity, and invite the first of its administrators."""
    _only_here()
    form, refusal = FirstAdministratorForm(), None
    if not form.is_submitted():
        form.men_url.data = entity().men_url
    if form.validate_on_submit():
        made: list[int] = []
        refusal = attempt(lambda: made.append(_add(form)))
        if refusal is None:
            directory().forget()
            flash("Entidad creada. Su administrador tiene siete días para aceptar.", "success")
            return _to(made[0])
        refusal = beside(form, refusal)
    page = render_template(
        "administration/add_house.html", form=form, refusal=refusal, places=by_department()
    )
    return answered(page, form, refusal)


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.FOUND)
def show_house(entity_id: int) -> ResponseReturnValue:
    """One entity; and inviting who administers it, while nobody does."""
    _only_here()
    house = houses.find(entity_id)
    form, refusal = AdministratorForm(), None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: houses.invite_administrator(
                entity_id, form.typed(), author=account(), now=clock.now()
            )
        )
        if refusal is None:
            flash("Invitación enviada: tiene siete días para aceptar.", "success")
            return _to(entity_id)
        refusal = beside(form, refusal)
        house = houses.find(entity_id)
    invited = [one for one in invitations.pending(entity_id) if one.role is Role.ADMINISTRATOR]
    is_administered = entity_id in houses.with_administrator()
    page = render_template(
        "administration/house.html",
        form=form,
        refusal=refusal,
        house=house,
        place=municipalities().get(house.municipality),
        is_administered=is_administered,
        invited=[] if is_administered else invited,
        links={} if is_administered else links_of(invited),
        has_mail=bool(settings().mail_server),
        now=clock.now(),
    )
    return answered(page, form, refusal)


@bp.route(f"{ONE}/desactivar", methods=["GET", "POST"])
@staff_only(Permission.FOUND)
def close_house(entity_id: int) -> ResponseReturnValue:
    """Close an entity, seeing first what still waits in it."""
    _only_here()
    house = houses.find(entity_id)
    form, refusal = ConfirmForm(), None
    if form.validate_on_submit():
        refusal = attempt(lambda: houses.deactivate(entity_id, author=account(), now=clock.now()))
        if refusal is None:
            return _done(entity_id, "Entidad desactivada: no recibe nada y su personal no entra.")
        house = houses.find(entity_id)
    page = render_template(
        "administration/close_house.html",
        house=house,
        refusal=refusal,
        cases=houses.open_cases(entity_id),
    )
    return answered(page, form, refusal)


@bp.post(f"{ONE}/activar")
@staff_only(Permission.FOUND)
def open_house(entity_id: int) -> ResponseReturnValue:
    """Open again an entity that was closed."""
    _only_here()
    houses.activate(entity_id, author=account(), now=clock.now())
    return _done(entity_id, "Entidad activada.")


@bp.post(f"{ONE}/predeterminar")
@staff_only(Permission.FOUND)
def make_default(entity_id: int) -> ResponseReturnValue:
    """Choose the entity that is not asked for."""
    _only_here()
    houses.make_default(entity_id, author=account(), now=clock.now())
    directory().forget()
    flash("Entidad predeterminada cambiada. Desde ahora su personal ve esta sección.", "success")
    return redirect(url_for("administration.index"), code=303)


def _only_here() -> None:
    """To the administrators of any other entity these pages do not exist."""
    if not entity().is_default:
        abort(404)


def _add(form: FirstAdministratorForm) -> int:
    house, _ = houses.add(form.typed(), author=account(), now=clock.now())
    return house.id


def _done(entity_id: int, words: str) -> ResponseReturnValue:
    directory().forget()
    flash(words, "success")
    return _to(entity_id)


def _to(entity_id: int) -> ResponseReturnValue:
    return redirect(url_for("administration.show_house", entity_id=entity_id), code=303)

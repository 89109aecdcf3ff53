"""Routes of what the entity says of itself and decides of its hours."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.calendar import counted, shown_moves
from app.administration.pages import there_now
from app.administration.showing import answered, beside
from app.domain.divipola import by_department
from app.domain.roles import Permission
from app.house_forms import READING_HINTS, SettingsForm
from app.models import Entity
from app.refusals import Refusal, attempt
from app.services import houses
from app.services.calendars import Move
from app.services.changes import mark_of
from app.web import directory, entity


@bp.route("/entidad", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def settle() -> ResponseReturnValue:
    """Change the entity. What moves open cases is shown first, case by case, and then done."""
    house = houses.find(entity().id)
    form, is_frozen = SettingsForm(data=_present(house)), houses.has_radicados(house.id)
    if is_frozen:
        form.prefix.data = house.prefix
    refusal, moves = None, None
    there: list[tuple[str, str]] = []
    if form.validate_on_submit():
        asks = "confirm" not in request.form
        if asks and form.saturday_counts.data != house.saturday_counts:
            moves, refusal = _previewed(form)
        else:
            refusal = attempt(lambda: _settle(form))
            if refusal is None:
                directory().forget()
                return redirect(url_for("administration.settle"), code=303)
        there = there_now(form, refusal, lambda: _present(house))
        refusal = beside(form, refusal)
    page = render_template(
        "administration/settle.html",
        form=form,
        refusal=refusal,
        there=there,
        is_frozen=is_frozen,
        places=by_department(),
        reading_hints=READING_HINTS,
        late=sum(move.after < clock.now().date() <= move.before for move in moves or ()),
        **shown_moves(moves),
    )
    return answered(page, form, refusal)


def _previewed(form: SettingsForm) -> tuple[list[Move] | None, Refusal | None]:
    """What saving would move; or why it cannot be saved."""
    found: list[Move] = []
    refusal = attempt(lambda: found.extend(houses.preview(form.typed(), author=account())))
    return (found if refusal is None else None), refusal


def _settle(form: SettingsForm) -> None:
    moved = houses.settle(
        form.typed(), author=account(), now=clock.now(), shown=form.shown.data or ""
    )
    moves = "" if not moved else f" {counted(len(moved))} de fecha."
    flash(f"Datos guardados.{moves}", "success")


def _present(house: Entity) -> dict[str, Any]:
    kept = houses.facts_of(house).kept()
    return kept | {"reading": str(kept["reading"] or ""), "shown": mark_of(kept)}

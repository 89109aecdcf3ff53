"""Routes of the tables that the code reads: what each role may do, and the terms of the law."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.access import staff_only
from app.administration.blueprint import bp
from app.domain.requerimiento import Kind
from app.domain.roles import NEEDED, PERMISSIONS, Permission, Role
from app.domain.terms import Matter, Requester, in_force
from app.house_forms import READINGS
from app.services import houses
from app.web import entity


@bp.get("/roles")
@staff_only(Permission.ADMINISTER)
def roles() -> ResponseReturnValue:
    """What each role may do, by the very table that decides it."""
    return render_template(
        "administration/roles.html",
        roles=list(Role),
        permissions=list(Permission),
        granted=PERMISSIONS,
        actions={
            permission: [action for action, needed in NEEDED.items() if needed is permission]
            for permission in Permission
        },
    )


@bp.get("/terminos")
@staff_only(Permission.ADMINISTER)
def terms() -> ResponseReturnValue:
    """The terms of the law that are in force today, and what the entity decides of them."""
    found = in_force(clock.now().date())
    house = houses.facts_of(houses.find(entity().id))
    return render_template(
        "administration/terms.html",
        groups=[
            (title, [term for term in found if isinstance(term.subject, kind)])
            for title, kind in (
                ("Para responder", Kind),
                ("Para responder a quien tiene un término propio", Requester),
                ("Para lo demás", Matter),
            )
        ],
        decided=[
            ("Recepción después del cierre", READINGS[str(house.reading or "")]),
            ("Hora de cierre", f"{house.closes_at:%H:%M}"),
            ("Sábados", "Cuentan" if house.saturday_counts else "No cuentan"),
        ],
    )

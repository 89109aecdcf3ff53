"""Routes of the texts that answers begin from."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import TemplateForm
from app.administration.pages import form_page
from app.domain.requerimiento import MAX_BODY
from app.domain.roles import Permission
from app.domain.wording import BLANKS, SAMPLE, fill
from app.models import AnswerTemplate
from app.refusals import attempt
from app.services import answer_templates, entities
from app.services.changes import mark_of
from app.web import entity

ONE = "/plantillas/<int(max=2147483647):template_id>"


@bp.get("/plantillas")
@staff_only(Permission.ADMINISTER)
def answer_texts() -> ResponseReturnValue:
    """The templates of the entity."""
    found = answer_templates.of_entity(entity().id)
    return render_template("administration/templates.html", templates=found)


@bp.route("/plantillas/nueva", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def new_text() -> ResponseReturnValue:
    """Write a template."""
    return _write(None, TemplateForm())


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def edit_text(template_id: int) -> ResponseReturnValue:
    """Change a template."""
    found = answer_templates.find(template_id, entity().id)
    return _write(found, TemplateForm(data=_present(found)))


@bp.post(f"{ONE}/quitar")
@staff_only(Permission.ADMINISTER)
def remove_text(template_id: int) -> ResponseReturnValue:
    """Take a template away."""
    answer_templates.remove(template_id, author=account(), now=clock.now())
    flash("Plantilla quitada.", "success")
    return redirect(url_for("administration.answer_texts"), code=303)


def _write(template: AnswerTemplate | None, form: TemplateForm) -> ResponseReturnValue:
    template_id = template.id if template else None
    form.offer(entities.offices(entity().id))
    refusal, preview = None, ""
    if "preview" in request.form:
        form.validate()
        preview = "" if form.errors else fill(form.body.data or "", SAMPLE)
    elif form.validate_on_submit():
        refusal = attempt(
            lambda: answer_templates.save(
                template_id,
                name=form.name.data or "",
                body=form.body.data or "",
                office_id=int(form.office.data) if form.office.data else None,
                author=account(),
                now=clock.now(),
                shown=form.shown.data or "",
            )
        )
        if refusal is None:
            flash("Plantilla guardada.", "success")
            return redirect(url_for("administration.answer_texts"), code=303)
    return form_page(
        "administration/template.html",
        form,
        refusal,
        present=lambda: _present(template) if template else {"shown": ""},
        template_id=template_id,
        blanks=BLANKS,
        preview=preview,
        max_body=MAX_BODY,
    )


def _present(template: AnswerTemplate) -> dict[str, Any]:
    facts = answer_templates.facts_of(template)
    return facts | {"office": str(template.office_id or ""), "shown": mark_of(facts)}

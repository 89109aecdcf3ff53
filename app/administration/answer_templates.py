"""Routes of the texts that answers begin from."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import TemplateForm
from app.domain.requerimiento import MAX_BODY
from app.domain.roles import Permission
from app.domain.wording import BLANKS, SAMPLE, fill
from app.refusals import attempt
from app.services import answer_templates, entities
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
    present = {
        "name": found.name, "body": found.body, "office": str(found.office_id or "")
    }  # fmt: skip
    return _write(template_id, TemplateForm(data=present))


@bp.post(f"{ONE}/quitar")
@staff_only(Permission.ADMINISTER)
def remove_text(template_id: int) -> ResponseReturnValue:
    """Take a template away."""
    answer_templates.remove(template_id, author=account(), now=clock.now())
    flash("Plantilla quitada.", "success")
    return redirect(url_for("administration.answer_texts"), code=303)


def _write(template_id: int | None, form: TemplateForm) -> ResponseReturnValue:
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
            )
        )
        if refusal is None:
            flash("Plantilla guardada.", "success")
            return redirect(url_for("administration.answer_texts"), code=303)
        if refusal.field:
            form[refusal.field].errors = [refusal.sentence]
    page = render_template(
        "administration/template.html",
        form=form,
        template_id=template_id,
        blanks=BLANKS,
        preview=preview,
        refusal=None if refusal and refusal.field else refusal,
        max_body=MAX_BODY,
    )
    status = refusal.status if refusal else 422 if form.errors else 200
    return page, status, refusal.headers if refusal else {}

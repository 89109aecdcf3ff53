"""Routes of the tree of topics (S16)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.forms import TopicForm
from app.administration.pages import form_page
from app.domain.requerimiento import Kind
from app.domain.roles import Permission
from app.domain.topics import Branch, parents_for, tree
from app.models import Topic
from app.refusals import Refusal, attempt
from app.services import entities
from app.services import topics as service
from app.services.changes import mark_of
from app.services.topics import TopicPlan
from app.web import entity

ONE = "/temas/<int(max=2147483647):topic_id>"


@bp.get("/temas")
@staff_only(Permission.ADMINISTER)
def topics() -> ResponseReturnValue:
    """The whole tree."""
    roots = tree(branch.topic for branch in service.branches(entity().id))
    return render_template("administration/topics.html", roots=roots)


@bp.route("/temas/nuevo", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def new_topic() -> ResponseReturnValue:
    """Add a topic, below the one that the address names."""
    present = {"parent": request.args.get("bajo", ""), "is_public": True, "is_active": True}
    return _write(None, TopicForm(data=present))


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def edit_topic(topic_id: int) -> ResponseReturnValue:
    """Change a topic: its name, its place, its office, its kind, its term."""
    topic = service.find(topic_id, entity().id)
    return _write(topic, TopicForm(data=_present(topic)))


@bp.post(f"{ONE}/quitar")
@staff_only(Permission.ADMINISTER)
def remove_topic(topic_id: int) -> ResponseReturnValue:
    """Take away a topic that was never used."""
    topic = service.find(topic_id, entity().id)
    refusal = attempt(lambda: service.remove(topic_id, author=account(), now=clock.now()))
    if refusal is None:
        flash("Tema quitado.", "success")
        return redirect(url_for("administration.topics"), code=303)
    form = TopicForm(formdata=None, data=_present(topic))
    return _page(topic, form, _offer(form, topic), refusal)


def _write(topic: Topic | None, form: TopicForm) -> ResponseReturnValue:
    number, branch = topic.id if topic else None, _offer(form, topic)
    refusal = None
    if form.validate_on_submit():
        refusal = attempt(
            lambda: service.save(
                number,
                _plan(form),
                author=account(),
                now=clock.now(),
                shown=form.shown.data or "",
            )
        )
        if refusal is None:
            flash("Tema guardado.", "success")
            return redirect(url_for("administration.topics"), code=303)
    return _page(topic, form, branch, refusal)


def _offer(form: TopicForm, topic: Topic | None) -> Branch[Topic] | None:
    """Fill the lists of the form; the topic in its place."""
    known = service.branches(entity().id)
    branch = next((one for one in known if topic and one.topic.id == topic.id), None)
    offices = entities.offices(entity().id)
    if topic and topic.office and topic.office not in offices:
        offices = [*offices, topic.office]
    form.offer(parents_for(known, branch), offices)
    return branch


def _page(
    topic: Topic | None, form: TopicForm, branch: Branch[Topic] | None, refusal: Refusal | None
) -> ResponseReturnValue:
    return form_page(
        "administration/topic.html",
        form,
        refusal,
        present=lambda: _present(topic) if topic else {"shown": ""},
        topic=topic,
        branch=branch,
        removable=branch is not None and not branch.twigs and not service.is_used(branch.topic.id),
    )


def _plan(form: TopicForm) -> TopicPlan:
    return TopicPlan(
        name=form.name.data or "",
        parent_id=int(form.parent.data) if form.parent.data else None,
        office_id=int(form.office.data) if form.office.data else None,
        kind=Kind(form.kind.data) if form.kind.data else None,
        term_days=form.days,
        term_source=form.term_source.data or "",
        is_public=form.is_public.data,
        needs_approval=form.needs_approval.data,
        is_sensitive=form.is_sensitive.data,
        is_active=form.is_active.data,
        position=form.place,
    )


def _present(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.name,
        "parent": str(topic.parent_id or ""),
        "office": str(topic.office_id or ""),
        "kind": topic.kind or "",
        "term_days": str(topic.term_days or ""),
        "term_source": topic.term_source,
        "position": str(topic.position),
        "is_public": topic.is_public,
        "needs_approval": topic.needs_approval,
        "is_sensitive": topic.is_sensitive,
        "is_active": topic.is_active,
        "shown": mark_of(service.facts_of(topic)),
    }

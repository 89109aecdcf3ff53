"""Routes of the rules that give what comes in to an office or a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from app import clock
from app.access import account, staff_only
from app.administration.blueprint import bp
from app.administration.pages import form_page
from app.domain.requerimiento import Kind
from app.domain.roles import Permission
from app.forms import MarkedForm
from app.models import AssignmentRule, Office, Topic
from app.refusals import attempt
from app.services import assignment_rules, casework, entities, routing
from app.services.casework import Colleague
from app.services.changes import mark_of
from app.services.routing import Ruled
from app.web import entity

ONE = "/reglas/<int(max=2147483647):rule_id>"
LEAST = "menos"
MOVES = {"subir": -1, "bajar": 1}


class RuleForm(MarkedForm):
    """What a rule asks for, and to whom it gives."""

    topic = SelectField("Tema", invalid_choice_message="Elija el tema de la lista.")
    kind = SelectField("Tipo", invalid_choice_message="Elija el tipo de la lista.")
    office = SelectField(
        "Dependencia que lo recibe",
        validators=[InputRequired("Elija la dependencia que lo recibe.")],
        invalid_choice_message="Elija la dependencia de la lista.",
    )
    who = SelectField("Persona", invalid_choice_message="Elija la persona de la lista.")

    def offer(
        self, topics: Sequence[Topic], offices: Sequence[Office], people: Sequence[Colleague]
    ) -> None:
        """Fill the lists."""
        names = {office.id: office.name for office in offices}
        self._people, self._names = {str(person.id): person for person in people}, names
        self.topic.choices = [SelectChoice("", "Cualquier tema"), *_topics(topics)]
        self.kind.choices = [SelectChoice("", "Cualquier tipo"), *_kinds()]
        self.office.choices = [
            SelectChoice("", "Elija una"),
            *(SelectChoice(str(number), name) for number, name in names.items()),
        ]
        grouped = sorted(people, key=lambda person: names.get(person.office_id or 0, "~"))
        self.who.choices = [
            SelectChoice("", "Nadie todavía: lo reparte la dependencia"),
            SelectChoice(LEAST, "La persona de la dependencia con menos casos abiertos"),
            *(
                SelectChoice(
                    str(person.id),
                    person.name,
                    optgroup=names.get(person.office_id or 0, "Sin dependencia"),
                )
                for person in grouped
            ),
        ]

    def validate_who(self, field: Field) -> None:
        """Whoever belongs to an office gets only what that office has."""
        person = self._people.get(field.data or "")
        if person is None or person.office_id is None or not self.office.data:
            return
        if str(person.office_id) != self.office.data:
            theirs = self._names.get(person.office_id, "otra dependencia")
            raise ValidationError(
                f"{person.name} trabaja en {theirs}. Elija esa dependencia u otra persona."
            )


@dataclass(frozen=True)
class Line:
    """A rule as the page shows it; `problem` says why it is passed by."""

    id: int
    number: int
    asks: str
    gives: str
    problem: str


@dataclass(frozen=True)
class Trial:
    """An example, and the sentence that says which rule would take it."""

    topic: str
    kind: str
    sentence: str


@bp.get("/reglas")
@staff_only(Permission.ADMINISTER)
def rules() -> ResponseReturnValue:
    """The rules in their order, and which would take an example."""
    found = routing.of_entity(entity().id, clock.now().date())
    topics = entities.topics(entity().id, public_only=False)
    return render_template(
        "administration/rules.html",
        lines=[_line(each) for each in found],
        trial=_trial(found, topics),
        topics=_topics(topics),
        kinds=_kinds(),
    )


@bp.route("/reglas/nueva", methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def new_rule() -> ResponseReturnValue:
    """Write a rule, which goes after the rest."""
    return _write(None, RuleForm())


@bp.route(ONE, methods=["GET", "POST"])
@staff_only(Permission.ADMINISTER)
def edit_rule(rule_id: int) -> ResponseReturnValue:
    """Change a rule."""
    found = assignment_rules.find(rule_id, entity().id)
    return _write(rule_id, RuleForm(data=_present(found)))


@bp.post(f"{ONE}/quitar")
@staff_only(Permission.ADMINISTER)
def remove_rule(rule_id: int) -> ResponseReturnValue:
    """Take a rule away."""
    assignment_rules.remove(rule_id, author=account(), now=clock.now())
    flash("Regla quitada.", "success")
    return redirect(url_for("administration.rules"), code=303)


@bp.post(f"{ONE}/<any(subir, bajar):way>")
@staff_only(Permission.ADMINISTER)
def shift_rule(rule_id: int, way: str) -> ResponseReturnValue:
    """Change places with the rule before or after."""
    assignment_rules.shift(rule_id, by=MOVES[way], author=account(), now=clock.now())
    return redirect(url_for("administration.rules"), code=303)


def _write(rule_id: int | None, form: RuleForm) -> ResponseReturnValue:
    form.offer(
        entities.topics(entity().id, public_only=False),
        entities.offices(entity().id),
        casework.people(entity().id),
    )
    refusal = None
    if form.validate_on_submit():
        refusal = attempt(lambda: _save(rule_id, form))
        if refusal is None:
            flash("Regla guardada. Vale para lo que se radique desde ahora.", "success")
            return redirect(url_for("administration.rules"), code=303)
    return form_page(
        "administration/rule.html",
        form,
        refusal,
        present=lambda: _there(rule_id),
        rule_id=rule_id,
    )


def _save(rule_id: int | None, form: RuleForm) -> None:
    who = form.who.data or ""
    assignment_rules.save(
        rule_id,
        topic_id=int(form.topic.data) if form.topic.data else None,
        kind=Kind(form.kind.data) if form.kind.data else None,
        office_id=int(form.office.data),
        assignee_id=int(who) if who.isdecimal() else None,
        least_busy=who == LEAST,
        author=account(),
        now=clock.now(),
        shown=form.shown.data or "",
    )


def _there(rule_id: int | None) -> dict[str, str]:
    if rule_id is None:
        return {"shown": ""}
    return _present(assignment_rules.find(rule_id, entity().id))


def _present(rule: AssignmentRule) -> dict[str, str]:
    return {
        "topic": str(rule.topic_id or ""),
        "kind": rule.kind or "",
        "office": str(rule.office_id),
        "who": LEAST if rule.least_busy else str(rule.assignee_id or ""),
        "shown": mark_of(assignment_rules.facts_of(rule)),
    }


def _line(ruled: Ruled) -> Line:
    rule = ruled.rule
    gives = rule.office.name
    if rule.least_busy:
        gives += ": la persona con menos casos abiertos"
    elif rule.assignee is not None:
        gives += f": {rule.assignee.display_name}"
    if ruled.substitute is not None:
        is_able = ruled.substitute.may(Permission.WORK)
        gives += f", hoy {ruled.substitute.display_name if is_able else 'nadie'}"
    asks = routing.heading_of(rule)
    return Line(rule.id, ruled.number, asks, gives, ruled.problem)


def _trial(found: Sequence[Ruled], topics: Sequence[Topic]) -> Trial:
    """What the address asks for or, without it, what the first rule does."""
    known = {str(topic.id): topic for topic in topics}
    first = found[0].rule if found else None
    topic_text = request.args.get("tema", str(first.topic_id or "") if first else "")
    kind_text = request.args.get("tipo", (first.kind or "") if first else "")
    topic = known.get(topic_text)
    kind = Kind(kind_text) if kind_text in set(Kind) else Kind.PETITION
    parents = {each.id: each.parent_id for each in topics}
    path = routing.path_in(parents, topic.id if topic else None)
    taken = routing.chosen(found, path, kind)
    what = f"{kind.label} de {topic.name}" if topic else f"{kind.label} sin tema"
    return Trial(str(topic.id) if topic else "", kind.value, f"{what}: {_fate(taken, topic)}")


def _fate(taken: Ruled | None, topic: Topic | None) -> str:
    if taken is not None:
        return f"la toma la regla {taken.number}. Va a {_line(taken).gives}."
    if topic is not None and topic.office is not None:
        return f"ninguna regla la toma. La recibe {topic.office.name}, por su tema, sin asignar."
    return "ninguna regla la toma. Queda sin asignar."


def _topics(topics: Sequence[Topic]) -> list[SelectChoice]:
    """The tree of topics in a line: each with the branch that it grows on."""
    by_id = {topic.id: topic for topic in topics}
    paths = {topic.id: _named(topic, by_id) for topic in topics}
    return [
        SelectChoice(str(number), path)
        for number, path in sorted(paths.items(), key=lambda pair: pair[1])
    ]


def _named(topic: Topic, by_id: Mapping[int, Topic]) -> str:
    parents = {each.id: each.parent_id for each in by_id.values()}
    return " › ".join(by_id[number].name for number in reversed(routing.path_in(parents, topic.id)))


def _kinds() -> list[SelectChoice]:
    return [SelectChoice(kind.value, kind.label) for kind in Kind]

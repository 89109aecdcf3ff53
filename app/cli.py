"""Commands for whoever runs an installation: `flask --app wsgi …`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app import clock, worker
from app.config import Settings
from app.domain import acts
from app.domain.calendar import OFFICE, Calendar, YearUnknown
from app.domain.course import Course, follow
from app.domain.deadline import OfficeHours, Reading
from app.domain.errors import RuleBroken
from app.domain.explanation import explain
from app.domain.requerimiento import Kind
from app.domain.roles import Role
from app.domain.terms import Requester, TermUnknown, term_for
from app.extensions import db
from app.models import Entity
from app.services import accounts, diagnosis, heads, proof, undelivered
from app.setting_up import load_demo, show_accounts
from app.uploads import store


def register(app: Flask) -> None:
    """Add the commands to the app. `init` stands apart: it runs before there is an app."""
    for command in (
        *(demo, staff_add, fill, drain, returned_mail),
        *(doctor, print_heads, verify, deadline),
    ):
        app.cli.add_command(command)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load the demo data into an empty database."""
    if db.session.scalar(select(Entity.id).limit(1)) is not None:
        raise click.ClickException("the database is not empty: the demo data were not loaded")
    load_demo(current_app)
    show_accounts(_settings())


@click.command("staff-add")
@click.option("--entity", required=True, help="Prefix of the entity's radicados, such as SOA.")
@click.option("--username", required=True)
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--office", default="", help="Name of the dependencia.")
@click.option("--first-names", default="")
@click.option("--surnames", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_appcontext
def staff_add(entity: str, role: str, password_stdin: bool, **values: str) -> None:
    """Add a member of the staff of an entity."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    found = db.session.scalar(select(Entity).filter_by(prefix=entity.upper()))
    if found is None:
        raise click.ClickException(f"there is no entity with the prefix {entity}")
    try:
        account = accounts.staff_add(
            entity_id=found.id, role=Role(role), password=password, now=clock.now(), **values
        )
    except RuleBroken as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{account.username} was added to {found.name} as {role}.")


@click.command("seed")
@click.option("--cases", required=True, type=click.IntRange(1, 20_000_000))
@with_appcontext
def fill(cases: int) -> None:
    """Fill the database with synthetic cases, for measuring."""
    from app.services import seed  # of no use to a server that runs

    try:
        with click.progressbar(length=cases, label="cases", file=sys.stderr) as bar:
            known = seed.fill(cases, now=clock.now(), progress=bar.update)
    except RuleBroken as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(known)


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due and end.")
@with_appcontext
def drain(once: bool) -> None:
    """Send the letters of the outbox, apart from the server."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Werkzeug's proxy
    if once:
        click.echo(f"{worker.run_once(app)} sent")
        return
    worker.run_until_stopped(app)


@click.command("returned-mail")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@with_appcontext
def returned_mail(paths: tuple[str, ...]) -> None:
    """Read reports of mail that was not delivered, from files or (-) standard input, and open the
    task to notify by other means on their cases."""
    for path in paths:
        with click.open_file(path, "rb") as mail:
            click.echo(f"{path}: {undelivered.take(mail.read(), now=clock.now())}")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check that this installation can serve; say what to do about what fails."""
    findings = diagnosis.examine(_settings(), store(), clock.now())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_good else 'FAIL'} {finding.subject}: {finding.words}")
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


@click.command("heads")
@with_appcontext
def print_heads() -> None:
    """Print the head of the register of each entity on every day, to keep them elsewhere."""
    worker.publish_heads(current_app._get_current_object())  # type: ignore[attr-defined]  # as above
    for head in heads.published():
        click.echo(head)


@click.command("verify")
@click.option(
    "--heads",
    "kept",
    multiple=True,
    type=click.File(encoding="utf-8"),
    help="A file with lines that `flask heads` printed.",
)
@with_appcontext
def verify(kept: tuple[TextIO, ...]) -> None:
    """Check the register of events, its heads, that every case agrees with it and with its receipt,
    and every file that a case names."""
    try:
        elsewhere = [head for file in kept for head in heads.read_lines(file)]
    except RuleBroken as refusal:
        raise click.ClickException(str(refusal)) from None
    events, files = heads.count_events(), diagnosis.count_files()
    wrong = 0
    with click.progressbar(length=events, label="events", file=sys.stderr) as bar:
        for problem in heads.problems(elsewhere, progress=_every(1000, bar.update)):
            wrong += _tell(problem)
    cases = proof.count_cases()
    with click.progressbar(length=cases, label="cases", file=sys.stderr) as bar:
        for problem in proof.problems(progress=_every(1000, bar.update)):
            wrong += _tell(problem)
    with click.progressbar(length=files, label="files", file=sys.stderr) as bar:
        for problem in diagnosis.file_problems(store(), progress=bar.update):
            wrong += _tell(problem)
    click.echo(f"{events} events and {files} files checked, {wrong} with problems")
    if wrong:
        raise SystemExit(1)


def _tell(problem: str) -> int:
    """Print a problem on a line of its own, and count it."""
    click.echo(f"\n{problem}" if sys.stderr.isatty() else problem)
    return 1


def _every(count: int, update: Callable[[int], object]) -> Callable[[int], None]:
    """Move a bar in steps: drawing it for each of a million would take longer than the work."""
    waiting = 0

    def step(more: int) -> None:
        nonlocal waiting
        waiting += more
        if waiting >= count:
            update(waiting)
            waiting = 0

    return step


@click.command("deadline")
@click.option("--received", required=True, help="Bogotá time, such as 2026-03-16T10:00.")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in Kind]))
@click.option("--reading", default="1", type=click.Choice(["1", "2"]))
@click.option(
    "--requester",
    default=Requester.PERSON.value,
    type=click.Choice([requester.value for requester in Requester]),
    help="Who asks: some have a term of their own.",
)
@click.option("--required", default="", help="When the office asked to complete it, if it did.")
def deadline(received: str, kind: str, reading: str, requester: str, required: str) -> None:
    """Print when the answer is due and the last days of the office, and the count day by day."""
    moment = _moment(received)
    office = OfficeHours(Calendar(), Reading(int(reading)))
    try:
        term = term_for(Kind(kind), moment.date(), Requester(requester))
        course = follow(moment, term, office)
        if required:
            course = acts.ask_to_complete(course, at=_moment(required), missing="lo que falta")
        explanation = explain(course, course.received_at.date())
        lines = _last_days(course)
    except (TermUnknown, YearUnknown, RuleBroken, ValueError, OverflowError) as unknown:
        raise click.ClickException(str(unknown)) from None
    click.echo(f"due:         {explanation.due_on or 'the clock stands'}")
    click.echo(f"received:    {course.received_on}")
    click.echo(f"term:        {explanation.days} business days. {explanation.source}")
    for line in lines:
        click.echo(line)
    for row in explanation.table:
        if row.day > course.received_on:
            label = f"day {row.number}:" if row.number else "no day:"
            why = "" if row.number else f"  {row.why}"
            click.echo(f"{label:<12} {row.day}{why}")


def _last_days(course: Course) -> list[str]:
    """Until when the office may ask to complete, refer and extend, and the citizen complete."""
    found = [f"ask by:      {acts.last_day_to_ask(course)}"]
    found.append(f"refer by:    {acts.last_day_to_refer(course)}")
    if course.term.longest and not course.waiting:
        found.append(f"extend to:   {acts.last_day_of_extension(course)}")
    if course.waiting:
        found.append(f"complete by: {course.waiting.citizen_until}")
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text!r} is not a moment like 2026-03-16T10:00") from None
    return moment.replace(tzinfo=OFFICE) if moment.tzinfo is None else moment.astimezone(OFFICE)

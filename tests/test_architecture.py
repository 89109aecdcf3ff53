"""Rules of the house that a machine can hold: access, templates, imports, migrations, words."""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from app import ROOMS, migrating
from app.config import ROOT, Settings

SHARED_TEMPLATES = ("macros", "mail", "errors", "papers")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.relative_to(ROOT).parts[1] not in ("mail", "papers")]
SOURCES = sorted([*(ROOT / "app").rglob("*.py"), ROOT / "wsgi.py"])
TESTS = sorted((ROOT / "tests").rglob("*.py"))

INLINE = re.compile(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
LEFT_FOR_LATER = re.compile(r"\b(TOD[O]|FIXM[E]|X{3}|HAC[K])\b|raise NotImplementedErro[r]")
# Names that say nothing of what lives in a module.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
CLOCK_READINGS = {"now", "utcnow", "today"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def offenders(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.on("sqlite")
def test_every_page_says_who_may_open_it(app: Flask):
    silent = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not getattr(view, "audience", "")
    ]

    assert silent == []


@pytest.mark.on("sqlite")
def test_every_endpoint_lives_in_a_known_room(app: Flask):
    strays = [name for name in app.view_functions if name.split(".")[0] not in (*ROOMS, "static")]

    assert strays == []


@pytest.mark.on("sqlite")
def test_a_page_is_never_changed_by_reading_it(app: Flask):
    """What acts is POST; a prefetching browser or a crawler must not withdraw a petition."""
    acting = {
        "asignar",
        "responder",
        "nota",
        "cerrar",
        "aportar",
        "desistir",
        "calificar",
        "salida",
    }
    by_reading = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.rsplit("/", 1)[-1] in acting and rule.methods == {"GET", "HEAD", "OPTIONS"}
    ]

    assert by_reading == []


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.py")), ids=relative)
def test_a_template_belongs_to_the_room_that_shows_it(path: Path):
    room = path.relative_to(ROOT / "app").parts[0].removesuffix(".py")
    shown = re.findall(r"render_template\(\s*\"([^\"]+)\"", path.read_text(encoding="utf-8"))
    allowed = (room, *SHARED_TEMPLATES)

    assert [name for name in shown if name.split("/")[0] not in allowed] == []
    assert [name for name in shown if not (ROOT / "templates" / name).is_file()] == []


def test_every_page_template_lies_in_a_room():
    # At the top lie only the frames that the others extend.
    folders = {path.relative_to(ROOT / "templates").parts[0] for path in TEMPLATES}
    strays = {name for name in folders if not name.endswith(".html")} - {*ROOMS, *SHARED_TEMPLATES}

    assert strays == set()


def test_templates_never_switch_escaping_off():
    assert offenders(TEMPLATES, UNESCAPED) == []


def test_pages_carry_no_inline_style_or_script():
    assert offenders(PAGES, INLINE) == []


def test_python_never_marks_text_as_safe_html():
    # `Markup` is how `|safe` is written in Python.
    assert offenders(SOURCES, re.compile(r"\bMarkup\((?!\"\"\))|render_template_string\(")) == []


def test_nothing_is_left_for_later():
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))

    assert offenders([*SOURCES, *TESTS, *TEMPLATES, *scripts], LEFT_FOR_LATER) == []


def test_modules_are_named_for_what_they_do():
    names = {path.stem for path in (*SOURCES, *TESTS)} | {path.parent.name for path in SOURCES}

    assert names & EMPTY_NAMES == set()


def test_no_test_is_passed_over_or_waits_by_the_clock():
    pattern = re.compile(r"mark\.(ski[p]|xfai[l])|pytest\.ski[p]\(|importorski[p]|\bslee[p]\(")

    assert offenders(TESTS, pattern) == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_the_clock_reads_the_clock(path: Path):
    """The office's time is Bogotá's and tests must be able to set it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = [
        f"{relative(path)}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
        and node.func.attr in CLOCK_READINGS
    ]

    assert path.name == "clock.py" or read == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_the_settings_read_the_environment(path: Path):
    reads = re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))

    assert path.name == "config.py" or reads is None


def test_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_migrations_make_exactly_the_tables_of_the_models(app: Flask):
    migrating.prepare(app)
    flask_migrate.check()


def test_the_newest_migration_is_the_one_that_a_start_looks_for(app: Flask):
    assert ScriptDirectory(str(ROOT / "migrations")).get_heads() == [migrating.NEWEST]
    assert migrating.current() == migrating.NEWEST


def test_the_readme_names_every_setting_and_no_other():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\|\s*`(SAC_[A-Z_]+)`", readme, re.MULTILINE))

    assert documented == {f"SAC_{setting.name.upper()}" for setting in fields(Settings)}

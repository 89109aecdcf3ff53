"""The net itself: a good page passes, and each mistake is caught by its own words."""

import pytest

from tests.support.html import problems

GOOD = """<!doctype html>
<html lang="es-CO"><head><title>Ingreso</title></head><body>
<a href="#contenido">Saltar al contenido</a>
<main id="contenido"><h1>Ingreso</h1>
<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="username">Usuario</label>
<input id="username" name="username" aria-describedby="hint"><p id="hint">Su usuario</p>
<label><input type="checkbox" name="remember_username"> Recordar</label>
<button>Entrar</button></form>
<img src="/static/shield.png" alt="Escudo"></main></body></html>"""

MISTAKES = [
    ('lang="es-CO"', 'lang="es"', "'es'"),
    ("<title>Ingreso</title>", "<title> </title>", "no <title>"),
    ("<h1>Ingreso</h1>", "<h1>Ingreso</h1><h1>Otro</h1>", "2 <h1>"),
    ("<h1>Ingreso</h1>", "", "0 <h1>"),
    ('id="hint"', 'id="username"', "used 2 times"),
    ("#contenido", "#contenidos", "points nowhere"),
    ('aria-describedby="hint"', 'aria-describedby="hint error"', "points nowhere"),
    ('<label for="username">Usuario</label>', "", "has no label"),
    ("Usuario</label>", "</label>", "has no label"),
    ("<form", '<form style="color: red"', "inline style"),
    ("<form", '<form onsubmit="go()"', "inline style"),
    ("<form", "<script>go()</script><form", "inline <script>"),
    ('href="#contenido"', 'href="javascript:go()"', "javascript:"),
    (' alt="Escudo"', "", "no alt"),
    ('name="csrf_token"', 'name="token"', "no csrf_token"),
    ("<button>Entrar</button>", "<button></button>", "has no text"),
    ("</form>", "</div></form>", "end tag"),
    ("<!doctype html>", "", "doctype"),
]


def test_a_good_page_has_no_problems():
    assert problems(GOOD) == []


@pytest.mark.parametrize(("right", "wrong", "words"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_each_mistake_is_caught(right: str, wrong: str, words: str):
    found = problems(GOOD.replace(right, wrong, 1))

    assert [problem for problem in found if words.lower() in problem.lower()], found

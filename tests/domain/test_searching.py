"""Words as they are searched."""

import pytest

from app.domain.searching import MOST_KEPT, MOST_WORDS, added, asked, indexed, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("certificación", "CERTIFICACIONES"),
        ("certificacion", "certificación"),
        ("matrícula", "matriculas"),
        ("niña", "ninas"),
        ("cupo", "cupos"),
        ("colegio", "Colegios"),
        ("profesor", "profesores"),
        ("Ñandú", "nandu"),
        ("reunión", "reuniones"),
        ("docente", "docentes"),
        ("solicitó", "solicito"),
    ],
)
def test_accents_capitals_and_plurals_make_no_difference(one, other):
    assert asked(one) == asked(other)
    assert asked(one)[0] in indexed([f"Pido {other}, por favor."]).split()


@pytest.mark.parametrize(("one", "other"), [("cupo", "copa"), ("transporte", "deporte")])
def test_other_words_stay_others(one, other):
    assert asked(one) != asked(other)


@pytest.mark.parametrize("question", ["", "   ", "¿?", "de la y el", "\x00", "🏫", "a" * 100])
def test_a_question_may_say_nothing(question):
    assert asked(question) == []


def test_figures_stay_as_they_are():
    assert asked("grado 11 resolución 0123") == ["grad", "11", "resolu", "0123"]


def test_each_word_counts_once_and_not_all_of_a_long_question():
    assert indexed(["cupo cupos", "Cupo"]) == "cup"
    assert len(asked(" ".join(f"palabra{n}x" for n in range(50)))) == MOST_WORDS


def test_what_the_index_keeps_is_plain():
    kept = indexed(["Comillas \"dobles\" y 'simples', (paréntesis) AND OR NOT * -x"])

    assert kept.replace(" ", "").isalnum()
    assert kept.isascii()


@pytest.mark.parametrize(
    "word",
    ["certificado", "certificaciones", "matrícula", "nombramiento", "rápidamente", "profesores"],
)
def test_every_beginning_of_a_word_may_become_it(word):
    [kept] = asked(word)
    plain = "".join(asked(f"{word}0")).removesuffix("0")  # a word with a figure has no stem

    for size in range(3, len(plain) + 1):
        found = read(plain[:size])
        assert kept.startswith(found.beginning) or kept in found.grown, plain[:size]


@pytest.mark.parametrize("question", ["ce", "grado 11", "casi de", "2026", "a" * 50, ""])
def test_what_is_short_a_figure_or_says_nothing_is_no_beginning(question):
    assert read(question).beginning == ""


def test_only_the_last_word_is_a_beginning():
    found = read("certif notas COLEGI")

    assert (found.stems, found.beginning, found.grown) == (("certif", "not"), "colegi", ("coleg",))
    assert len(read(" ".join(f"palabra{n}x" for n in range(50)) + " ultima").stems) < MOST_WORDS


def test_what_is_added_is_kept_once_and_not_without_end():
    assert added("cup", ["Cupos y colegios", "colegio"]) == "cup colegi"
    assert len(added("", [f"palabra{n}x" for n in range(9000)])) <= MOST_KEPT

"""Which passwords are good enough."""

import pytest

from app.domain.passwords import MAX_LENGTH, password_problem


def problem(password):
    return password_problem(password, username="frivera", document="79123456")


@pytest.mark.parametrize(
    "password",
    ["caballo lechuza", "Ñandú 2026", "8 de julio", "a" * 4 + "bcd ñ" * 20, "密码很长的一句话"],
)
def test_length_is_enough(password):
    assert problem(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "corta",
        "x" * 7,
        "abcd" * 32 + "e",
        "12345678",
        "Contraseña",
        "COLOMBIA",
        "aaaaaaaaaa",
        "abababab",
        "79123456",
        "mi79123456clave",
    ],
)
def test_what_anybody_would_try_first_is_refused_in_words(password):
    assert problem(password).endswith(".")


def test_the_user_name_is_no_password():
    assert password_problem("franciscorivera", username="franciscorivera", document="")


def test_the_longest_password_is_good():
    assert problem(("una frase larga " * 8)[:MAX_LENGTH]) is None

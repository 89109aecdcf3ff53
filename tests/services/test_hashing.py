"""What a password costs to whoever guesses it."""

from app.services import hashing


def test_a_hash_is_as_costly_as_owasp_asks(true_cost):
    stored = hashing.hash_password("una contraseña larga")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashing.verify(stored, "una contraseña larga")
    assert not hashing.verify(stored, "otra contraseña")


def test_two_hashes_of_one_password_differ():
    assert hashing.hash_password("igual") != hashing.hash_password("igual")

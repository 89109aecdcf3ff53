"""Password hashes: Argon2id, one at a time, so that logins leave the other cores to the pages."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second recommended setting: about 28 ms and 19 MiB for each login.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(1)


def hash_password(password: str) -> str:
    """Return the salted hash to store."""
    with _at_once:
        return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Without a hash the same work is done in vain, so
    that a known and an unknown name take the same time."""
    with _at_once:
        try:
            return _hasher.verify(stored or _decoy(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def prepare() -> None:
    """Make the decoy before the first login, so that even that one takes the same time."""
    _decoy()

"""Secrets that leave the house: signed, with one purpose each, or random and stored hashed."""

import hashlib
import hmac
import secrets
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

RECOVERY = "recovery"
STOP_NOTICES = "stop-notices"
SUBMISSION = "submission"
CLAIM_CODE = "claim-code"
GRANTED_CLAIM = "granted-claim"
INVITATION = "invitation"
SETUP = "setup"

# Without letters and digits that look alike on paper or sound alike by phone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12  # 12 of 30 symbols: 58 bits


class Signer:
    """Signs and reads values with the installation's key; the purpose is part of the signature."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key

    def sign(self, purpose: str, value: Any) -> str:
        """Return a token for an address or a hidden field."""
        return str(URLSafeTimedSerializer(self._key, salt=purpose).dumps(value))

    def read(self, purpose: str, token: str, max_age: int | None = None) -> Any | None:
        """Return the signed value, or None if the token is not ours, not for this or too old
        (`max_age` in seconds)."""
        if len(token) > 2000:
            return None
        try:
            return URLSafeTimedSerializer(self._key, salt=purpose).loads(token, max_age=max_age)
        except BadSignature:
            return None

    def digest(self, purpose: str, value: str) -> str:
        """A keyed digest, so that a short secret cannot be guessed from the database alone."""
        return hmac.new(self._key.encode(), f"{purpose}:{value}".encode(), "sha256").hexdigest()

    def code(self, purpose: str, value: str) -> str:
        """A code such as K7MP-4TQX-9RWD, to be read aloud or copied from paper. The same value
        gives the same code, and nobody makes it without the key."""
        number, symbols = int(self.digest(purpose, value), 16), ""
        for _ in range(CODE_LENGTH):
            number, place = divmod(number, len(CODE_ALPHABET))
            symbols += CODE_ALPHABET[place]
        return _in_groups(symbols)


def random_secret() -> str:
    """A random secret of 256 bits for a cookie."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What the database keeps of a random secret of full strength."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_code() -> str:
    """A code of the same shape that nobody can make again."""
    return _in_groups("".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)))


def normalise_code(typed: str) -> str:
    """A typed code in capitals, without hyphens or spaces."""
    return "".join(c for c in typed.upper() if c.isalnum())


def _in_groups(symbols: str) -> str:
    return "-".join(symbols[i : i + 4] for i in range(0, CODE_LENGTH, 4))

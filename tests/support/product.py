"""The product as the tests build it: settings of its own, and a database by its migrations."""

from pathlib import Path

from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache

from app import create_app, migrating
from app.config import Settings
from app.extensions import db

SECRET_KEY = "only-for-tests-" + "0123456789abcdef" * 2
RECEIPT_KEY = "only-for-tests-0123456789abcdef0123456789_A="


def build_settings(instance: Path, database_url: str, **changes: object) -> Settings:
    """The settings of a test: its own folders, no background work, answers that go at once, plain
    http."""
    values: dict[str, object] = {
        "secret_key": SECRET_KEY,
        "register_key": SECRET_KEY,
        "receipt_key": RECEIPT_KEY,
        "instance": instance,
        "database_url": database_url,
        "storage_url": str(instance / "uploads"),
        "base_url": "http://localhost",
        "embedded_worker": False,
        "undo_seconds": 0,
        "insecure_http": True,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]  # names are checked at run time


class CompiledTemplates(BytecodeCache):
    """Templates as code, kept while this process lives: every test makes an app of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if its template was compiled before; Jinja looks whether it changed."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
# A hash that costs next to nothing.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def migrate(database_url: str, instance: Path) -> None:
    """Bring a database to the newest migration."""
    app = create_app(build_settings(instance, database_url))
    migrating.upgrade(app)
    with app.app_context():
        close_connections()


def close_connections() -> None:
    """Give every connection of the app in context back, so that nothing holds its files."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()

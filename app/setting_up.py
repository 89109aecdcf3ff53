"""The steps that make an installation out of nothing: key, database, demo data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click
from flask import Flask

from app import clock, config, migrating
from app.config import Settings
from app.domain import signing
from app.services import installing
from app.uploads import store

ACCOUNTS_FILE = "demo-accounts.txt"
RECEIPT_KEY = "receipt.key"


def make_keys() -> list[str]:
    """Write the keys that are missing, for their owner alone to read; the names of the new ones.

    One signs cookies and links, and may change; one chains the register of events, and must stay
    as it is for as long as the register is to be proved; one signs receipts (`rotate_receipt_key`).
    """
    instance = config.instance_folder()
    instance.mkdir(parents=True, exist_ok=True)
    new = {
        "secret.key": secrets.token_urlsafe(48),
        "register.key": secrets.token_urlsafe(48),
        RECEIPT_KEY: signing.new_key(),
    }
    missing = [name for name in new if not (instance / name).exists()]
    for name in missing:
        _write_key(instance / name, new[name])
    return missing


def rotate_receipt_key() -> None:
    """Sign with a new key from the next start on. The key file keeps the public part of those
    before, so that their receipts are still known."""
    path = config.instance_folder() / RECEIPT_KEY
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write_key(fresh, signing.Keyring(path.read_text(encoding="ascii")).rotated())
    fresh.replace(path)


def _write_key(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")


def wants_demo(app: Flask) -> bool:
    """Whether an empty database is to be filled with the demo: where it is made by this very start,
    or by one that was stopped before it had loaded. Where somebody migrated it before, the first
    entity is made in the browser."""
    settings: Settings = app.extensions["settings"]
    if (settings.instance / installing.CODE_FILE).exists():
        return False
    accounts = settings.instance / ACCOUNTS_FILE
    with app.app_context():
        if migrating.current() is None:
            os.close(os.open(accounts, os.O_WRONLY | os.O_CREAT, 0o600))
    return accounts.exists()


def show_setup_code(settings: Settings) -> None:
    """Print the code that opens the installation in the browser, and where it is kept."""
    code = installing.setup_code(settings.instance)
    path = _short(settings.instance / installing.CODE_FILE)
    click.echo(f"\nThere is no entity yet: make the first at {settings.base_url}/instalar")
    click.echo(f"Setup code: {code} (also in {path})")


def load_demo(app: Flask) -> None:
    """Load the demo data and write its accounts where only the operator can read them."""
    from app.services import demo  # its texts are of no use to a server that runs

    settings: Settings = app.extensions["settings"]
    accounts = demo.load(store=store(), now=clock.now(), reading=settings.reception_reading)
    path = settings.instance / ACCOUNTS_FILE
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for account in accounts:
            file.write(
                f"{account.username:<14} {account.password:<22} {account.role:<14} "
                f"{account.name} ({account.entity})\n"
            )


def show_accounts(settings: Settings) -> None:
    """Print the demo accounts, if the demo data were loaded here."""
    path = settings.instance / ACCOUNTS_FILE
    if path.exists() and path.stat().st_size:
        click.echo(f"\nDemo accounts (also in {_short(path)}):\n")
        click.echo("  user           password               role           name")
        for line in path.read_text(encoding="utf-8").splitlines():
            click.echo(f"  {line}")


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

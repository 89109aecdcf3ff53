"""The commands of an installation that need no application, or run before there is one."""

from __future__ import annotations

import os
from typing import BinaryIO

import click
from flask import Flask

from app import clock, config, create_app, migrating, setting_up
from app.domain.divipola import municipalities
from app.domain.receipt import ReceiptUnreadable
from app.domain.sealed import examine
from app.domain.signing import Keyring, KeyUnusable, Unproven, Verifier
from app.services import entities, installing
from app.services.data_notice import notice_text

NOT_EMPTY = "there is an entity already: nothing was changed"


@click.command("keys")
def keys() -> None:
    """Make the keys that the instance folder lacks. One that is there is never changed."""
    os.umask(0o077)
    for name in setting_up.make_keys():
        click.echo(f"{name} was made: keep a copy of it apart from the database")


@click.command("rotate-receipt-key")
def rotate_receipt_key() -> None:
    """Sign receipts with a new key from the next start on; the earlier ones stay valid."""
    os.umask(0o077)
    if not (config.instance_folder() / setting_up.RECEIPT_KEY).exists():
        raise click.ClickException("there is no receipt.key in the instance folder to replace")
    setting_up.rotate_receipt_key()
    click.echo("receipt.key has a new key: restart the servers, and print `receipt-key` again")


@click.command("receipt-key")
def receipt_key() -> None:
    """Print the public keys of this installation's receipts, for whoever checks them elsewhere."""
    click.echo(_keyring().pem(), nl=False)


@click.command("verify-receipt")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--public-key",
    type=click.File("rb"),
    help="What `receipt-key` prints; without it, the keys of this installation.",
)
def verify_receipt(file: BinaryIO, public_key: BinaryIO | None) -> None:
    """Check a receipt in PDF, byte by byte. It needs no database and no network."""
    try:
        known = Verifier.of_pem(public_key.read()) if public_key else _keyring()
        proven = examine(file.read(), known)
    except KeyUnusable as problem:
        raise click.ClickException(f"the public key cannot be used: {problem}") from None
    except (Unproven, ReceiptUnreadable) as problem:
        click.echo(f"NOT VALID: {problem}")
        raise SystemExit(1) from None
    stated = proven.stated
    retired = "" if proven.is_current else ", which was replaced since"
    click.echo(f"valid:     signed with the key {proven.key_id}{retired}")
    click.echo(f"radicado:  {stated.radicado}")
    click.echo(f"received:  {stated.received_at:%Y-%m-%d %H:%M:%S %z}")
    click.echo(f"due:       {stated.due_on}")
    if stated.spoken is not None:
        confirmed = "and accepted by who said it" if stated.spoken.is_confirmed else "not confirmed"
        click.echo(f"spoken:    taken down by {stated.spoken.taken_by}, {confirmed}")
    for annex in stated.annexes:
        click.echo(f"annex:     {annex.sha256} {annex.size} {annex.name}")


def _keyring() -> Keyring:
    try:
        return Keyring(config.load().receipt_key)
    except config.ConfigError as problem:
        raise click.ClickException(str(problem)) from None


def _in_browser(context: click.Context, _option: click.Parameter, chosen: bool) -> None:
    """Prepare everything but the entity, and ask for nothing."""
    if not chosen or context.resilient_parsing:
        return
    app = _prepared()
    with app.app_context():
        if not installing.is_empty():
            raise click.ClickException(NOT_EMPTY)
    setting_up.show_setup_code(app.extensions["settings"])
    click.echo("Start the server with `python -m app.serve` and open that address.")
    context.exit()


@click.command("init")
@click.option(
    "--in-browser",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_in_browser,
    help="Make the keys and the database; the entity is made in the browser.",
)
@click.option("--entity", "name", prompt="Name of the entity", help="Its full name.")
@click.option("--short-name", prompt=True, help="Its name in one or two words, such as SOACHA.")
@click.option("--prefix", prompt="Prefix of its radicados", help="Two to six letters.")
@click.option("--municipality", prompt="DIVIPOLA code of its municipality", help="Five digits.")
@click.option("--helpdesk-phone", default="")
@click.option("--helpdesk-email", default="")
def init(name: str, short_name: str, prefix: str, municipality: str, **contact: str) -> None:
    """Make the keys, the database and the first entity."""
    if municipality not in municipalities():
        raise click.ClickException(f"{municipality!r} is not a DIVIPOLA code")
    app = _prepared()
    with app.app_context():
        if not installing.is_empty():
            raise click.ClickException(NOT_EMPTY)
        entities.create(
            name=name,
            short_name=short_name,
            prefix=prefix.upper(),
            municipality=municipality,
            notice=notice_text(name, **contact),
            now=clock.now(),
            **contact,
        )
    click.echo(f"{name} is ready. Add its staff with `flask --app wsgi staff-add`.")


def _prepared() -> Flask:
    """The application with its keys and its database."""
    os.umask(0o077)  # filings, letters and keys are for this user alone
    setting_up.make_keys()
    app = create_app()
    migrating.upgrade(app)
    return app

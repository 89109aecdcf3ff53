"""`flask init` and `flask keys`: the commands that run before there is an application."""

from __future__ import annotations

import os

import click

from app import clock, create_app, migrating, setting_up
from app.domain.divipola import municipalities
from app.services import entities
from app.services.data_notice import notice_text


@click.command("keys")
def keys() -> None:
    """Make the keys that the instance folder lacks. One that is there is never changed."""
    os.umask(0o077)
    for name in setting_up.make_keys():
        click.echo(f"{name} was made: keep a copy of it apart from the database")


@click.command("init")
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
    os.umask(0o077)  # filings, letters and keys are for this user alone
    setting_up.make_keys()
    app = create_app()
    migrating.upgrade(app)
    with app.app_context():
        if not setting_up.is_empty():
            raise click.ClickException("there is an entity already: nothing was changed")
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

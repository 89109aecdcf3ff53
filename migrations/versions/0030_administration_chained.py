"""The record of what administrators change is chained too, in the register of their entity. What it
holds already is chained now, at the end of the register, as it stands."""

import json
import secrets

import sqlalchemy as sa
from alembic import op
from flask import current_app

from app.domain import register
from app.models.types import UTCDateTime

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

# How a way back puts aside what the register chained of changes: it stays chained, and earlier
# migrations see in it neither an event nor a decision that there is.
ASIDE = 1_000_000_000


def upgrade() -> None:
    with op.batch_alter_table('register_entry') as batch_op:
        batch_op.add_column(sa.Column('change_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_register_entry_change_id'), ['change_id'])
    op.execute(
        f'UPDATE register_entry SET change_id = -event_id - {ASIDE}, event_id = NULL WHERE event_id < -{ASIDE}'
    )
    op.execute(
        f'UPDATE register_entry SET change_id = consent_id - {ASIDE}, consent_id = NULL WHERE consent_id > {ASIDE}'
    )
    for (entity_id,) in op.get_bind().execute(sa.text('SELECT id FROM entity ORDER BY id')).all():
        _chain(entity_id)


def downgrade() -> None:
    op.execute(
        f'UPDATE register_entry SET event_id = -change_id - {ASIDE} WHERE change_id IS NOT NULL'
    )
    with op.batch_alter_table('register_entry') as batch_op:
        batch_op.drop_constraint(op.f('uq_register_entry_change_id'), type_='unique')
        batch_op.drop_column('change_id')


CHANGES = sa.text(
    'SELECT change.id, change.entity_id, happened_at, author_id, subject, subject_id, undoes_id, title, '
    'CAST(before AS TEXT) AS before, CAST(after AS TEXT) AS after FROM administration_change AS change '
    'LEFT JOIN register_entry ON register_entry.change_id = change.id '
    'WHERE change.entity_id = :entity AND register_entry.change_id IS NULL ORDER BY change.id'
).columns(happened_at=UTCDateTime())
ENTRY = sa.text(
    'INSERT INTO register_entry (entity_id, sequence, change_id, salt, digests, link) '
    'VALUES (:entity, :sequence, :change, :salt, :digests, :link)'
)


def _chain(entity_id: int) -> None:
    connection, key = op.get_bind(), current_app.extensions['register_key']
    changes = connection.execute(CHANGES, {'entity': entity_id}).all()
    if not changes:
        return
    end = connection.execute(
        sa.text('SELECT sequence, link, published_tag FROM register_head WHERE entity_id = :entity'),
        {'entity': entity_id},
    ).one_or_none()
    last, published = (register.Head(end[0], end[1]), end[2]) if end else (register.EMPTY, '')
    for change in changes:
        salt = secrets.token_bytes(register.SHORTEST_SALT)
        entry = _entry(change, last.sequence + 1, salt)
        last = register.Head(entry.sequence, register.link(last.link, entry, key))
        connection.execute(
            ENTRY,
            {'entity': entity_id, 'sequence': last.sequence, 'change': change.id, 'salt': salt,
             'digests': json.dumps(entry.digests), 'link': last.link},
        )
    tag = register.seal(last, f'{entity_id} {published}'.strip(), key)
    connection.execute(
        sa.text(
            'UPDATE register_head SET sequence = :sequence, link = :link, tag = :tag WHERE entity_id = :entity'
            if end else
            'INSERT INTO register_head (entity_id, sequence, link, tag) VALUES (:entity, :sequence, :link, :tag)'
        ),
        {'entity': entity_id, 'sequence': last.sequence, 'link': last.link, 'tag': tag},
    )


def _entry(change: sa.Row, sequence: int, salt: bytes) -> register.Entry:
    facts = {
        'author': change.author_id,
        'entity': change.entity_id,
        'subject': change.subject,
        'subject_id': change.subject_id,
        'undoes': change.undoes_id,
    }
    values = {'title': change.title, 'before': change.before, 'after': change.after}
    return register.Entry(
        sequence=sequence,
        radicado='',
        action='cambiar_administracion',
        status='',
        happened_at=change.happened_at,
        facts={name: str(value) for name, value in facts.items() if value is not None},
        digests={name: register.kept(name, value, salt) for name, value in values.items()},
    )

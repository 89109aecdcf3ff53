"""The register of events: each line of the history is chained to the one before, also those that
were written already."""

import json
import secrets

import sqlalchemy as sa
from alembic import op
from flask import current_app

from app.domain import register
from app.models.types import UTCDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BATCH = 1000


def upgrade() -> None:
    op.create_table(
        'register_head',
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('link', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_register_head_entity_id_entity')),
        sa.PrimaryKeyConstraint('entity_id', name=op.f('pk_register_head')),
    )
    op.create_table(
        'published_head',
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('link', sa.String(length=64), nullable=False),
        sa.Column('published_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_published_head_entity_id_entity')),
        sa.PrimaryKeyConstraint('entity_id', 'day', name=op.f('pk_published_head')),
    )
    op.create_table(
        'register_entry',
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('salt', sa.LargeBinary(length=16), nullable=True),
        sa.Column('digests', sa.JSON(), nullable=False),
        sa.Column('link', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_register_entry_entity_id_entity')),
        sa.PrimaryKeyConstraint('entity_id', 'sequence', name=op.f('pk_register_entry')),
        sa.UniqueConstraint('event_id', name=op.f('uq_register_entry_event_id')),
    )
    op.execute(
        'ALTER TABLE event ADD COLUMN message_id INTEGER '
        'CONSTRAINT fk_event_message_id_message REFERENCES message (id)'
    )
    # A line and its words were written in one transaction, at one moment.
    op.execute(
        'UPDATE event SET message_id = (SELECT min(message.id) FROM message '
        'WHERE message.requerimiento_id = event.requerimiento_id AND message.written_at = event.happened_at '
        'AND message.author_id = event.author_id) WHERE action != \'radicar\' AND NOT (action = \'anotar\' AND note != \'\')'
    )
    for (entity_id,) in op.get_bind().execute(sa.text('SELECT id FROM entity ORDER BY id')).all():
        _chain(entity_id)


def downgrade() -> None:
    op.drop_table('register_entry')
    op.drop_table('published_head')
    op.drop_table('register_head')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('message_id')


EVENTS = sa.text(
    'SELECT event.id, event.action, event.status, event.happened_at, event.author_id, event.days, event.ground, '
    'event.note, event.message_id, requerimiento.id AS case_id, requerimiento.radicado, requerimiento.kind, '
    'requerimiento.channel, requerimiento.received_on, requerimiento.reading, requerimiento.term_days, '
    'message.radicado AS letter, CASE WHEN event.action = \'radicar\' THEN requerimiento.body ELSE message.body END AS words '
    'FROM event JOIN requerimiento ON requerimiento.id = event.requerimiento_id '
    'LEFT JOIN message ON message.id = event.message_id '
    'WHERE requerimiento.entity_id = :entity AND event.id > :last ORDER BY event.id LIMIT :batch'
).columns(happened_at=UTCDateTime(), received_on=sa.Date())
FILES = sa.text(
    'SELECT sha256, size, name FROM attachment WHERE requerimiento_id = :case '
    'AND (message_id = :message OR (message_id IS NULL AND :message IS NULL))'
)


def _chain(entity_id: int) -> None:
    connection = op.get_bind()
    key: bytes = current_app.extensions['register_key']
    last, last_event = register.EMPTY, 0
    given = {'entity': entity_id, 'batch': BATCH}
    while events := connection.execute(EVENTS, given | {'last': last_event}).all():
        rows = []
        for event in events:
            salt = secrets.token_bytes(register.SHORTEST_SALT)
            entry = _entry(last.sequence + 1, event, salt, connection)
            last = register.Head(entry.sequence, register.link(last.link, entry, key))
            rows.append(
                {'entity': entity_id, 'sequence': last.sequence, 'event': event.id, 'salt': salt,
                 'digests': json.dumps(dict(entry.digests)), 'link': last.link}
            )
        connection.execute(
            sa.text(
                'INSERT INTO register_entry (entity_id, sequence, event_id, salt, digests, link) '
                'VALUES (:entity, :sequence, :event, :salt, :digests, :link)'
            ),
            rows,
        )
        last_event = events[-1].id
    if last.sequence:
        connection.execute(
            sa.text('INSERT INTO register_head (entity_id, sequence, link) VALUES (:entity, :sequence, :link)'),
            {'entity': entity_id, 'sequence': last.sequence, 'link': last.link},
        )


def _entry(sequence: int, event: sa.Row, salt: bytes, connection: sa.Connection) -> register.Entry:
    facts = {'author': event.author_id, 'days': event.days, 'ground': event.ground, 'letter': event.letter}
    files = []
    if event.action == 'radicar':
        facts |= {
            'kind': event.kind, 'channel': event.channel, 'received_on': event.received_on,
            'reading': event.reading, 'term_days': event.term_days,
        }
    if event.action == 'radicar' or event.message_id is not None:
        files = connection.execute(FILES, {'case': event.case_id, 'message': event.message_id}).all()
    personal = {
        'note': event.note,
        'words': event.words,
        'files': '\n'.join(sorted(f'{sha256} {size} {name}' for sha256, size, name in files)),
    }
    return register.Entry(
        sequence=sequence,
        radicado=event.radicado,
        action=event.action,
        status=event.status,
        happened_at=event.happened_at,
        facts={name: str(value) for name, value in facts.items() if value is not None},
        digests={
            name: register.digest(register.Personal(value, salt)) for name, value in personal.items() if value
        },
    )

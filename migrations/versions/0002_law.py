"""The events of the law in the history, the reading of a case, and suspensions of several days."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

BEFORE = (
    'radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular',
)
LETTERS = (
    'requerir', 'pedir_aclaracion', 'prorrogar', 'trasladar', 'decretar_desistimiento', 'archivar', 'rechazar',
)
ACTIONS = (
    *BEFORE, 'requerir', 'pedir_plazo', 'completar', 'pedir_aclaracion', 'aclarar', 'prorrogar', 'trasladar',
    'desistir', 'decretar_desistimiento', 'archivar', 'rechazar', 'priorizar',
)
STATUSES = (
    'radicado', 'asignado', 'en_tramite', 'en_espera', 'respondido', 'cerrado', 'trasladado', 'desistido',
    'rechazado', 'anulado',
)


def upgrade() -> None:
    _admit(ACTIONS)
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('ground', sa.String(length=32), nullable=True))

    # A table that others point to is not made again on SQLite: the check goes with its column.
    op.execute(
        'ALTER TABLE message ADD COLUMN action VARCHAR(32) CONSTRAINT ck_message_message_action '
        f'CHECK (action IN {LETTERS})'
    )
    op.add_column('requerimiento', sa.Column('reading', sa.Integer(), server_default='1', nullable=False))
    op.add_column('requerimiento', sa.Column('is_priority', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        'UPDATE requerimiento SET reading = 2 WHERE entity_id IN (SELECT id FROM entity WHERE reading = 2)'
    )

    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_suspension_entity_id_day'), type_='unique')
        batch_op.alter_column('day', new_column_name='first', existing_type=sa.Date(), existing_nullable=False)
        batch_op.add_column(sa.Column('last', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('act', sa.String(length=120), server_default='', nullable=False))
    op.execute('UPDATE suspension SET last = first')
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.alter_column('last', existing_type=sa.Date(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f('uq_suspension_entity_id_first'), ['entity_id', 'first'])


def downgrade() -> None:
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_suspension_entity_id_first'), type_='unique')
        batch_op.drop_column('act')
        batch_op.drop_column('last')
        batch_op.alter_column('first', new_column_name='day', existing_type=sa.Date(), existing_nullable=False)
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f('uq_suspension_entity_id_day'), ['entity_id', 'day'])
    op.drop_column('requerimiento', 'is_priority')
    op.drop_column('requerimiento', 'reading')
    op.drop_column('message', 'action')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('ground')
        batch_op.drop_column('days')
    _admit(BEFORE)


def _admit(actions: tuple[str, ...]) -> None:
    """Let the history hold those actions and no others."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_event_event_action'), 'event', type_='check')
        op.create_check_constraint(op.f('ck_event_event_action'), 'event', f'action IN {actions}')
        return
    # SQLite changes a check by making the table again; nothing points to this one.
    with op.batch_alter_table('event', recreate='always', copy_from=_event(actions)):
        pass


def _event(actions: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        'event',
        sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('action', sa.String(length=32), nullable=False),
        sa.Column('status', sa.String(length=32), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('happened_at', UTCDateTime(), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=False),
        sa.CheckConstraint(f'action IN {actions}', name=op.f('ck_event_event_action')),
        sa.CheckConstraint(f'status IN {STATUSES}', name=op.f('ck_event_event_status')),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_event_author_id_account')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_event_requerimiento_id_requerimiento')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
        sa.Index(op.f('ix_event_requerimiento_id'), 'requerimiento_id'),
    )

"""Who asks, what came back from the mail, what was notified by other means, and suspensions that
are lifted."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BEFORE = (
    'radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular',
    'requerir', 'pedir_plazo', 'completar', 'pedir_aclaracion', 'aclarar', 'prorrogar', 'trasladar',
    'desistir', 'decretar_desistimiento', 'archivar', 'rechazar', 'priorizar', 'mover_plazo',
)
REQUESTERS = (
    'persona', 'autoridad', 'congresista', 'camara_o_comision', 'defensoria', 'oposicion',
)
STATUSES = (
    'radicado', 'asignado', 'en_tramite', 'en_espera', 'respondido', 'cerrado', 'trasladado', 'desistido',
    'rechazado', 'anulado',
)


def upgrade() -> None:
    _admit((*BEFORE, 'devolver_correo', 'notificar'), nullable=True)
    # A table that others point to is not made again on SQLite: the check goes with its column.
    op.execute(
        "ALTER TABLE requerimiento ADD COLUMN requester VARCHAR(32) DEFAULT 'persona' NOT NULL "
        f'CONSTRAINT ck_requerimiento_requerimiento_requester CHECK (requester IN {REQUESTERS})'
    )
    op.add_column('requerimiento', sa.Column('undelivered_at', UTCDateTime(), nullable=True))
    op.create_index(
        'ix_queue_undelivered',
        'requerimiento',
        ['entity_id', 'due_on', 'id'],
        sqlite_where=sa.text('undelivered_at IS NOT NULL'),
        postgresql_where=sa.text('undelivered_at IS NOT NULL'),
    )
    op.add_column('outbox_message', sa.Column('returned_at', UTCDateTime(), nullable=True))
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        # One that was lifted before it began leaves its days free for another.
        batch_op.drop_constraint(batch_op.f('uq_suspension_entity_id_first'), type_='unique')
        batch_op.add_column(sa.Column('lifted_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('lifting_act', sa.String(length=120), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.drop_column('lifting_act')
        batch_op.drop_column('lifted_on')
        batch_op.create_unique_constraint(batch_op.f('uq_suspension_entity_id_first'), ['entity_id', 'first'])
    op.drop_column('outbox_message', 'returned_at')
    op.drop_index('ix_queue_undelivered', 'requerimiento')
    op.drop_column('requerimiento', 'undelivered_at')
    op.drop_column('requerimiento', 'requester')
    _admit(BEFORE, nullable=False)


def _admit(actions: tuple[str, ...], nullable: bool) -> None:
    """Let the history hold those actions and no others, and lines that nobody wrote or not."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_event_event_action'), 'event', type_='check')
        op.create_check_constraint(op.f('ck_event_event_action'), 'event', f'action IN {actions}')
        op.alter_column('event', 'author_id', existing_type=sa.Integer(), nullable=nullable)
        return
    # SQLite changes a check by making the table again; nothing points to this one.
    with op.batch_alter_table('event', recreate='always', copy_from=_event(actions, nullable)):
        pass


def _event(actions: tuple[str, ...], nullable: bool) -> sa.Table:
    return sa.Table(
        'event',
        sa.MetaData(),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('action', sa.String(length=32), nullable=False),
        sa.Column('status', sa.String(length=32), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=nullable),
        sa.Column('happened_at', UTCDateTime(), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=False),
        sa.Column('days', sa.Integer(), nullable=True),
        sa.Column('ground', sa.String(length=32), nullable=True),
        sa.Column('message_id', sa.Integer(), nullable=True),
        sa.CheckConstraint(f'action IN {actions}', name=op.f('ck_event_event_action')),
        sa.CheckConstraint(f'status IN {STATUSES}', name=op.f('ck_event_event_status')),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_event_author_id_account')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_event_requerimiento_id_requerimiento')),
        sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_event_message_id_message')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
        sa.Index(op.f('ix_event_requerimiento_id'), 'requerimiento_id'),
    )

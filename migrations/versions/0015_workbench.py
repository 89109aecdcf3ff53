"""The staff's workbench: what they do with a case among themselves is a line of its history too."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BEFORE = (
    'radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular',
    'requerir', 'pedir_plazo', 'completar', 'pedir_aclaracion', 'aclarar', 'prorrogar', 'trasladar',
    'desistir', 'decretar_desistimiento', 'archivar', 'rechazar', 'priorizar', 'mover_plazo',
    'devolver_correo', 'notificar',
)
NEW = (
    'pasar', 'soltar', 'pedir_aprobacion', 'aprobar', 'devolver_respuesta', 'deshacer_envio', 'vincular',
    'desvincular', 'reservar', 'levantar_reserva', 'apartar',
)
STATUSES = (
    'radicado', 'asignado', 'en_tramite', 'en_espera', 'respondido', 'cerrado', 'trasladado', 'desistido',
    'rechazado', 'anulado',
)


def upgrade() -> None:
    _admit((*BEFORE, *NEW))


def downgrade() -> None:
    # What the register chained stays; what it cannot name any more is told as a note.
    op.execute(f"UPDATE event SET action = 'anotar' WHERE action IN {NEW}")
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
        sa.Column('author_id', sa.Integer(), nullable=True),
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

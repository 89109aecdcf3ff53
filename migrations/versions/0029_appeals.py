"""What citizens present against the end of a case, until it is decided."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

ACTIONS = (
    'radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular',
    'requerir', 'pedir_plazo', 'completar', 'pedir_aclaracion', 'aclarar', 'prorrogar', 'trasladar',
    'desistir', 'decretar_desistimiento', 'archivar', 'rechazar', 'priorizar', 'mover_plazo',
    'devolver_correo', 'notificar', 'pasar', 'soltar', 'pedir_aprobacion', 'aprobar', 'devolver_respuesta',
    'deshacer_envio', 'vincular', 'desvincular', 'reservar', 'levantar_reserva', 'apartar',
    'abrir', 'aceptar_notificacion', 'revocar_notificacion', 'suprimir_datos',
)
LETTERS = (
    'requerir', 'pedir_aclaracion', 'prorrogar', 'trasladar', 'decretar_desistimiento', 'archivar', 'rechazar',
    'priorizar', 'anular', 'desistir',
)
NEW = 'decidir_recurso'


def upgrade() -> None:
    _admit((*ACTIONS, NEW), (*LETTERS, NEW))
    op.add_column('requerimiento', sa.Column('appealed_at', UTCDateTime(), nullable=True))
    # What was presented already waits too: nobody could decide it.
    op.execute(
        'UPDATE requerimiento SET appealed_at = ('
        'SELECT MIN(sent.happened_at) FROM event AS sent JOIN event AS ended '
        'ON ended.requerimiento_id = sent.requerimiento_id AND ended.id < sent.id '
        "WHERE sent.requerimiento_id = requerimiento.id AND sent.action = 'aportar' "
        "AND ended.action IN ('rechazar', 'decretar_desistimiento')) "
        "WHERE status IN ('rechazado', 'desistido')"
    )
    op.create_index(
        'ix_queue_appealed',
        'requerimiento',
        ['entity_id', 'due_on', 'id'],
        sqlite_where=sa.text('appealed_at IS NOT NULL'),
        postgresql_where=sa.text('appealed_at IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_queue_appealed', 'requerimiento')
    op.drop_column('requerimiento', 'appealed_at')
    op.execute(f"UPDATE message SET action = NULL WHERE action = '{NEW}'")
    # What the register chained stays; what it cannot name any more is told as a note.
    op.execute(f"UPDATE event SET action = 'anotar' WHERE action = '{NEW}'")
    _admit(ACTIONS, LETTERS)


def _admit(actions: tuple[str, ...], letters: tuple[str, ...]) -> None:
    """Let the history hold those actions, and a message be the letter of those acts."""
    with op.batch_alter_table('event') as batch_op:
        batch_op.drop_constraint(op.f('ck_event_event_action'), type_='check')
        batch_op.create_check_constraint(op.f('ck_event_event_action'), sa.text(f'action IN {actions}'))
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_message_message_action'), 'message', type_='check')
        op.create_check_constraint(op.f('ck_message_message_action'), 'message', f'action IN {letters}')
        return
    # A table that others point to is not made again on SQLite: the check goes with its column.
    op.execute(
        'ALTER TABLE message ADD COLUMN act VARCHAR(32) CONSTRAINT ck_message_message_action '
        f'CHECK (act IN {letters})'
    )
    op.execute('UPDATE message SET act = action')
    op.execute('ALTER TABLE message DROP COLUMN action')
    op.execute('ALTER TABLE message RENAME COLUMN act TO action')

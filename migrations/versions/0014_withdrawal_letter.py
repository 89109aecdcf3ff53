"""That a withdrawal was taken is told in a letter too."""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

BEFORE = (
    'requerir', 'pedir_aclaracion', 'prorrogar', 'trasladar', 'decretar_desistimiento', 'archivar', 'rechazar',
    'priorizar', 'anular',
)


def upgrade() -> None:
    _admit((*BEFORE, 'desistir'))


def downgrade() -> None:
    op.execute("UPDATE message SET action = NULL WHERE action = 'desistir'")
    _admit(BEFORE)


def _admit(letters: tuple[str, ...]) -> None:
    """Let a message be the letter of those acts and of no others."""
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

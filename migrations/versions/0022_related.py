"""Cases that are linked under a leader, and answers that go to several of them."""

import sqlalchemy as sa
from alembic import op

from app.extensions import NAMING

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

LINKED = sa.text('leader_id IS NOT NULL')


def upgrade() -> None:
    op.execute(
        'ALTER TABLE requerimiento ADD COLUMN leader_id INTEGER '
        'CONSTRAINT fk_requerimiento_leader_id_requerimiento REFERENCES requerimiento (id)'
    )
    op.create_index(
        'ix_followers',
        'requerimiento',
        ['leader_id', 'id'],
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.add_column('prepared_answer', sa.Column('pattern', sa.Text(), nullable=True))
    op.add_column('prepared_answer', sa.Column('together', sa.JSON(), nullable=True))
    # Several annexes may name one file. Nothing points to this table, so SQLite may make it again.
    with op.batch_alter_table('attachment', naming_convention=NAMING) as table:
        table.drop_constraint('uq_attachment_stored_as', type_='unique')
    op.create_index('ix_attachment_stored_as', 'attachment', ['stored_as'])


def downgrade() -> None:
    op.drop_index('ix_attachment_stored_as', 'attachment')
    with op.batch_alter_table('attachment', naming_convention=NAMING) as table:
        table.create_unique_constraint('uq_attachment_stored_as', ['stored_as'])
    op.drop_column('prepared_answer', 'together')
    op.drop_column('prepared_answer', 'pattern')
    op.drop_index('ix_followers', 'requerimiento')
    op.drop_column('requerimiento', 'leader_id')

"""Topics in full, procedures, and the texts of the portal."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('entity', sa.Column('texts', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('topic', sa.Column('is_active', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('topic', sa.Column('term_days', sa.Integer(), nullable=True))
    op.add_column('topic', sa.Column('term_source', sa.String(length=120), server_default='', nullable=False))
    op.add_column('topic', sa.Column('position', sa.Integer(), server_default='0', nullable=False))
    op.create_table(
        'procedure',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('topic_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('slug', sa.String(length=80), nullable=False),
        sa.Column('summary', sa.String(length=600), nullable=False),
        sa.Column('cost', sa.String(length=200), nullable=False),
        sa.Column('term_days', sa.Integer(), nullable=True),
        sa.Column('term_source', sa.String(length=120), nullable=False),
        sa.Column('is_active', sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column('position', sa.Integer(), server_default='0', nullable=False),
        sa.Column('changed_at', UTCDateTime(), nullable=False),
        sa.Column('who', sa.Text(), nullable=False),
        sa.Column('requirements', sa.Text(), nullable=False),
        sa.Column('steps', sa.Text(), nullable=False),
        sa.Column('legal_basis', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_procedure_entity_id_entity')),
        sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_procedure_topic_id_topic')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure')),
        sa.UniqueConstraint('entity_id', 'slug', name=op.f('uq_procedure_entity_id_slug')),
    )
    # A table that others point to is not made again on SQLite: the reference goes with its column.
    op.execute(
        'ALTER TABLE requerimiento ADD COLUMN procedure_id INTEGER '
        'CONSTRAINT fk_requerimiento_procedure_id_procedure REFERENCES procedure (id)'
    )
    # Whether a topic was ever used is asked when somebody wants to take it away.
    op.create_index('ix_requerimiento_topic_id', 'requerimiento', ['topic_id'])


def downgrade() -> None:
    op.drop_index('ix_requerimiento_topic_id', 'requerimiento')
    op.drop_column('requerimiento', 'procedure_id')
    op.drop_table('procedure')
    for column in ('position', 'term_source', 'term_days', 'is_active'):
        op.drop_column('topic', column)
    op.drop_column('entity', 'texts')

"""What an entity decides of its offices, people and roles, with each change recorded."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'administration_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('happened_at', UTCDateTime(), nullable=False),
        sa.Column('subject', sa.String(length=32), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=True),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('after', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_administration_change_author_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_administration_change_entity_id_entity')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_administration_change')),
    )
    op.create_index('ix_administration_change_log', 'administration_change', ['entity_id', 'id'])
    op.create_index('ix_administration_change_subject', 'administration_change', ['entity_id', 'subject', 'subject_id'])


def downgrade() -> None:
    op.drop_table('administration_change')

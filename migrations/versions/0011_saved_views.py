"""Questions to the queue that people keep, for themselves or for their entity."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_view',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('owner_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('query', sa.String(length=400), nullable=False),
        sa.Column('is_shared', sa.Boolean(), nullable=False),
        sa.Column('saved_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_saved_view_entity_id_entity')),
        sa.ForeignKeyConstraint(['owner_id'], ['account.id'], name=op.f('fk_saved_view_owner_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
        sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_view_owner_id_name')),
    )
    op.create_index(op.f('ix_saved_view_entity_id'), 'saved_view', ['entity_id'])


def downgrade() -> None:
    op.drop_table('saved_view')

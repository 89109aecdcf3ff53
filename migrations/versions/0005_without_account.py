"""Filing without an account: guests, and the keys that open their cases."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('is_guest', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('account', sa.Column('stated_document', sa.String(length=60), server_default='', nullable=False))
    op.create_table(
        'access_key',
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('key_hash', sa.String(length=200), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_access_key_requerimiento_id_requerimiento')
        ),
        sa.PrimaryKeyConstraint('requerimiento_id', name=op.f('pk_access_key')),
    )


def downgrade() -> None:
    op.drop_table('access_key')
    op.drop_column('account', 'stated_document')
    op.drop_column('account', 'is_guest')

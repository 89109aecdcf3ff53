"""Receipts as they were issued. Those of earlier filings are signed when somebody asks for them."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'receipt',
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=19), nullable=False),
        sa.Column('payload', sa.LargeBinary(), nullable=False),
        sa.Column('key_id', sa.String(length=8), nullable=False),
        sa.Column('signature', sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_receipt_requerimiento_id_requerimiento')
        ),
        sa.PrimaryKeyConstraint('requerimiento_id', name=op.f('pk_receipt')),
        sa.UniqueConstraint('code', name=op.f('uq_receipt_code')),
    )


def downgrade() -> None:
    op.drop_table('receipt')

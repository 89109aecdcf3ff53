"""When the staff of an entity are reminded of what they owe."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'entity', sa.Column('reminder_points', sa.String(length=40), server_default='5, 2, 0', nullable=False)
    )


def downgrade() -> None:
    op.drop_column('entity', 'reminder_points')

"""Consent to electronic notification, for a case or for all."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'notification_consent',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=True),
        sa.Column('accepts', sa.Boolean(), nullable=False),
        sa.Column('decided_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_notification_consent_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['requerimiento_id'],
            ['requerimiento.id'],
            name=op.f('fk_notification_consent_requerimiento_id_requerimiento'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_consent')),
    )
    op.create_index(op.f('ix_notification_consent_account_id'), 'notification_consent', ['account_id'])


def downgrade() -> None:
    op.drop_table('notification_consent')

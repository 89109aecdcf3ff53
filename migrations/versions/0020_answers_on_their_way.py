"""Answers that wait for a second person or can still be undone, mentions, and who is on a case."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0020'
down_revision = '0015'
branch_labels = None
depends_on = None

STAGES = ('por_aprobar', 'saliendo', 'devuelta')


def upgrade() -> None:
    op.add_column('topic', sa.Column('needs_approval', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        'prepared_answer',
        sa.Column('message_id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('stage', sa.String(length=32), nullable=False),
        sa.Column('goes_at', UTCDateTime(), nullable=True),
        sa.Column('reviewer_id', sa.Integer(), nullable=True),
        sa.Column('remark', sa.String(length=500), nullable=False),
        sa.CheckConstraint(f'stage IN {STAGES}', name=op.f('ck_prepared_answer_prepared_answer_stage')),
        sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_prepared_answer_message_id_message')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_prepared_answer_requerimiento_id_requerimiento')),
        sa.ForeignKeyConstraint(['reviewer_id'], ['account.id'], name=op.f('fk_prepared_answer_reviewer_id_account')),
        sa.PrimaryKeyConstraint('message_id', name=op.f('pk_prepared_answer')),
        sa.UniqueConstraint('requerimiento_id', name=op.f('uq_prepared_answer_requerimiento_id')),
    )
    op.create_index('ix_prepared_stage', 'prepared_answer', ['stage', 'goes_at'])
    op.create_table(
        'mention',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('message_id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('seen_at', UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mention_account_id_account')),
        sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_mention_message_id_message')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_mention_requerimiento_id_requerimiento')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mention')),
        sa.UniqueConstraint('message_id', 'account_id', name=op.f('uq_mention_message_id_account_id')),
    )
    op.create_index('ix_mention_unseen', 'mention', ['account_id', 'seen_at'])
    op.create_table(
        'presence',
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('seen_at', UTCDateTime(), nullable=False),
        sa.Column('is_writing', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_presence_account_id_account')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_presence_requerimiento_id_requerimiento')),
        sa.PrimaryKeyConstraint('requerimiento_id', 'account_id', name=op.f('pk_presence')),
    )


def downgrade() -> None:
    op.drop_table('presence')
    op.drop_table('mention')
    op.drop_table('prepared_answer')
    op.drop_column('topic', 'needs_approval')

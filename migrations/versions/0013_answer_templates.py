"""Texts that the staff of an entity begin their answers from."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'answer_template',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('office_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('changed_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_answer_template_author_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_answer_template_entity_id_entity')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_answer_template_office_id_office')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_template')),
        sa.UniqueConstraint('entity_id', 'name', name=op.f('uq_answer_template_entity_id_name')),
    )


def downgrade() -> None:
    op.drop_table('answer_template')

"""Rules that give cases, absences with a substitute."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

KINDS = (
    'peticion', 'peticion_informacion', 'peticion_documentos', 'consulta', 'queja', 'reclamo', 'sugerencia',
    'denuncia', 'felicitacion', 'tramite',
)


def upgrade() -> None:
    op.create_table(
        'assignment_rule',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('topic_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(length=32), nullable=True),
        sa.Column('office_id', sa.Integer(), nullable=False),
        sa.Column('assignee_id', sa.Integer(), nullable=True),
        sa.Column('least_busy', sa.Boolean(), nullable=False),
        sa.CheckConstraint(f'kind IN {KINDS}', name=op.f('ck_assignment_rule_assignment_rule_kind')),
        sa.ForeignKeyConstraint(['assignee_id'], ['account.id'], name=op.f('fk_assignment_rule_assignee_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_assignment_rule_entity_id_entity')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_assignment_rule_office_id_office')),
        sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_assignment_rule_topic_id_topic')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_rule')),
    )
    op.create_index('ix_assignment_rule_order', 'assignment_rule', ['entity_id', 'position'])
    op.create_table(
        'absence',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('substitute_id', sa.Integer(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_absence_account_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_absence_entity_id_entity')),
        sa.ForeignKeyConstraint(['substitute_id'], ['account.id'], name=op.f('fk_absence_substitute_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    )
    op.create_index('ix_absence_entity', 'absence', ['entity_id', 'last'])
    op.create_index('ix_absence_account', 'absence', ['account_id', 'last'])
    op.create_index('ix_absence_substitute', 'absence', ['substitute_id', 'last'])


def downgrade() -> None:
    op.drop_table('absence')
    op.drop_table('assignment_rule')

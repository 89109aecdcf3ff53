"""What an entity decides of its offices, people and roles, with each change recorded."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

ROLES = ('funcionario', 'ventanilla', 'coordinador', 'administrador', 'observador')


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
        sa.Column('undoes_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_administration_change_author_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_administration_change_entity_id_entity')),
        sa.ForeignKeyConstraint(['undoes_id'], ['administration_change.id'], name=op.f('fk_administration_change_undoes_id_administration_change')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_administration_change')),
    )
    op.create_index('ix_administration_change_log', 'administration_change', ['entity_id', 'id'])
    op.create_index('ix_administration_change_subject', 'administration_change', ['entity_id', 'subject', 'subject_id'])


    op.create_table(
        'invitation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entity_id', sa.Integer(), nullable=False),
        sa.Column('invited_by_id', sa.Integer(), nullable=False),
        sa.Column('username', sa.String(length=40), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('first_names', sa.String(length=80), nullable=False),
        sa.Column('surnames', sa.String(length=80), nullable=False),
        sa.Column('role', sa.String(length=32), nullable=False),
        sa.Column('office_id', sa.Integer(), nullable=True),
        sa.Column('issue', sa.Integer(), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.Column('expires_at', UTCDateTime(), nullable=False),
        sa.Column('used_at', UTCDateTime(), nullable=True),
        sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.CheckConstraint(f'role IN {ROLES}', name=op.f('ck_invitation_invitation_role')),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_invitation_account_id_account')),
        sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_invitation_entity_id_entity')),
        sa.ForeignKeyConstraint(['invited_by_id'], ['account.id'], name=op.f('fk_invitation_invited_by_id_account')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_invitation_office_id_office')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    )
    op.create_index('ix_invitation_pending', 'invitation', ['entity_id', 'used_at', 'withdrawn_at'])
    # The hour by which a case was received stays its own when its entity chooses another.
    op.add_column('requerimiento', sa.Column('closes_at', sa.Time(), server_default='17:00:00', nullable=False))
    op.execute(
        'UPDATE requerimiento SET closes_at = (SELECT closes_at FROM entity WHERE entity.id = requerimiento.entity_id) '
        "WHERE entity_id IN (SELECT id FROM entity WHERE closes_at NOT IN ('17:00:00', '17:00:00.000000'))"
    )
    op.create_index('ix_login_session_last', 'login_session', ['account_id', 'created_at'])
    op.drop_index(op.f('ix_login_session_account_id'), 'login_session')


def downgrade() -> None:
    op.create_index(op.f('ix_login_session_account_id'), 'login_session', ['account_id'])
    op.drop_index('ix_login_session_last', 'login_session')
    op.drop_column('requerimiento', 'closes_at')
    op.drop_table('invitation')
    op.drop_table('administration_change')

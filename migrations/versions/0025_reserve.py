"""Sensitive cases: who may read them, and who did."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

GROUNDS = ('menor', 'denuncia', 'datos_sensibles', 'riesgo', 'otro')
ROLES = ('funcionario', 'ventanilla', 'coordinador', 'administrador', 'observador')


def upgrade() -> None:
    op.add_column('account', sa.Column('in_reserve_team', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        'ix_account_reserve_team',
        'account',
        ['office_id'],
        sqlite_where=sa.text('in_reserve_team = 1'),
        postgresql_where=sa.text('in_reserve_team'),
    )
    op.add_column('login_session', sa.Column('opened_cases', sa.JSON(), server_default='{}', nullable=False))
    op.add_column('topic', sa.Column('is_sensitive', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('requerimiento', sa.Column('is_sensitive', sa.Boolean(), server_default=sa.false(), nullable=False))
    # A table that others point to is not made again on SQLite: the check goes with its column.
    op.execute(
        'ALTER TABLE requerimiento ADD COLUMN sensitive_ground VARCHAR(32) '
        'CONSTRAINT ck_requerimiento_requerimiento_sensitive_ground '
        f'CHECK (sensitive_ground IN {GROUNDS})'
    )
    op.add_column('requerimiento', sa.Column('accused', sa.String(length=200), server_default='', nullable=False))
    op.create_table(
        'recusal',
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('happened_at', UTCDateTime(), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recusal_account_id_account')),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_recusal_author_id_account')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_recusal_requerimiento_id_requerimiento')),
        sa.PrimaryKeyConstraint('requerimiento_id', 'account_id', name=op.f('pk_recusal')),
    )
    op.create_index('ix_recusal_account', 'recusal', ['account_id', 'requerimiento_id'])
    op.create_table(
        'case_reading',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('role', sa.String(length=32), nullable=False),
        sa.Column('office_id', sa.Integer(), nullable=True),
        sa.Column('opened_at', UTCDateTime(), nullable=False),
        sa.Column('hour', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.CheckConstraint(f'role IN {ROLES}', name=op.f('ck_case_reading_case_reading_role')),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_case_reading_account_id_account')),
        sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_case_reading_office_id_office')),
        sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_case_reading_requerimiento_id_requerimiento')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_reading')),
    )
    op.create_index('ix_case_reading_log', 'case_reading', ['requerimiento_id', 'id'])
    op.create_index(
        'ix_case_reading_hour',
        'case_reading',
        ['requerimiento_id', 'account_id', 'hour'],
        unique=True,
        sqlite_where=sa.text("reason = ''"),
        postgresql_where=sa.text("reason = ''"),
    )
    _reserve_what_was_reported()


def downgrade() -> None:
    op.execute("UPDATE case_words SET words = replace(words, '0reservado', '0entidad') WHERE words LIKE '0reservado%'")
    op.drop_table('case_reading')
    op.drop_table('recusal')
    op.drop_column('requerimiento', 'accused')
    op.drop_column('requerimiento', 'sensitive_ground')
    op.drop_column('requerimiento', 'is_sensitive')
    op.drop_column('topic', 'is_sensitive')
    op.drop_column('login_session', 'opened_cases')
    op.drop_index('ix_account_reserve_team', 'account')
    op.drop_column('account', 'in_reserve_team')


def _reserve_what_was_reported() -> None:
    """What came in as a denuncia before is as sensitive as what comes in from now on."""
    op.execute("UPDATE requerimiento SET is_sensitive = true, sensitive_ground = 'denuncia' WHERE kind = 'denuncia'")
    op.execute(
        "UPDATE case_words SET words = replace(words, '0entidad', '0reservado') WHERE requerimiento_id IN "
        "(SELECT id FROM requerimiento WHERE is_sensitive = true)"
    )

"""Beginnings of words and words of the conversation in the search; what has to be told by other
means than mail; what was filed aloud."""

import sqlalchemy as sa
from alembic import op

from app.domain.searching import added
from app.models.types import UTCDateTime

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

BATCH = 2000
REASONS = ('sin_correo', 'sin_aceptar')


def upgrade() -> None:
    # A table that others point to is not made again on SQLite: the check goes with its column.
    op.execute(
        'ALTER TABLE requerimiento ADD COLUMN untold VARCHAR(32) '
        f'CONSTRAINT ck_requerimiento_requerimiento_untold CHECK (untold IN {REASONS})'
    )
    op.add_column('requerimiento', sa.Column('untold_at', UTCDateTime(), nullable=True))
    op.create_index(
        'ix_queue_untold',
        'requerimiento',
        ['entity_id', 'untold', 'due_on', 'id'],
        sqlite_where=sa.text('untold IS NOT NULL'),
        postgresql_where=sa.text('untold IS NOT NULL'),
    )
    op.create_index(op.f('ix_account_phone'), 'account', ['phone'])
    op.create_table(
        'spoken_filing',
        sa.Column('requerimiento_id', sa.Integer(), nullable=False),
        sa.Column('taken_by', sa.String(length=200), nullable=False),
        sa.Column('is_confirmed', sa.Boolean(), nullable=False),
        sa.Column('language', sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_spoken_filing_requerimiento_id_requerimiento')
        ),
        sa.PrimaryKeyConstraint('requerimiento_id', name=op.f('pk_spoken_filing')),
    )
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if is_sqlite:
        _drop_index()
    _add_what_was_said()
    if is_sqlite:
        _make_index("prefix='3 4 5 6 7 8 9 10'")


def downgrade() -> None:
    # The words of the conversation stay in the rows: they do no harm there.
    if op.get_bind().dialect.name == 'sqlite':
        _drop_index()
        _make_index()
    op.drop_table('spoken_filing')
    op.drop_index(op.f('ix_account_phone'), 'account')
    op.drop_index('ix_queue_untold', 'requerimiento')
    op.drop_column('requerimiento', 'untold_at')
    op.drop_column('requerimiento', 'untold')


def _add_what_was_said() -> None:
    """Let each case be found by the words of its conversation, some cases at a time."""
    bind, last = op.get_bind(), 0
    numbers = sa.text(
        'SELECT DISTINCT requerimiento_id FROM message WHERE requerimiento_id > :last '
        'ORDER BY requerimiento_id LIMIT :size'
    )
    said = sa.text(
        'SELECT w.requerimiento_id, w.words, m.body FROM message m '
        'JOIN case_words w ON w.requerimiento_id = m.requerimiento_id '
        'WHERE m.requerimiento_id > :last AND m.requerimiento_id <= :end ORDER BY m.id'
    )
    change = sa.text('UPDATE case_words SET words = :words WHERE requerimiento_id = :number')
    while found := bind.execute(numbers, {'last': last, 'size': BATCH}).scalars().all():
        words: dict[int, str] = {}
        for number, before, body in bind.execute(said, {'last': last, 'end': found[-1]}):
            words[number] = added(words.get(number, before), (body,))
        if words:
            bind.execute(change, [{'number': n, 'words': w} for n, w in words.items()])
        last = found[-1]


def _drop_index() -> None:
    for name in ('insert', 'delete', 'update'):
        op.execute(f'DROP TRIGGER case_words_{name}')
    op.execute('DROP TABLE case_index')


def _make_index(*options: str) -> None:
    """The index of SQLite, of all the rows there are, with what keeps it."""
    columns = ', '.join(
        ('words', "content='case_words'", "content_rowid='requerimiento_id'", "tokenize='ascii'", "detail='none'",
         *options)
    )
    op.execute(f'CREATE VIRTUAL TABLE case_index USING fts5({columns})')
    op.execute("INSERT INTO case_index(case_index) VALUES ('rebuild')")
    gone = "INSERT INTO case_index(case_index, rowid, words) VALUES ('delete', old.requerimiento_id, old.words);"
    there = 'INSERT INTO case_index(rowid, words) VALUES (new.requerimiento_id, new.words);'
    for name, when, what in (
        ('insert', 'INSERT', there),
        ('delete', 'DELETE', gone),
        ('update', 'UPDATE', gone + there),
    ):
        op.execute(f'CREATE TRIGGER case_words_{name} AFTER {when} ON case_words BEGIN {what} END')

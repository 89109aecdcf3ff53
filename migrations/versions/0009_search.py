"""The words by which cases are found, with the index of each database."""

import sqlalchemy as sa
from alembic import op

from app.domain.searching import indexed

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BATCH = 2000


def upgrade() -> None:
    op.create_table(
        'case_words',
        sa.Column('requerimiento_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_case_words_requerimiento_id_requerimiento')
        ),
        sa.PrimaryKeyConstraint('requerimiento_id', name=op.f('pk_case_words')),
    )
    _fill()
    if op.get_bind().dialect.name == 'postgresql':
        # The words are stems already, parted by spaces: no parser of the database touches them.
        op.execute(
            'ALTER TABLE case_words ADD COLUMN tokens tsvector GENERATED ALWAYS AS '
            "(array_to_tsvector(string_to_array(words, ' '))) STORED"
        )
        op.execute('CREATE INDEX ix_case_words_tokens ON case_words USING gin (tokens)')
        return
    op.execute(
        "CREATE VIRTUAL TABLE case_index USING fts5(words, content='case_words', "
        "content_rowid='requerimiento_id', tokenize='ascii', detail='none')"
    )
    op.execute("INSERT INTO case_index(case_index) VALUES ('rebuild')")
    gone = "INSERT INTO case_index(case_index, rowid, words) VALUES ('delete', old.requerimiento_id, old.words);"
    there = 'INSERT INTO case_index(rowid, words) VALUES (new.requerimiento_id, new.words);'
    for name, when, what in (
        ('insert', 'INSERT', there),
        ('delete', 'DELETE', gone),
        ('update', 'UPDATE', gone + there),
    ):
        op.execute(f'CREATE TRIGGER case_words_{name} AFTER {when} ON case_words BEGIN {what} END')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE case_index')
    op.drop_table('case_words')


def _fill() -> None:
    """Index the cases that are there, some at a time."""
    bind, last = op.get_bind(), 0
    query = sa.text(
        'SELECT r.id, r.entity_id, r.body, a.first_names, a.surnames, a.legal_name '
        'FROM requerimiento r JOIN account a ON a.id = r.citizen_id '
        'WHERE r.id > :last ORDER BY r.id LIMIT :size'
    )
    add = sa.text('INSERT INTO case_words (requerimiento_id, words) VALUES (:number, :words)')
    while rows := bind.execute(query, {'last': last, 'size': BATCH}).all():
        bind.execute(
            add,
            [
                {'number': number, 'words': f'0entidad{entity} {indexed(texts)}'}
                for number, entity, *texts in rows
            ],
        )
        last = rows[-1][0]

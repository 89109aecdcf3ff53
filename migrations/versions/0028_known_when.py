"""Since when a suspension is known, and since when its lifting.

Of those that were there already it is read from the history of the cases that they moved.
"""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

ORDERED = 'La entidad suspendió los términos: '
LIFTED = 'La entidad levantó la suspensión de términos: '


def upgrade() -> None:
    op.add_column('suspension', sa.Column('ordered_at', UTCDateTime(), nullable=True))
    op.add_column('suspension', sa.Column('lifted_at', UTCDateTime(), nullable=True))
    bind = op.get_bind()
    rows = bind.execute(sa.text('SELECT id, entity_id, reason, act, lifting_act FROM suspension')).all()
    for number, entity_id, reason, act, lifting_act in rows:
        words = f'{reason} ({act})' if act else reason
        for column, said in (('ordered_at', ORDERED + words), ('lifted_at', LIFTED + lifting_act)):
            if said != LIFTED:
                bind.execute(_FROM_HISTORY[column], {'id': number, 'entity': entity_id, 'said': f'{said}. Antes'})


def downgrade() -> None:
    op.drop_column('suspension', 'lifted_at')
    op.drop_column('suspension', 'ordered_at')


# Column by column, since a name is no value.
_FROM_HISTORY = {
    column: sa.text(
        f"""UPDATE suspension SET {column} = (
            SELECT MIN(event.happened_at) FROM event
            JOIN requerimiento ON requerimiento.id = event.requerimiento_id
            WHERE event.action = 'mover_plazo' AND requerimiento.entity_id = :entity
            AND substr(event.note, 1, length(:said)) = :said
        ) WHERE id = :id"""
    )
    for column in ('ordered_at', 'lifted_at')
}

"""What else the register proves: what citizens opened, how they accept to be told, until when an
answer is due, and where the register itself ends. What happened before is chained now."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op
from flask import current_app

from app.domain import receipt as receipts
from app.domain import register
from app.domain.calendar import Calendar, Closure, YearUnknown
from app.domain.course import follow
from app.domain.deadline import OfficeHours, Reading
from app.domain.requerimiento import Kind
from app.domain.terms import Requester, TermUnknown, term_for
from app.models.types import UTCDateTime

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

BEFORE = (
    'radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular',
    'requerir', 'pedir_plazo', 'completar', 'pedir_aclaracion', 'aclarar', 'prorrogar', 'trasladar',
    'desistir', 'decretar_desistimiento', 'archivar', 'rechazar', 'priorizar', 'mover_plazo',
    'devolver_correo', 'notificar', 'pasar', 'soltar', 'pedir_aprobacion', 'aprobar', 'devolver_respuesta',
    'deshacer_envio', 'vincular', 'desvincular', 'reservar', 'levantar_reserva', 'apartar',
)
NEW = ('abrir', 'aceptar_notificacion', 'revocar_notificacion', 'suprimir_datos')
BATCH = 1000


def upgrade() -> None:
    op.execute('ALTER TABLE event ADD COLUMN due_on DATE')
    _admit((*BEFORE, *NEW))
    op.create_index(
        op.f('ix_notification_consent_requerimiento_id'), 'notification_consent', ['requerimiento_id']
    )
    with op.batch_alter_table('register_entry') as batch_op:
        batch_op.alter_column('event_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('consent_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_register_entry_consent_id'), ['consent_id'])
    # What a way back had put aside.
    op.execute('UPDATE register_entry SET consent_id = -event_id, event_id = NULL WHERE event_id < 0')
    for table in ('register_head', 'published_head'):
        op.execute(f"ALTER TABLE {table} ADD COLUMN tag VARCHAR(64) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE register_head ADD COLUMN published_tag VARCHAR(64) DEFAULT '' NOT NULL")
    _issue_receipts()
    for (entity_id,) in op.get_bind().execute(sa.text('SELECT id FROM entity ORDER BY id')).all():
        _chain(entity_id, [_with_event(line) for line in _told_of_cases(entity_id)])
    _chain_decisions()
    _seal()


def downgrade() -> None:
    for table, columns in (('published_head', ('tag',)), ('register_head', ('tag', 'published_tag'))):
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
    op.execute('UPDATE register_entry SET event_id = -consent_id WHERE event_id IS NULL')
    with op.batch_alter_table('register_entry') as batch_op:
        batch_op.drop_constraint(op.f('uq_register_entry_consent_id'), type_='unique')
        batch_op.drop_column('consent_id')
        batch_op.alter_column('event_id', existing_type=sa.Integer(), nullable=False)
    op.drop_index(op.f('ix_notification_consent_requerimiento_id'), table_name='notification_consent')
    # What the register chained stays; what it cannot name any more is told as a note.
    op.execute(f"UPDATE event SET action = 'anotar' WHERE action IN {NEW}")
    _admit(BEFORE)
    with op.batch_alter_table('event') as batch_op:
        batch_op.drop_column('due_on')


def _admit(actions: tuple[str, ...]) -> None:
    """Let the history hold those actions and no others."""
    with op.batch_alter_table('event') as batch_op:
        batch_op.drop_constraint(op.f('ck_event_event_action'), type_='check')
        batch_op.create_check_constraint(op.f('ck_event_event_action'), sa.text(f'action IN {actions}'))


# Receipts

WITHOUT_RECEIPT = sa.text(
    'SELECT requerimiento.*, entity.prefix, entity.saturday_counts FROM requerimiento '
    'JOIN entity ON entity.id = requerimiento.entity_id '
    'LEFT JOIN receipt ON receipt.requerimiento_id = requerimiento.id '
    'WHERE receipt.requerimiento_id IS NULL AND requerimiento.id > :last ORDER BY requerimiento.id LIMIT :batch'
).columns(
    id=sa.Integer(), received_at=UTCDateTime(), received_on=sa.Date(), closes_at=sa.Time(), saturday_counts=sa.Boolean()
)
ANNEXES = sa.text(
    'SELECT name, size, sha256 FROM attachment WHERE requerimiento_id = :case AND message_id IS NULL ORDER BY id'
)
RECEIPT = sa.text(
    'INSERT INTO receipt (requerimiento_id, code, payload, key_id, signature) '
    'VALUES (:case, :code, :payload, :key, :signature)'
)


def _issue_receipts() -> None:
    """Sign the receipts that nobody had asked for, of what was filed before there were any: from
    now on one that is missing was taken away."""
    connection, last = op.get_bind(), 0
    calendars: dict[int, tuple[Closure, ...]] = {}
    while rows := connection.execute(WITHOUT_RECEIPT, {'last': last, 'batch': BATCH}).all():
        for row in rows:
            if row.entity_id not in calendars:
                calendars[row.entity_id] = tuple(_closures(row.entity_id))
            calendar = Calendar(calendars[row.entity_id], row.saturday_counts)
            try:
                due_on = _due_on(row, OfficeHours(calendar, Reading(row.reading), row.closes_at))
            except (TermUnknown, YearUnknown):
                continue  # `verify` says that it has none
            annexes = connection.execute(ANNEXES, {'case': row.id}).all()
            connection.execute(RECEIPT, {'case': row.id} | _signed(row, annexes, due_on))
        last = rows[-1].id


def _due_on(row: sa.Row, hours: OfficeHours) -> date:
    term = term_for(Kind(row.kind), row.received_at.date(), Requester(row.requester))
    due_on = follow(row.received_at, term, hours).due_on
    assert due_on is not None  # nothing has stopped the clock
    return due_on


def _signed(row: sa.Row, annexes: list[sa.Row], due_on: date) -> dict[str, object]:
    payload = receipts.payload(
        receipts.Receipt(
            entity=row.prefix,
            radicado=row.radicado,
            received_at=row.received_at,
            received_on=row.received_on,
            kind=row.kind,
            channel=row.channel,
            body_sha256=receipts.sha256(row.body.encode()).hexdigest(),
            annexes=tuple(receipts.Annex(*annex) for annex in annexes),
            term_days=row.term_days,
            term_source=row.term_source,
            reading=row.reading,
            due_on=due_on,
        )
    )
    signature = current_app.extensions['receipt_keys'].sign(payload)
    return {
        'code': receipts.code_of(payload), 'payload': payload,
        'key': signature.key_id, 'signature': signature.value,
    }


def _closures(entity_id: int) -> Iterator[Closure]:
    query = sa.text('SELECT first, last, reason, act, lifted_on FROM suspension WHERE entity_id = :entity ORDER BY first')
    typed = query.columns(first=sa.Date(), last=sa.Date(), lifted_on=sa.Date())
    for row in op.get_bind().execute(typed, {'entity': entity_id}):
        last = min(row.last, row.lifted_on - timedelta(days=1)) if row.lifted_on else row.last
        if last >= row.first:
            yield Closure(row.first, last, row.reason, row.act)


# What happened before and was not chained

TOLD_OF_CASES = sa.text(
    "SELECT 'abrir' AS action, message.opened_at AS at, requerimiento.citizen_id AS author, requerimiento.id AS case_id, "
    'requerimiento.status, requerimiento.radicado, message.id AS message, message.radicado AS letter '
    'FROM message JOIN requerimiento ON requerimiento.id = message.requerimiento_id '
    'WHERE message.opened_at IS NOT NULL AND requerimiento.entity_id = :entity '
    "UNION ALL SELECT CASE WHEN accepts THEN 'aceptar_notificacion' ELSE 'revocar_notificacion' END, "
    'decided_at, account_id, requerimiento.id, requerimiento.status, requerimiento.radicado, NULL, NULL '
    'FROM notification_consent JOIN requerimiento ON requerimiento.id = notification_consent.requerimiento_id '
    'WHERE requerimiento.entity_id = :entity ORDER BY 2, 4, 7'
).columns(
    action=sa.String(), at=UTCDateTime(), author=sa.Integer(), case_id=sa.Integer(), status=sa.String(),
    radicado=sa.String(), message=sa.Integer(), letter=sa.String(),
)
EVENT = sa.text(
    'INSERT INTO event (requerimiento_id, action, status, author_id, happened_at, note, message_id) '
    "VALUES (:case_id, :action, :status, :author, :at, '', :message) RETURNING id"
).bindparams(sa.bindparam('at', type_=UTCDateTime()))
ENTRY = sa.text(
    'INSERT INTO register_entry (entity_id, sequence, event_id, consent_id, salt, digests, link) '
    "VALUES (:entity, :sequence, :event, :consent, :salt, '{}', :link)"
)


def _told_of_cases(entity_id: int) -> list[dict[str, object]]:
    rows = op.get_bind().execute(TOLD_OF_CASES, {'entity': entity_id})
    return [dict(row._mapping) for row in rows]


def _with_event(line: dict[str, object]) -> dict[str, object]:
    """The line once it stands in the history."""
    given = {name: line[name] for name in ('case_id', 'action', 'status', 'author', 'at', 'message')}
    return line | {'event': op.get_bind().execute(EVENT, given).scalar_one(), 'consent': None}


def _chain_decisions() -> None:
    """What people decided for all their cases, in the register of the installation's own entity."""
    connection = op.get_bind()
    query = sa.text(
        "SELECT CASE WHEN accepts THEN 'aceptar_notificacion' ELSE 'revocar_notificacion' END AS action, "
        'decided_at AS at, account_id AS author, notification_consent.id AS consent FROM notification_consent '
        'LEFT JOIN register_entry ON register_entry.consent_id = notification_consent.id '
        'WHERE requerimiento_id IS NULL AND register_entry.consent_id IS NULL ORDER BY notification_consent.id'
    ).columns(at=UTCDateTime())
    home = connection.execute(sa.text('SELECT id FROM entity ORDER BY is_default DESC, id LIMIT 1')).scalar()
    nothing = {'event': None, 'status': '', 'radicado': '', 'message': None, 'letter': None}
    decisions = [nothing | dict(row._mapping) for row in connection.execute(query)]
    if home is not None:
        _chain(home, decisions)


def _chain(entity_id: int, lines: list[dict[str, object]]) -> None:
    connection, key = op.get_bind(), current_app.extensions['register_key']
    end = connection.execute(
        sa.text('SELECT sequence, link FROM register_head WHERE entity_id = :entity'), {'entity': entity_id}
    ).one_or_none()
    last = register.Head(*end) if end else register.EMPTY
    if not lines:
        return
    for line in lines:
        facts = {name: line[name] for name in ('author', 'letter', 'message')}
        entry = register.Entry(
            sequence=last.sequence + 1,
            radicado=line['radicado'],
            action=line['action'],
            status=line['status'],
            happened_at=line['at'],
            facts={name: str(value) for name, value in facts.items() if value is not None},
        )
        last = register.Head(entry.sequence, register.link(last.link, entry, key))
        connection.execute(
            ENTRY,
            {'entity': entity_id, 'sequence': last.sequence, 'event': line['event'], 'consent': line['consent'],
             'salt': secrets.token_bytes(register.SHORTEST_SALT), 'link': last.link},
        )
    connection.execute(
        sa.text(
            'UPDATE register_head SET sequence = :sequence, link = :link WHERE entity_id = :entity' if end else
            'INSERT INTO register_head (entity_id, sequence, link) VALUES (:entity, :sequence, :link)'
        ),
        {'entity': entity_id, 'sequence': last.sequence, 'link': last.link},
    )


def _seal() -> None:
    """Seal every head that there is: those of the days one after the other, and then that of now."""
    connection, key, last = op.get_bind(), current_app.extensions['register_key'], {}
    days = sa.text(
        'SELECT entity_id, day, sequence, link FROM published_head ORDER BY entity_id, day'
    ).columns(day=sa.Date())
    for entity_id, day, sequence, link in connection.execute(days).all():
        place = ' '.join(filter(None, (f'{entity_id}', f'{day}', last.get(entity_id))))
        last[entity_id] = register.seal(register.Head(sequence, link), place, key)
        connection.execute(
            sa.text('UPDATE published_head SET tag = :tag WHERE entity_id = :entity AND day = :day').bindparams(
                sa.bindparam('day', type_=sa.Date())
            ),
            {'tag': last[entity_id], 'entity': entity_id, 'day': day},
        )
    for entity_id, sequence, link in connection.execute(
        sa.text('SELECT entity_id, sequence, link FROM register_head')
    ).all():
        published = last.get(entity_id, '')
        tag = register.seal(register.Head(sequence, link), f'{entity_id} {published}'.strip(), key)
        connection.execute(
            sa.text('UPDATE register_head SET tag = :tag, published_tag = :published WHERE entity_id = :entity'),
            {'tag': tag, 'published': published, 'entity': entity_id},
        )

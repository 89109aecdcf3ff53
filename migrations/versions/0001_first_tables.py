"""The first tables."""

import sqlalchemy as sa
from alembic import op

from app.models.types import UTCDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('happened_at', UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_key_happened_at', ['key', 'happened_at'], unique=False)

    op.create_table('entity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('short_name', sa.String(length=60), nullable=False),
    sa.Column('prefix', sa.String(length=6), nullable=False),
    sa.Column('municipality', sa.String(length=5), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('portal_url', sa.String(length=300), nullable=False),
    sa.Column('men_url', sa.String(length=300), nullable=False),
    sa.Column('helpdesk_address', sa.String(length=200), nullable=False),
    sa.Column('helpdesk_phone', sa.String(length=60), nullable=False),
    sa.Column('helpdesk_email', sa.String(length=254), nullable=False),
    sa.Column('helpdesk_hours', sa.String(length=120), nullable=False),
    sa.Column('reading', sa.Integer(), nullable=True),
    sa.Column('closes_at', sa.Time(), nullable=False),
    sa.Column('saturday_counts', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entity')),
    sa.UniqueConstraint('prefix', name=op.f('uq_entity_prefix'))
    )
    op.create_table('data_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('published_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_data_notice_entity_id_entity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_notice')),
    sa.UniqueConstraint('entity_id', 'version', name=op.f('uq_data_notice_entity_id_version'))
    )
    op.create_table('office',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_office_entity_id_entity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office')),
    sa.UniqueConstraint('entity_id', 'name', name=op.f('uq_office_entity_id_name'))
    )
    op.create_table('radicado_counter',
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('direction', sa.Enum('ER', 'EE', name='counter_direction', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_radicado_counter_entity_id_entity')),
    sa.PrimaryKeyConstraint('entity_id', 'year', 'direction', name=op.f('pk_radicado_counter'))
    )
    op.create_table('suspension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_suspension_entity_id_entity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension')),
    sa.UniqueConstraint('entity_id', 'day', name=op.f('uq_suspension_entity_id_day'))
    )
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.String(length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('password_changed_at', UTCDateTime(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('role', sa.Enum('funcionario', 'ventanilla', 'coordinador', 'administrador', 'observador', name='account_role', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('entity_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('person_kind', sa.Enum('natural', 'juridica', name='account_person_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('document_type', sa.Enum('CC', 'TI', 'RC', 'CE', 'PA', 'PPT', 'PEP', 'NIT', name='account_document_type', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('document_number', sa.String(length=20), nullable=True),
    sa.Column('document_verified_at', UTCDateTime(), nullable=True),
    sa.Column('document_verified_by_id', sa.Integer(), nullable=True),
    sa.Column('first_names', sa.String(length=80), nullable=False),
    sa.Column('surnames', sa.String(length=80), nullable=False),
    sa.Column('legal_name', sa.String(length=160), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('municipality', sa.String(length=5), nullable=False),
    sa.Column('notify_by_email', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['document_verified_by_id'], ['account.id'], name=op.f('fk_account_document_verified_by_id_account')),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_account_entity_id_entity')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_account_office_id_office')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('document_type', 'document_number', name=op.f('uq_account_document_type_document_number')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_document_number'), ['document_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_entity_id'), ['entity_id'], unique=False)

    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('peticion', 'peticion_informacion', 'peticion_documentos', 'consulta', 'queja', 'reclamo', 'sugerencia', 'denuncia', 'felicitacion', 'tramite', name='topic_kind', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_topic_entity_id_entity')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_topic_office_id_office')),
    sa.ForeignKeyConstraint(['parent_id'], ['topic.id'], name=op.f('fk_topic_parent_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('entity_id', 'parent_id', 'name', name=op.f('uq_topic_entity_id_parent_id_name'))
    )
    op.create_table('account_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('happened_at', UTCDateTime(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('old', sa.String(length=300), nullable=False),
    sa.Column('new', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_change_account_id_account')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_account_change_author_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_change'))
    )
    with op.batch_alter_table('account_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_change_account_id'), ['account_id'], unique=False)

    op.create_table('claim',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('codigo', 'documento', name='claim_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('code_hash', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('reached_at', UTCDateTime(), nullable=True),
    sa.Column('handed_over_at', UTCDateTime(), nullable=True),
    sa.Column('used_at', UTCDateTime(), nullable=True),
    sa.Column('revoked_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_account_id_account')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['account.id'], name=op.f('fk_claim_issued_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_account_id'), ['account_id'], unique=False)

    op.create_table('data_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('accepted_at', UTCDateTime(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_data_consent_account_id_account')),
    sa.ForeignKeyConstraint(['notice_id'], ['data_notice.id'], name=op.f('fk_data_consent_notice_id_data_notice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_consent'))
    )
    with op.batch_alter_table('data_consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_consent_account_id'), ['account_id'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=60), nullable=False),
    sa.Column('fields', sa.String(), nullable=False),
    sa.Column('saved_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('account_id', 'form', name=op.f('uq_draft_account_id_form'))
    )
    op.create_table('radicado',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('direction', sa.Enum('ER', 'EE', name='radicado_direction', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('taken_at', UTCDateTime(), nullable=False),
    sa.Column('annulled_at', UTCDateTime(), nullable=True),
    sa.Column('annulled_by_id', sa.Integer(), nullable=True),
    sa.Column('annulment_reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['annulled_by_id'], ['account.id'], name=op.f('fk_radicado_annulled_by_id_account')),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_radicado_entity_id_entity')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_radicado')),
    sa.UniqueConstraint('entity_id', 'year', 'direction', 'number', name=op.f('uq_radicado_entity_id_year_direction_number'))
    )
    op.create_table('recovery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('used_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery'))
    )
    with op.batch_alter_table('recovery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_account_id'), ['account_id'], unique=False)

    op.create_table('remember_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('selector', sa.String(length=24), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('rotated_at', UTCDateTime(), nullable=False),
    sa.Column('expires_at', UTCDateTime(), nullable=False),
    sa.Column('revoked_at', UTCDateTime(), nullable=True),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_remember_token_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remember_token')),
    sa.UniqueConstraint('selector', name=op.f('uq_remember_token_selector'))
    )
    with op.batch_alter_table('remember_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remember_token_account_id'), ['account_id'], unique=False)

    op.create_table('login_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('seen_at', UTCDateTime(), nullable=False),
    sa.Column('password_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.Column('device', sa.String(length=120), nullable=False),
    sa.Column('remember_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_login_session_account_id_account')),
    sa.ForeignKeyConstraint(['remember_id'], ['remember_token.id'], name=op.f('fk_login_session_remember_id_remember_token')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_login_session_token_hash'))
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_session_account_id'), ['account_id'], unique=False)

    op.create_table('requerimiento',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=False),
    sa.Column('radicado', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.Enum('peticion', 'peticion_informacion', 'peticion_documentos', 'consulta', 'queja', 'reclamo', 'sugerencia', 'denuncia', 'felicitacion', 'tramite', name='requerimiento_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status', sa.Enum('radicado', 'asignado', 'en_tramite', 'en_espera', 'respondido', 'cerrado', 'trasladado', 'desistido', 'rechazado', 'anulado', name='requerimiento_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('channel', sa.Enum('web', 'presencial', 'telefono', 'carta', name='requerimiento_channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('citizen_id', sa.Integer(), nullable=False),
    sa.Column('clerk_id', sa.Integer(), nullable=True),
    sa.Column('excerpt', sa.String(length=130), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('received_at', UTCDateTime(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('term_days', sa.Integer(), nullable=False),
    sa.Column('term_source', sa.String(length=120), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answered_at', UTCDateTime(), nullable=True),
    sa.Column('closed_at', UTCDateTime(), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignee_id'], ['account.id'], name=op.f('fk_requerimiento_assignee_id_account')),
    sa.ForeignKeyConstraint(['citizen_id'], ['account.id'], name=op.f('fk_requerimiento_citizen_id_account')),
    sa.ForeignKeyConstraint(['clerk_id'], ['account.id'], name=op.f('fk_requerimiento_clerk_id_account')),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_requerimiento_entity_id_entity')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_requerimiento_office_id_office')),
    sa.ForeignKeyConstraint(['radicado'], ['radicado.code'], name=op.f('fk_requerimiento_radicado_radicado')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_requerimiento_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requerimiento')),
    sa.UniqueConstraint('citizen_id', 'submission', name=op.f('uq_requerimiento_citizen_id_submission')),
    sa.UniqueConstraint('radicado', name=op.f('uq_requerimiento_radicado'))
    )
    with op.batch_alter_table('requerimiento', schema=None) as batch_op:
        batch_op.create_index('ix_citizen_list', ['citizen_id', 'id'], unique=False)
        batch_op.create_index('ix_counter_form', ['clerk_id', 'submission'], unique=False)
        batch_op.create_index('ix_queue', ['entity_id', 'is_open', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_queue_all', ['entity_id', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_queue_assignee', ['entity_id', 'is_open', 'assignee_id', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_queue_kind', ['entity_id', 'is_open', 'kind', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_queue_office', ['entity_id', 'is_open', 'office_id', 'due_on', 'id'], unique=False)
        batch_op.create_index('ix_queue_status', ['entity_id', 'status', 'due_on', 'id'], unique=False)

    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('requerimiento_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.Enum('radicar', 'asignar', 'tramitar', 'escribir', 'anotar', 'aportar', 'responder', 'cerrar', 'anular', name='event_action', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status', sa.Enum('radicado', 'asignado', 'en_tramite', 'en_espera', 'respondido', 'cerrado', 'trasladado', 'desistido', 'rechazado', 'anulado', name='event_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('happened_at', UTCDateTime(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_event_author_id_account')),
    sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_event_requerimiento_id_requerimiento')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_requerimiento_id'), ['requerimiento_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('requerimiento_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('aporte', 'mensaje', 'respuesta', 'nota', name='message_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('radicado', sa.String(length=20), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', UTCDateTime(), nullable=False),
    sa.Column('opened_at', UTCDateTime(), nullable=True),
    sa.Column('submission', sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_message_author_id_account')),
    sa.ForeignKeyConstraint(['radicado'], ['radicado.code'], name=op.f('fk_message_radicado_radicado')),
    sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_message_requerimiento_id_requerimiento')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('radicado', name=op.f('uq_message_radicado')),
    sa.UniqueConstraint('requerimiento_id', 'submission', name=op.f('uq_message_requerimiento_id_submission'))
    )
    op.create_table('outbox_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entity_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('requerimiento_id', sa.Integer(), nullable=True),
    sa.Column('letter', sa.String(length=40), nullable=False),
    sa.Column('context', sa.JSON(), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('dedupe', sa.String(length=120), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Enum('pendiente', 'enviando', 'enviado', 'fallido', name='outbox_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', UTCDateTime(), nullable=False),
    sa.Column('waiting_since', UTCDateTime(), nullable=False),
    sa.Column('next_try_at', UTCDateTime(), nullable=False),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('lease_until', UTCDateTime(), nullable=True),
    sa.Column('handed_over_at', UTCDateTime(), nullable=True),
    sa.Column('sent_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_outbox_message_account_id_account')),
    sa.ForeignKeyConstraint(['entity_id'], ['entity.id'], name=op.f('fk_outbox_message_entity_id_entity')),
    sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_outbox_message_requerimiento_id_requerimiento')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('dedupe', name=op.f('uq_outbox_message_dedupe')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_message_message_id'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due', ['status', 'next_try_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_requerimiento_id'), ['requerimiento_id'], unique=False)

    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('requerimiento_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('stored_as', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_attachment_message_id_message')),
    sa.ForeignKeyConstraint(['requerimiento_id'], ['requerimiento.id'], name=op.f('fk_attachment_requerimiento_id_requerimiento')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attachment_public_id')),
    sa.UniqueConstraint('stored_as', name=op.f('uq_attachment_stored_as'))
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_requerimiento_id'), ['requerimiento_id'], unique=False)

    op.create_table('outbox_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('happened_at', UTCDateTime(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['outbox_message.id'], name=op.f('fk_outbox_attempt_message_id_outbox_message')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_attempt'))
    )
    with op.batch_alter_table('outbox_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_attempt_message_id'), ['message_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('outbox_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_attempt_message_id'))

    op.drop_table('outbox_attempt')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_requerimiento_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_message_id'))

    op.drop_table('attachment')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_message_requerimiento_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_account_id'))
        batch_op.drop_index('ix_outbox_due')

    op.drop_table('outbox_message')
    op.drop_table('message')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_requerimiento_id'))

    op.drop_table('event')
    with op.batch_alter_table('requerimiento', schema=None) as batch_op:
        batch_op.drop_index('ix_queue_status')
        batch_op.drop_index('ix_queue_office')
        batch_op.drop_index('ix_queue_kind')
        batch_op.drop_index('ix_queue_assignee')
        batch_op.drop_index('ix_queue_all')
        batch_op.drop_index('ix_queue')
        batch_op.drop_index('ix_counter_form')
        batch_op.drop_index('ix_citizen_list')

    op.drop_table('requerimiento')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_session_account_id'))

    op.drop_table('login_session')
    with op.batch_alter_table('remember_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_remember_token_account_id'))

    op.drop_table('remember_token')
    with op.batch_alter_table('recovery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_account_id'))

    op.drop_table('recovery')
    op.drop_table('radicado')
    op.drop_table('draft')
    with op.batch_alter_table('data_consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_consent_account_id'))

    op.drop_table('data_consent')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_account_id'))

    op.drop_table('claim')
    with op.batch_alter_table('account_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_change_account_id'))

    op.drop_table('account_change')
    op.drop_table('topic')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_entity_id'))
        batch_op.drop_index(batch_op.f('ix_account_email'))
        batch_op.drop_index(batch_op.f('ix_account_document_number'))

    op.drop_table('account')
    op.drop_table('suspension')
    op.drop_table('radicado_counter')
    op.drop_table('office')
    op.drop_table('data_notice')
    op.drop_table('entity')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_key_happened_at')

    op.drop_table('attempt')

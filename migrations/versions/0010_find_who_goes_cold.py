"""Find who goes cold: an index over the contacts that have a cadence"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0004'

WITH_A_CADENCE = sa.text('deleted_at IS NULL AND keep_in_touch_days IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_contacts_cadence', 'contacts', ['site_id', 'keep_in_touch_days', 'stored_last_interaction_at'], unique=False, sqlite_where=WITH_A_CADENCE, postgresql_where=WITH_A_CADENCE)


def downgrade() -> None:
    op.drop_index('ix_contacts_cadence', table_name='contacts')

"""Meetings to which nobody came; reminders of follow-ups"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'

ALIVE = sa.text("deleted_at IS NULL AND status = 'open' AND reminds")


def upgrade() -> None:
    op.add_column('meetings', sa.Column('no_show', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('follow_ups', sa.Column('reminds', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('follow_ups', sa.Column('remind_on', sa.Date(), nullable=True))
    op.add_column('follow_ups', sa.Column('reminded_on', sa.Date(), nullable=True))
    op.create_index('ix_follow_ups_remind', 'follow_ups', [sa.text('coalesce(remind_on, due_on)'), 'id'], unique=False, sqlite_where=ALIVE, postgresql_where=ALIVE)


def downgrade() -> None:
    op.drop_index('ix_follow_ups_remind', table_name='follow_ups')
    for column in ('reminded_on', 'remind_on', 'reminds'):
        op.drop_column('follow_ups', column)
    op.drop_column('meetings', 'no_show')

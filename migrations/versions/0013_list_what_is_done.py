"""An index of the follow-ups that are done, by when"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    done = sa.text("deleted_at IS NULL AND completed_at IS NOT NULL")
    columns = ["site_id", "completed_at", "id"]
    op.create_index("ix_follow_ups_done", "follow_ups", columns, sqlite_where=done, postgresql_where=done)


def downgrade() -> None:
    op.drop_index("ix_follow_ups_done", table_name="follow_ups")

"""Changes of accounts belong to no site; how somebody's browser writes days and numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("changes") as changes:
        changes.alter_column("site_id", existing_type=sa.Integer(), nullable=True)
    op.add_column("users", sa.Column("locale", sa.String(35), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "locale")
    op.execute("DELETE FROM changes WHERE site_id IS NULL")
    with op.batch_alter_table("changes") as changes:
        changes.alter_column("site_id", existing_type=sa.Integer(), nullable=False)

"""Let people put saved views in an order"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("saved_views", sa.Column("place", sa.Double(), nullable=False, server_default="0"))
    op.execute("UPDATE saved_views SET place = id")


def downgrade() -> None:
    op.drop_column("saved_views", "place")

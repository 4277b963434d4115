"""Keep answers, so that a request that is sent again is not done again (Idempotency-Key)"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('kept_answers',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('headers', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_kept_answers_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_kept_answers'))
    )
    op.create_index(op.f('ix_kept_answers_kept_at'), 'kept_answers', ['kept_at'], unique=False)
    op.create_index(op.f('ix_kept_answers_user_id'), 'kept_answers', ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('kept_answers')

"""Save views: lists of interactions that somebody has given a name"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_saved_views_site_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_saved_views_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    sa.UniqueConstraint('uid', name=op.f('uq_saved_views_uid'))
    )
    alive, gone = sa.text('deleted_at IS NULL'), sa.text('deleted_at IS NOT NULL')
    op.create_index('ix_saved_views_site', 'saved_views', ['site_id', 'user_id', 'id'], unique=False, sqlite_where=alive, postgresql_where=alive)
    op.create_index('ix_saved_views_deleted_at', 'saved_views', ['deleted_at'], unique=False, sqlite_where=gone, postgresql_where=gone)


def downgrade() -> None:
    op.drop_table('saved_views')

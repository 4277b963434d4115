"""Index the texts of interactions

Their folded texts become lines, a second column takes those that only filters look at, and the first is indexed by its
trigrams: on SQLite by FTS5, on PostgreSQL by pg_trgm, if the extension is to be had. Without it a search is as right, and
looks at every row.
"""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

BATCH = 1_000
ALIVE = sa.text('deleted_at IS NULL')

interactions = sa.table('interactions', *map(sa.column, (
    'id', 'title', 'lead', 'location', 'description', 'notes', 'topics_discussed', 'medium', 'follow_up_notes',
    'search_text', 'other_text',
)))


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == 'postgresql'
    op.add_column('interactions', sa.Column('other_text', sa.Text(), nullable=False, server_default='\n'))
    fold_all()
    if on_postgresql:
        op.alter_column('interactions', 'other_text', server_default=None)
        index_postgresql()
    else:
        index_sqlite()
    op.create_index('ix_interactions_ended', 'interactions', ['site_id', sa.text('coalesce(end_datetime, start_datetime)'), 'id'], unique=False, sqlite_where=ALIVE, postgresql_where=ALIVE)


def downgrade() -> None:
    op.drop_index('ix_interactions_ended', table_name='interactions')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP INDEX IF EXISTS ix_interactions_text')
    else:
        for event in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER interactions_text_{event}')
        op.execute('DROP TABLE interactions_text')
    op.drop_column('interactions', 'other_text')


def index_postgresql() -> None:
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text('CREATE EXTENSION IF NOT EXISTS pg_trgm'))
    except sa.exc.DBAPIError:  # it is not installed on the server, or we may not
        return
    # What is written waits in a list that every search reads: a short one.
    op.execute('CREATE INDEX ix_interactions_text ON interactions USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)')


def index_sqlite() -> None:
    op.execute("""
        CREATE VIRTUAL TABLE interactions_text USING fts5(
            search_text, content='interactions', content_rowid='id', tokenize='trigram case_sensitive 1'
        )""")
    gone = "INSERT INTO interactions_text (interactions_text, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    come = "INSERT INTO interactions_text (rowid, search_text) VALUES (new.id, new.search_text);"
    op.execute(f"CREATE TRIGGER interactions_text_insert AFTER INSERT ON interactions BEGIN {come} END")
    op.execute(f"CREATE TRIGGER interactions_text_delete AFTER DELETE ON interactions BEGIN {gone} END")
    op.execute(f"""
        CREATE TRIGGER interactions_text_update AFTER UPDATE OF search_text ON interactions
        WHEN old.search_text IS NOT new.search_text BEGIN {gone} {come} END""")
    op.execute("INSERT INTO interactions_text (interactions_text) VALUES ('rebuild')")


def fold_all() -> None:
    connection, last = op.get_bind(), 0
    query = sa.select(interactions).where(interactions.c.id > sa.bindparam('last')).order_by(interactions.c.id).limit(BATCH)
    change = interactions.update().where(interactions.c.id == sa.bindparam('key')).values(
        search_text=sa.bindparam('search_text'), other_text=sa.bindparam('other_text')
    )
    while rows := connection.execute(query, {'last': last}).all():
        connection.execute(change, [{'key': row.id} | folded(row) for row in rows])
        last = rows[-1].id


def folded(row: sa.Row) -> dict[str, str]:
    """As in crm/services/folding.py."""
    topics = json.loads(row.topics_discussed) if isinstance(row.topics_discussed, str) else row.topics_discussed
    line = ''.join(f'\t{fold(topic)}' for topic in topics)
    texts = [fold(row.title), fold(row.lead), fold(row.location), fold(row.description), fold(row.notes), line and f'{line}\t']
    return {'search_text': '\n'.join(texts), 'other_text': f'{fold(row.medium)}\n{fold(row.follow_up_notes)}'}


def fold(text: str | None) -> str:
    plain = unicodedata.normalize('NFKD', (text or '').casefold())
    return ' '.join(''.join(character for character in plain if not unicodedata.combining(character)).casefold().split())

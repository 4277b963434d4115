"""Index the texts of contacts and of meetings

Meetings keep their texts folded, as interactions and contacts do. Both are indexed by their trigrams, as interactions are
(0002): on SQLite by FTS5, on PostgreSQL by pg_trgm, if the extension is to be had.

Contacts that were talked to last come first in many a list: PostgreSQL needs an index for that, in which who was never talked
to stands last. SQLite reads the one that is there twice.
"""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

BATCH = 1_000
TABLES = ('contacts', 'meetings')
TEXTS = ('purpose', 'location', 'preparation_notes', 'outcomes', 'next_steps')
LISTS = ('agenda_items', 'topics_covered')

meetings = sa.table('meetings', *map(sa.column, ('id', *TEXTS, *LISTS, 'search_text')))


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == 'postgresql'
    op.add_column('meetings', sa.Column('search_text', sa.Text(), nullable=False, server_default=''))
    fold_all()
    if on_postgresql:
        op.alter_column('meetings', 'search_text', server_default=None)
        index_postgresql()
    else:
        for name in TABLES:
            index_sqlite(name)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP INDEX ix_contacts_talked_to')
        for name in TABLES:
            op.execute(f'DROP INDEX IF EXISTS ix_{name}_text')
    else:
        for name in TABLES:
            for event in ('insert', 'update', 'delete'):
                op.execute(f'DROP TRIGGER {name}_text_{event}')
            op.execute(f'DROP TABLE {name}_text')
    op.drop_column('meetings', 'search_text')


def index_postgresql() -> None:
    op.execute(
        'CREATE INDEX ix_contacts_talked_to ON contacts (site_id, stored_last_interaction_at DESC NULLS LAST, id DESC)'
        ' WHERE deleted_at IS NULL'
    )
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text('CREATE EXTENSION IF NOT EXISTS pg_trgm'))
    except sa.exc.DBAPIError:  # it is not installed on the server, or we may not
        return
    for name in TABLES:
        op.execute(
            f'CREATE INDEX ix_{name}_text ON {name} USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)'
        )


def index_sqlite(name: str) -> None:
    text = f'{name}_text'
    op.execute(f"""
        CREATE VIRTUAL TABLE {text} USING fts5(
            search_text, content='{name}', content_rowid='id', tokenize='trigram case_sensitive 1'
        )""")
    gone = f"INSERT INTO {text} ({text}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    come = f"INSERT INTO {text} (rowid, search_text) VALUES (new.id, new.search_text);"
    op.execute(f"CREATE TRIGGER {text}_insert AFTER INSERT ON {name} BEGIN {come} END")
    op.execute(f"CREATE TRIGGER {text}_delete AFTER DELETE ON {name} BEGIN {gone} END")
    op.execute(f"""
        CREATE TRIGGER {text}_update AFTER UPDATE OF search_text ON {name}
        WHEN old.search_text IS NOT new.search_text BEGIN {gone} {come} END""")
    op.execute(f"INSERT INTO {text} ({text}) VALUES ('rebuild')")


def fold_all() -> None:
    connection, last = op.get_bind(), 0
    query = sa.select(meetings).where(meetings.c.id > sa.bindparam('last')).order_by(meetings.c.id).limit(BATCH)
    change = meetings.update().where(meetings.c.id == sa.bindparam('key')).values(search_text=sa.bindparam('folded'))
    while rows := connection.execute(query, {'last': last}).all():
        connection.execute(change, [{'key': row.id, 'folded': folded(row)} for row in rows])
        last = rows[-1].id


def folded(row: sa.Row) -> str:
    """As in crm/services/folding.py."""
    lines = [fold(getattr(row, name)) for name in TEXTS]
    for name in LISTS:
        value = getattr(row, name)
        items = json.loads(value) if isinstance(value, str) else value
        line = ''.join(f'\t{fold(item)}' for item in items or [])
        lines.append(line and f'{line}\t')
    return '\n'.join(lines)


def fold(text: str | None) -> str:
    plain = unicodedata.normalize('NFKD', (text or '').casefold())
    return ' '.join(''.join(character for character in plain if not unicodedata.combining(character)).casefold().split())

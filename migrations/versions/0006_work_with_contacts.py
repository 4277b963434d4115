"""Work with contacts: cadence rules, promises of both sides, imports in the browser, merging, undoing"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = '0005'

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def live_index(name: str, table: str, columns: list[str]) -> None:
    alive = sa.text("deleted_at IS NULL")
    op.create_index(name, table, columns, sqlite_where=alive, postgresql_where=alive)


def upgrade() -> None:
    # SQLite cannot add a constraint to a table, but a column that has one.
    false, json = ("false", "JSONB") if op.get_bind().dialect.name == "postgresql" else ("0", "JSON")
    for statement in (
        f"ALTER TABLE contacts ADD COLUMN cadence_types {json} NOT NULL DEFAULT '[]'",
        f"ALTER TABLE contacts ADD COLUMN cadence_by_owner BOOLEAN NOT NULL DEFAULT {false}",
        "ALTER TABLE follow_ups ADD COLUMN owed_by VARCHAR(6) NOT NULL DEFAULT 'ours'"
        " CONSTRAINT ck_follow_ups_owed_by CHECK (owed_by IN ('ours', 'theirs'))",
    ):
        op.execute(statement)
    op.add_column("contacts", sa.Column("merged_into_uid", sa.Uuid(), nullable=True))
    op.add_column("contacts", sa.Column("goes_cold_at", MOMENT, nullable=True))
    live_index("ix_contacts_cold", "contacts", ["site_id", "goes_cold_at", "id"])
    # The job that stores the counters fills the new one within a minute.
    contacts = sa.table("contacts", sa.column("settle_at", MOMENT), sa.column("keep_in_touch_days", sa.Integer))
    op.execute(contacts.update().where(contacts.c.keep_in_touch_days.is_not(None)).values(settle_at=sa.func.current_timestamp()))

    op.create_table(
        "kept_undos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_kept_undos_site_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_undos_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_undos")),
        sa.UniqueConstraint("uid", name=op.f("uq_kept_undos_uid")),
    )
    op.create_index(op.f("ix_kept_undos_site_id"), "kept_undos", ["site_id"])
    op.create_index(op.f("ix_kept_undos_made_at"), "kept_undos", ["made_at"])

    op.create_table(
        "contact_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("columns", JSON, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", JSON, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("unit", sa.String(length=4), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('uploaded', 'waiting', 'running', 'done', 'failed')", name=op.f("ck_contact_imports_status")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_contact_imports_site_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_contact_imports_created_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_imports")),
        sa.UniqueConstraint("uid", name=op.f("uq_contact_imports_uid")),
    )
    op.create_index(op.f("ix_contact_imports_site_id_created_at"), "contact_imports", ["site_id", "created_at"])
    op.create_index(op.f("ix_contact_imports_status_beat_at"), "contact_imports", ["status", "beat_at"])


def downgrade() -> None:
    op.drop_table("contact_imports")
    op.drop_table("kept_undos")
    op.drop_index("ix_contacts_cold", "contacts")
    with op.batch_alter_table("follow_ups") as follow_ups:
        follow_ups.drop_constraint("ck_follow_ups_owed_by", type_="check")
        follow_ups.drop_column("owed_by")
    with op.batch_alter_table("contacts") as contacts:
        for column in ("goes_cold_at", "merged_into_uid", "cadence_by_owner", "cadence_types"):
            contacts.drop_column(column)

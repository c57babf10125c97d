"""The change feed: triggers tell an inbox of every change that somebody can see, and its rows are numbered later.

Revision ID: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def _said() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
    ]


IMAGES = """
CREATE FUNCTION note_image_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_there boolean := NEW.deleted_at IS NULL;
    others_see boolean := NEW.deleted_at IS NULL AND NEW.visibility = 'public';
    was_there boolean := false;
    others_saw boolean := false;
    for_owner text;
    for_others text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was_there := OLD.deleted_at IS NULL;
        others_saw := OLD.deleted_at IS NULL AND OLD.visibility = 'public';
    END IF;
    for_owner := CASE
        WHEN was_there AND is_there THEN 'image.updated'
        WHEN is_there AND TG_OP = 'INSERT' THEN 'image.created'
        WHEN is_there THEN 'image.restored'
        WHEN was_there THEN 'image.deleted'
    END;
    for_others := CASE
        WHEN others_saw AND others_see THEN 'image.updated'
        WHEN others_see AND (was_there OR TG_OP = 'INSERT') THEN 'image.created'
        WHEN others_see THEN 'image.restored'
        WHEN others_saw THEN 'image.deleted'
    END;
    INSERT INTO event_inbox (transaction, kind, subject_id, owner_id, audience)
    SELECT pg_current_xact_id()::text::bigint, told.kind, NEW.id, NEW.owner_id, told.audience
    FROM (VALUES
        (for_owner, CASE WHEN for_owner = for_others THEN 'all' ELSE 'owner' END),
        (CASE WHEN for_owner IS DISTINCT FROM for_others THEN for_others END, 'others')
    ) AS told (kind, audience)
    WHERE told.kind IS NOT NULL;
    RETURN NULL;
END $$
"""
COLLECTIONS = """
CREATE FUNCTION note_collection_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_inbox (transaction, kind, subject_id, owner_id, audience)
    VALUES (
        pg_current_xact_id()::text::bigint,
        CASE TG_OP WHEN 'INSERT' THEN 'collection.created' WHEN 'UPDATE' THEN 'collection.updated'
            ELSE 'collection.deleted' END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END,
        CASE TG_OP WHEN 'DELETE' THEN OLD.owner_id ELSE NEW.owner_id END,
        'owner'
    );
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER images_note_new_event AFTER INSERT ON images FOR EACH ROW EXECUTE FUNCTION note_image_event()",
    "CREATE TRIGGER images_note_event AFTER UPDATE ON images FOR EACH ROW WHEN (OLD.updated_at IS DISTINCT FROM "
    "NEW.updated_at OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION note_image_event()",
    "CREATE TRIGGER collections_note_event AFTER INSERT OR DELETE ON collections FOR EACH ROW "
    "EXECUTE FUNCTION note_collection_event()",
    "CREATE TRIGGER collections_note_change_event AFTER UPDATE ON collections FOR EACH ROW WHEN (OLD.updated_at IS "
    "DISTINCT FROM NEW.updated_at) EXECUTE FUNCTION note_collection_event()",
)


def upgrade() -> None:
    op.create_table(
        "event_inbox",
        sa.Column("n", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        *_said(),
        sa.CheckConstraint("audience IN ('all', 'owner', 'others')", name="event_inbox_audience"),
    )
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_said(),
    )
    for statement in (IMAGES, COLLECTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for trigger in ("images_note_new_event", "images_note_event"):
        op.execute(f"DROP TRIGGER {trigger} ON images")
    for trigger in ("collections_note_event", "collections_note_change_event"):
        op.execute(f"DROP TRIGGER {trigger} ON collections")
    op.execute("DROP FUNCTION note_image_event()")
    op.execute("DROP FUNCTION note_collection_event()")
    op.drop_table("events")
    op.drop_table("event_inbox")

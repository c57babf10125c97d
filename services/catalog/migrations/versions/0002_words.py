"""Word search at scale: closures of labels on the images, sealed blocks to search in, maintained counts.

The images are rewritten once (a number each, and their closures), so writers wait while this runs.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from services.vision.labels import load_taxonomy

revision = "0002"
down_revision = "0001"

TABLES = (
    """ALTER TABLE images
    ADD COLUMN n INTEGER GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN label_ids TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN own_label_ids TEXT[] DEFAULT '{}' NOT NULL""",
    "CREATE TABLE search_changes (n INTEGER NOT NULL)",
    """CREATE TABLE search_blocks (
    block INTEGER NOT NULL,
    version BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (block)
)""",
    "ALTER TABLE search_blocks ALTER COLUMN content SET STORAGE EXTERNAL",
    """CREATE TABLE term_counts (
    scope UUID NOT NULL,
    kind TEXT NOT NULL,
    term TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (scope, kind, term)
)""",
    """CREATE TABLE term_deltas (
    scope UUID NOT NULL,
    kind TEXT NOT NULL,
    term TEXT NOT NULL,
    delta INTEGER NOT NULL
)""",
    "CREATE TABLE term_scopes (scope UUID NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (scope))",
)
CLOSURES = """
UPDATE images SET label_ids = found.closure, own_label_ids = found.own
FROM (
    SELECT image_id, array_agg(DISTINCT coalesce(above, label_id)) AS closure, array_agg(DISTINCT label_id) AS own
    FROM image_labels LEFT JOIN closures USING (label_id)
    WHERE status <> 'rejected' GROUP BY image_id
) AS found
WHERE found.image_id = images.id
"""
INDEXES = (
    "CREATE UNIQUE INDEX images_n ON images (n)",
    "CREATE INDEX images_label_ids ON images USING gin (label_ids)",
    "CREATE INDEX search_changes_n ON search_changes (n)",
    "CREATE INDEX term_deltas_scope_kind ON term_deltas (scope, kind)",
)
TRIGGERS = (
    """CREATE FUNCTION image_terms(image images) RETURNS TABLE (scope UUID, kind TEXT, term TEXT)
LANGUAGE sql STABLE AS $$
    SELECT CASE image.visibility WHEN 'public' THEN '00000000-0000-0000-0000-000000000000' ELSE image.owner_id END,
        found.kind, found.term
    FROM (
        SELECT 'label' AS kind, unnest(image.label_ids) AS term
        UNION SELECT 'own', unnest(image.own_label_ids)
        UNION SELECT 'tag', unnest(image.tags)
        UNION SELECT 'owner', image.owner_id::text
    ) AS found
    WHERE image.deleted_at IS NULL
$$""",
    """CREATE FUNCTION count_image_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO term_deltas SELECT scope, kind, term, 1 FROM image_terms(NEW);
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO term_deltas SELECT scope, kind, term, -1 FROM image_terms(OLD);
    ELSE
        INSERT INTO term_deltas SELECT scope, kind, term, sum(delta) FROM (
            SELECT *, 1 AS delta FROM image_terms(NEW) UNION ALL SELECT *, -1 FROM image_terms(OLD)
        ) AS both_sides GROUP BY scope, kind, term HAVING sum(delta) <> 0;
    END IF;
    RETURN NULL;
END $$""",
    """CREATE TRIGGER images_count_new_and_gone AFTER INSERT OR DELETE ON images
FOR EACH ROW EXECUTE FUNCTION count_image_terms()""",
    """CREATE TRIGGER images_count_changed AFTER UPDATE ON images FOR EACH ROW
WHEN ((OLD.label_ids, OLD.own_label_ids, OLD.tags, OLD.visibility, OLD.owner_id, OLD.deleted_at)
    IS DISTINCT FROM (NEW.label_ids, NEW.own_label_ids, NEW.tags, NEW.visibility, NEW.owner_id, NEW.deleted_at))
EXECUTE FUNCTION count_image_terms()""",
    """CREATE FUNCTION note_image_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO search_changes VALUES (OLD.n);
    ELSE
        INSERT INTO search_changes VALUES (NEW.n);
    END IF;
    RETURN NULL;
END $$""",
    """CREATE TRIGGER images_note_change
AFTER INSERT OR DELETE OR UPDATE OF document, label_ids, own_label_ids, tags, visibility, owner_id, deleted_at ON images
FOR EACH ROW EXECUTE FUNCTION note_image_change()""",
)
BACKFILL = (
    "INSERT INTO search_changes SELECT n FROM images",
    """INSERT INTO term_counts
SELECT terms.scope, terms.kind, terms.term, count(*) FROM images, image_terms(images) AS terms GROUP BY 1, 2, 3""",
    "INSERT INTO term_scopes SELECT DISTINCT scope, 1 FROM term_counts",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    _write_closures()
    for statement in (*INDEXES, *TRIGGERS, *BACKFILL):
        op.execute(statement)


def _write_closures() -> None:
    """Write to every image its labels and what they are kinds of, by the taxonomy that is shipped."""
    taxonomy = load_taxonomy()
    op.execute("CREATE TEMPORARY TABLE closures (label_id TEXT, above TEXT) ON COMMIT DROP")
    pairs = [
        {"label_id": label.id, "above": above}
        for label in taxonomy.labels
        for above in (label.id, *(ancestor.id for ancestor in taxonomy.ancestors(label.id)))
    ]
    op.bulk_insert(sa.table("closures", sa.column("label_id", sa.Text), sa.column("above", sa.Text)), pairs)
    op.execute(CLOSURES)


def downgrade() -> None:
    for trigger in ("images_note_change", "images_count_changed", "images_count_new_and_gone"):
        op.execute(f"DROP TRIGGER {trigger} ON images")
    for function in ("note_image_change()", "count_image_terms()", "image_terms(images)"):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("search_changes", "search_blocks", "term_counts", "term_deltas", "term_scopes"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE images DROP COLUMN n, DROP COLUMN label_ids, DROP COLUMN own_label_ids")

"""Copies: a register of perceptual hashes, the pairs among them, and the images that have company.

The hashes of a library that is there already are entered as not compared; the worker finds their pairs, a hundred at a
time. So the migration takes seconds, and memory that does not grow with the library.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = [
    """
    CREATE FUNCTION likeness(hash BIGINT, digest TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN bit_count(hash::bit(64)) < 24 THEN ('x' || left(digest, 16))::bit(64)::bigint ELSE hash END
    """,
    "CREATE INDEX images_likeness ON images (likeness(perceptual_hash, sha256), id)",
    """
    CREATE TABLE picture_hashes (
        hash BIGINT NOT NULL,
        flat BOOLEAN DEFAULT false NOT NULL,
        compared BOOLEAN DEFAULT false NOT NULL,
        PRIMARY KEY (hash)
    )
    """,
    """
    INSERT INTO picture_hashes (hash, flat)
    SELECT DISTINCT ON (likeness(perceptual_hash, sha256))
        likeness(perceptual_hash, sha256), bit_count(perceptual_hash::bit(64)) < 24
    FROM images WHERE deleted_at IS NULL
    """,
    "CREATE INDEX picture_hashes_waiting ON picture_hashes (hash) WHERE NOT compared",
    "CREATE INDEX picture_hashes_chunk_0 ON picture_hashes (((hash >> 48) & 65535), hash) WHERE NOT flat",
    "CREATE INDEX picture_hashes_chunk_1 ON picture_hashes (((hash >> 32) & 65535), hash) WHERE NOT flat",
    "CREATE INDEX picture_hashes_chunk_2 ON picture_hashes (((hash >> 16) & 65535), hash) WHERE NOT flat",
    "CREATE INDEX picture_hashes_chunk_3 ON picture_hashes (((hash >> 0) & 65535), hash) WHERE NOT flat",
    """
    CREATE TABLE hash_pairs (
        hash BIGINT NOT NULL,
        other BIGINT NOT NULL,
        distance SMALLINT NOT NULL,
        PRIMARY KEY (hash, other)
    )
    """,
    "CREATE TABLE alike_images (image_id UUID NOT NULL, PRIMARY KEY (image_id))",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE alike_images")
    op.execute("DROP TABLE hash_pairs")
    op.execute("DROP TABLE picture_hashes")
    op.execute("DROP INDEX images_likeness")
    op.execute("DROP FUNCTION likeness(BIGINT, TEXT)")

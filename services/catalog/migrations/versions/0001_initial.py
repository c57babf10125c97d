"""The catalog's first schema.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE idempotency_keys (
    owner VARCHAR(64) NOT NULL,
    key VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    status INTEGER NOT NULL,
    body BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (owner, key)
);

CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE jobs (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    image_id UUID NOT NULL,
    state TEXT NOT NULL,
    attempts SMALLINT NOT NULL,
    run_after TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    worker TEXT,
    error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT jobs_kind CHECK (kind IN ('ingest', 'sync', 'purge')),
    CONSTRAINT jobs_state CHECK (state IN ('queued', 'leased', 'parked'))
);

CREATE INDEX jobs_due ON jobs (run_after) WHERE state = 'queued';

CREATE INDEX jobs_image_id ON jobs (image_id);

CREATE INDEX jobs_leased ON jobs (leased_until) WHERE state = 'leased';

CREATE UNIQUE INDEX jobs_queued ON jobs (kind, image_id) WHERE state = 'queued';

CREATE TABLE owners (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE collections (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(owner_id) REFERENCES owners (id)
);

CREATE UNIQUE INDEX collections_favorites ON collections (owner_id) WHERE kind = 'favorites';

CREATE INDEX collections_owner_id_id ON collections (owner_id, id);

CREATE TABLE images (
    id UUID NOT NULL,
    owner_id UUID NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    rotation SMALLINT DEFAULT '0' NOT NULL,
    perceptual_hash BIGINT NOT NULL,
    file_name TEXT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT[] NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE,
    visibility TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    document TSVECTOR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    CONSTRAINT images_visibility CHECK (visibility IN ('public', 'private')),
    CONSTRAINT images_state CHECK (state IN ('processing', 'ready', 'deferred', 'failed')),
    CONSTRAINT images_rotation CHECK (rotation IN (0, 90, 180, 270)),
    FOREIGN KEY(owner_id) REFERENCES owners (id)
);

CREATE INDEX images_document ON images USING gin (document);

CREATE INDEX images_owner_id_id ON images (owner_id, id) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX images_owner_sha256 ON images (owner_id, sha256) WHERE deleted_at IS NULL;

CREATE INDEX images_public ON images (id) WHERE deleted_at IS NULL AND visibility = 'public';

CREATE INDEX images_tags ON images USING gin (tags);

CREATE TABLE collection_images (
    collection_id UUID NOT NULL,
    image_id UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (collection_id, image_id),
    FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
    FOREIGN KEY(image_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE INDEX collection_images_image_id ON collection_images (image_id);

CREATE TABLE image_labels (
    image_id UUID NOT NULL,
    label_id VARCHAR(16) NOT NULL,
    score FLOAT NOT NULL,
    rank SMALLINT NOT NULL,
    source TEXT NOT NULL,
    model TEXT,
    trained BOOLEAN,
    status TEXT NOT NULL,
    PRIMARY KEY (image_id, label_id),
    CONSTRAINT image_labels_source CHECK (source IN ('model', 'user')),
    CONSTRAINT image_labels_status CHECK (status IN ('suggested', 'confirmed', 'rejected')),
    FOREIGN KEY(image_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE INDEX image_labels_label_id_score ON image_labels (label_id, score DESC);

"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in ("image_labels", "collection_images", "images", "collections", "owners", "jobs", "idempotency_keys"):
        op.execute(f"DROP TABLE {table}")

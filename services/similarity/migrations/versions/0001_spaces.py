"""The extension, and the table of spaces. Tables of points come and go with their spaces.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # pgvector is a trusted extension: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute(
        """
        DO $$
        DECLARE found text := (SELECT extversion FROM pg_extension WHERE extname = 'vector');
        BEGIN
            IF string_to_array(found, '.')::int[] < '{0,8}' THEN
                RAISE EXCEPTION 'Pictor needs pgvector 0.8 or later (iterative index scans), this is %', found;
            END IF;
        END $$
        """
    )
    op.execute(
        """
        CREATE TABLE spaces (
            id TEXT NOT NULL,
            slot INTEGER GENERATED ALWAYS AS IDENTITY,
            dimension INTEGER NOT NULL,
            trained BOOLEAN,
            centring INTEGER DEFAULT 0 NOT NULL,
            centred_on INTEGER DEFAULT 0 NOT NULL,
            has_cosine_index BOOLEAN DEFAULT false NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            PRIMARY KEY (id),
            UNIQUE (slot)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE spaces")

"""Long work over the library.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE operations (
            id UUID NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            parameters JSONB NOT NULL,
            done BIGINT DEFAULT '0' NOT NULL,
            failed BIGINT DEFAULT '0' NOT NULL,
            total BIGINT NOT NULL,
            failures JSONB DEFAULT '[]'::jsonb NOT NULL,
            error TEXT,
            cursor UUID,
            following BOOLEAN DEFAULT false NOT NULL,
            worker TEXT,
            leased_until TIMESTAMP WITH TIME ZONE,
            created_by UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            finished_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (id),
            CONSTRAINT operations_state CHECK (state IN ('running', 'paused', 'succeeded', 'failed', 'cancelled')),
            FOREIGN KEY(created_by) REFERENCES owners (id)
        )
        """
    )
    op.execute("CREATE INDEX operations_created_by_id ON operations (created_by, id)")
    op.execute(
        "CREATE UNIQUE INDEX operations_reprocess ON operations (kind) "
        "WHERE kind = 'reprocess' AND state IN ('running', 'paused')"
    )


def downgrade() -> None:
    op.execute("DROP TABLE operations")

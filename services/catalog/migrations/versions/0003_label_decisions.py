"""Who confirmed or rejected a label, and when.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Empty columns: no row is rewritten, and the reference of a column without values is not checked row by row.
    op.execute(
        "ALTER TABLE image_labels ADD COLUMN decided_by UUID REFERENCES owners (id), "
        "ADD COLUMN decided_at TIMESTAMP WITH TIME ZONE"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE image_labels DROP COLUMN decided_by, DROP COLUMN decided_at")

"""Which space answers, and which are being filled beside it.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE space_marks (
            space TEXT NOT NULL,
            role TEXT NOT NULL,
            since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            PRIMARY KEY (space),
            CONSTRAINT space_marks_role CHECK (role IN ('promoted', 'candidate'))
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX space_marks_promoted ON space_marks (role) WHERE role = 'promoted'")


def downgrade() -> None:
    op.execute("DROP TABLE space_marks")

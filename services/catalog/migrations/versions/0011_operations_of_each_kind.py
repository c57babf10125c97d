"""One operation of each kind at a time.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("CREATE UNIQUE INDEX operations_open ON operations (kind) WHERE state IN ('running', 'paused')")
    op.execute("DROP INDEX operations_reprocess")


def downgrade() -> None:
    op.execute(
        "CREATE UNIQUE INDEX operations_reprocess ON operations (kind) "
        "WHERE kind = 'reprocess' AND state IN ('running', 'paused')"
    )
    op.execute("DROP INDEX operations_open")

"""Users who are being deleted: since when, and who is given their images.

New columns without a default: the table is not rewritten, and its lock is held for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("users", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("heir_id", sa.Uuid()))


def downgrade() -> None:
    op.drop_column("users", "heir_id")
    op.drop_column("users", "deleted_at")

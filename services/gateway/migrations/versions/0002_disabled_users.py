"""Users that an admin has disabled.

A new column without a default: the table is not rewritten, and its lock is held for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("users", "disabled_at")

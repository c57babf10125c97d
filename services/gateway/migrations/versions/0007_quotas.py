"""What a user may keep, where that is not the server's default.

New columns without a default: the table is not rewritten, and its lock is held for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("users", sa.Column("quota_bytes", sa.BigInteger()))
    op.add_column("users", sa.Column("quota_images", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("users", "quota_images")
    op.drop_column("users", "quota_bytes")

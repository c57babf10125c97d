"""Originals whose bytes were found to be others than were sent.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("images", sa.Column("damaged_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("images", "damaged_at")

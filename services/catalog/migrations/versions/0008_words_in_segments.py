"""Segments of word search tell words: all are compacted anew.

Until the worker has done so the database answers searches by itself.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("DELETE FROM search_blocks")
    op.execute("INSERT INTO search_changes SELECT n FROM images")


downgrade = upgrade

"""Words are cut and folded by us, not by the server: each image says which analyzer made its document.

Those of before say none. The worker writes them again, a bounded number at a time, and joins spellings of one tag as it
does so; until it is done they are found as far as their old documents go.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE images ADD COLUMN analyzer TEXT DEFAULT '' NOT NULL")
    op.execute("CREATE INDEX images_analyzer ON images (analyzer)")
    op.execute("DROP INDEX images_tags")


def downgrade() -> None:
    op.execute("CREATE INDEX images_tags ON images USING gin (tags)")
    op.execute("ALTER TABLE images DROP COLUMN analyzer")

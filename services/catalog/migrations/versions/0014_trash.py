"""The trash: deleted images that can be restored for a while. What was deleted before is not in it.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

IN_TRASH = sa.text("trashed_until IS NOT NULL")
REFUSE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM images WHERE trashed_until IS NOT NULL) THEN
        RAISE EXCEPTION 'There are images in the trash, which older versions do not know: restore them or empty it.';
    END IF;
END $$
"""


def upgrade() -> None:
    op.add_column("images", sa.Column("trashed_until", sa.DateTime(timezone=True)))
    op.create_index("images_trash", "images", ["owner_id", "sha256"], postgresql_where=IN_TRASH)
    op.create_index("images_trashed_until", "images", ["trashed_until"], postgresql_where=IN_TRASH)


def downgrade() -> None:
    """Refused while images are in the trash: no worker of an older version would ever remove them."""
    op.execute(REFUSE)
    op.drop_index("images_trashed_until", "images")
    op.drop_index("images_trash", "images")
    op.drop_column("images", "trashed_until")

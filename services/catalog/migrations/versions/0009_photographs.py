"""What a file says of its picture: local time and zone, camera, warnings, motion.

Of images that are there, the time is what it was: taken as UTC where the file named no zone.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("images", sa.Column("taken_local", sa.DateTime(timezone=False)))
    op.add_column("images", sa.Column("taken_offset_s", sa.Integer()))
    op.add_column("images", sa.Column("taken_source", sa.Text()))
    op.add_column("images", sa.Column("exif", JSONB(), server_default="{}", nullable=False))
    op.add_column("images", sa.Column("warnings", JSONB(), server_default="[]", nullable=False))
    op.add_column("images", sa.Column("has_motion", sa.Boolean(), server_default="false", nullable=False))
    op.execute("""
        UPDATE images SET taken_local = taken_at AT TIME ZONE 'UTC', taken_source = 'exif_date_time_original'
        WHERE taken_at IS NOT NULL
    """)
    op.create_index(
        "images_taken",
        "images",
        [sa.text("COALESCE(taken_at, created_at)"), "id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("images_taken", "images")
    for name in ("taken_local", "taken_offset_s", "taken_source", "exif", "warnings", "has_motion"):
        op.drop_column("images", name)

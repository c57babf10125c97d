"""Share links of collections: of each secret its keyed hash."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("fields", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("allow_download", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="shares_user_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="shares_pkey"),
        sa.UniqueConstraint("digest", name="shares_digest_key"),
    )
    op.create_index("ix_shares_user_id_collection_id", "shares", ["user_id", "collection_id", "id"])


def downgrade() -> None:
    op.drop_table("shares")

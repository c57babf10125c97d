"""Users, sessions, API keys, idempotency keys.

New tables only: no lock on anything in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _moment(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _created_at() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _owner(table: str) -> sa.Column[object]:
    key = sa.ForeignKey("users.id", name=f"{table}_user_id_fkey", ondelete="CASCADE")
    return sa.Column("user_id", sa.Uuid, key, nullable=False)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        _created_at(),
        sa.UniqueConstraint("name", name="users_name_key"),
        sa.CheckConstraint("role IN ('member', 'admin')", name="users_role_check"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("sessions"),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        _created_at(),
        _moment("expires_at", required=True),
        _moment("revoked_at"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner("api_keys"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("previous_digest", sa.LargeBinary),
        _moment("previous_until"),
        _created_at(),
        _moment("expires_at"),
        _moment("last_used_at"),
        _moment("revoked_at"),
    )
    op.create_index("ix_api_keys_user_id_id", "api_keys", ["user_id", "id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        _created_at(),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def downgrade() -> None:
    for table in ("idempotency_keys", "api_keys", "sessions", "users"):
        op.drop_table(table)

"""By what a changed pepper is noticed.

A new table only: no lock on anything in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "secret_checks",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("secret_checks")

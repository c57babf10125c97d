"""Sign bits move from an index over an expression into a narrow table beside the points.

What was built is removed, and the service builds anew in the background, as for any space without an index: until then
searches compare all points, which takes 1 to 3 µs each. Going back does the same.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"

# `points_<slot>_signs_<centring>` over `signs_<slot>_<centring>(vector)` was the index.
REMOVE = """
    DO $$
    DECLARE found record;
    BEGIN
        FOR found IN SELECT relname FROM pg_class WHERE relkind = 'i' AND relname ~ '^points_[0-9]+_signs_[0-9]+$' LOOP
            EXECUTE format('DROP INDEX %I', found.relname);
        END LOOP;
        FOR found IN
            SELECT proname FROM pg_proc WHERE proname ~ '^(keep_signs|sign_bits|signs)_[0-9]+_[0-9]+$'
        LOOP
            EXECUTE format('DROP FUNCTION %I CASCADE', found.proname);
        END LOOP;
        FOR found IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^signs_[0-9]+_[0-9]+$' LOOP
            EXECUTE format('DROP TABLE %I', found.relname);
        END LOOP;
        UPDATE spaces SET centring = 0, centred_on = 0;
    END $$
"""


def upgrade() -> None:
    op.execute(REMOVE)


def downgrade() -> None:
    op.execute(REMOVE)

"""The narrow table of a space: sign bits about a mean, with what filters need, and how it follows the points.

It has some 350 bytes a row where the points have 8 KB, so that many rows are passed over in little time. It is made
beside what serves, by the builder, and a trigger keeps it in the transaction of whatever changes a point.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.tables import create_hnsw, points_table
from services.similarity.storage.spaces import SpaceRecord

COLUMNS = "image_id, owner_id, public, label_ids, signs"


def signs_table(space: SpaceRecord, centring: int) -> str:
    return f"signs_{space.slot}_{centring}"


def signs_index(space: SpaceRecord, centring: int) -> str:
    return f"{signs_table(space, centring)}_hnsw"


def bits_function(space: SpaceRecord, centring: int) -> str:
    return f"sign_bits_{space.slot}_{centring}"


def keeper(space: SpaceRecord, centring: int) -> str:
    """The name of the trigger and of its function."""
    return f"keep_signs_{space.slot}_{centring}"


def signs_of(space: SpaceRecord, centring: int, vector: str) -> str:
    """The sign bits of an SQL expression."""
    return f"{bits_function(space, centring)}({vector})::bit({space.dimension})"


def create_signs(space: SpaceRecord, centring: int, mean: Sequence[float]) -> list[str]:
    """The empty table, and what keeps it: from the last statement on every change of a point is in it too.

    That one waits for writers to end, and writers that come wait for it. The mean is part of a function: what the table
    holds and what a query asks for cannot differ. A change that the table does not show writes nothing.
    """
    table, function, name = signs_table(space, centring), bits_function(space, centring), keeper(space, centring)
    literal = ",".join(format(component, ".8g") for component in mean)
    return [
        f"""
        CREATE TABLE {table} (
            image_id uuid PRIMARY KEY,
            owner_id uuid NOT NULL,
            public boolean NOT NULL,
            label_ids text[] NOT NULL,
            signs bit({space.dimension}) NOT NULL
        )
        """,
        f"ALTER TABLE {table} ALTER signs SET STORAGE PLAIN",
        f"""
        CREATE FUNCTION {function}(halfvec) RETURNS bit LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN binary_quantize($1 - '[{literal}]'::halfvec({space.dimension}))::bit({space.dimension})
        """,
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM {table} WHERE image_id = OLD.image_id;
            ELSE
                INSERT INTO {table} AS kept ({COLUMNS}) VALUES (
                    NEW.image_id, NEW.owner_id, NEW.public, NEW.label_ids, {signs_of(space, centring, "NEW.vector")}
                )
                ON CONFLICT (image_id) DO UPDATE SET
                    owner_id = excluded.owner_id, public = excluded.public,
                    label_ids = excluded.label_ids, signs = excluded.signs
                WHERE (kept.owner_id, kept.public, kept.label_ids, kept.signs)
                    IS DISTINCT FROM (excluded.owner_id, excluded.public, excluded.label_ids, excluded.signs);
            END IF;
            RETURN NULL;
        END $$
        """,
        f"""
        CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {points_table(space)}
        FOR EACH ROW EXECUTE FUNCTION {name}()
        """,
    ]


def fill(space: SpaceRecord, centring: int, after: UUID | None, upto: UUID | None) -> str:
    """Put in the points of a range of ids, as they were when the statement began.

    Whoever changes a point meanwhile writes the row itself: what is there is newer, and stays. Only a point that is
    deleted meanwhile may get a row all the same: see `orphans`.
    """
    bounds = [f"image_id {sign} '{bound}'" for sign, bound in ((">", after), ("<=", upto)) if bound is not None]
    return f"""
        INSERT INTO {signs_table(space, centring)} ({COLUMNS})
        SELECT image_id, owner_id, public, label_ids, {signs_of(space, centring, "vector")}
        FROM {points_table(space)} {"WHERE" if bounds else ""} {" AND ".join(bounds)}
        ON CONFLICT (image_id) DO NOTHING
    """


def wait_for_writers(space: SpaceRecord) -> str:
    """Whoever deleted a point before its row was filled in has then ended: its row is an orphan for all to see."""
    return f"DO $$ BEGIN LOCK TABLE {points_table(space)} IN SHARE MODE; END $$"


def orphans(space: SpaceRecord, centring: int, limit: int) -> str:
    """Rows whose point is gone. A writer's own rows come and go with their points: it is none of those."""
    return f"""
        SELECT image_id FROM {signs_table(space, centring)} AS kept
        WHERE NOT EXISTS (SELECT FROM {points_table(space)} AS point WHERE point.image_id = kept.image_id) LIMIT {limit}
    """


def remove_orphans(space: SpaceRecord, centring: int, found: Sequence[UUID]) -> str:
    """No writer is at it meanwhile: one that brings back a point that is just being looked for would lose its row."""
    points, listed = points_table(space), ",".join(f"'{image_id}'::uuid" for image_id in found)
    return f"""
        DO $$ BEGIN
            LOCK TABLE {points} IN SHARE MODE;
            DELETE FROM {signs_table(space, centring)} AS kept WHERE image_id = ANY(ARRAY[{listed}])
                AND NOT EXISTS (SELECT FROM {points} AS point WHERE point.image_id = kept.image_id);
        END $$
    """


def create_signs_indexes(space: SpaceRecord, centring: int, options: IndexOptions) -> list[str]:
    """Over the filled table, which is a tenth of the work; `signs_index` last, which says that all is there."""
    table = signs_table(space, centring)
    return [
        f"CREATE INDEX CONCURRENTLY {table}_owner ON {table} (owner_id, public)",
        f"CREATE INDEX CONCURRENTLY {table}_public ON {table} (image_id) WHERE public",
        f"CREATE INDEX CONCURRENTLY {table}_labels ON {table} USING gin (label_ids)",
        create_hnsw(signs_index(space, centring), table, "signs bit_hamming_ops", options),
    ]


async def is_kept(connection: AsyncConnection, space: SpaceRecord, centring: int) -> bool:
    """Whether the table is whole: filled, indexed and kept."""
    statement = """
        SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:index) AND indisvalid)
            AND EXISTS (SELECT FROM pg_trigger WHERE tgname = :keeper AND tgrelid = to_regclass(:points))
    """
    names = {"index": signs_index(space, centring), "keeper": keeper(space, centring), "points": points_table(space)}
    return bool(await connection.scalar(text(statement), names))


async def drop_signs(connection: AsyncConnection, space: SpaceRecord, *, keep: int | None) -> None:
    """Remove the tables of all centrings but one, with what keeps them. For a moment nobody reads or writes points."""
    functions = "SELECT proname FROM pg_proc WHERE proname ~ :pattern"
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ :pattern"
    for find, kind, name in (
        (functions, "FUNCTION", keeper),
        (tables, "TABLE", signs_table),
        (functions, "FUNCTION", bits_function),
    ):
        wanted = None if keep is None else name(space, keep)
        found = await connection.scalars(text(find), {"pattern": f"^{name(space, 0)[:-1]}[0-9]+$"})
        for one in found.all():
            if one != wanted:  # CASCADE: the trigger goes with its function
                await connection.execute(text(f"DROP {kind} IF EXISTS {one} CASCADE"))

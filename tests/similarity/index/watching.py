"""Looking into the database past the index."""

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine


async def execute(url: str, *statements: str) -> list[tuple]:
    """Run statements one by one, each committed; give the rows of the last."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    rows: list[tuple] = []
    async with engine.connect() as connection:
        for statement in statements:
            result = await connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
    return rows


async def made_by_builds(url: str) -> set[str]:
    """The names of all HNSW indexes, tables of sign bits and their functions."""
    rows = await execute(
        url,
        "SELECT relname FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE amname = 'hnsw' "
        "UNION SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'signs%' "
        "UNION SELECT proname FROM pg_proc WHERE proname ~ '^(signs|sign_bits|keep_signs)_'",
    )
    return {name for (name,) in rows}


def sign_bits(slot: int, centring: int) -> set[str]:
    """What `made_by_builds` names of one table of sign bits."""
    at = f"{slot}_{centring}"
    return {f"signs_{at}", f"signs_{at}_hnsw", f"sign_bits_{at}", f"keep_signs_{at}"}

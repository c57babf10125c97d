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
    """The names of all HNSW indexes and sign functions."""
    rows = await execute(
        url,
        "SELECT relname FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE amname = 'hnsw' "
        "UNION SELECT proname FROM pg_proc WHERE proname LIKE 'signs%'",
    )
    return {name for (name,) in rows}

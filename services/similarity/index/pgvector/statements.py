"""Statements on the points of one space, but for searching."""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.tables import points_table, vector_parameter
from services.similarity.index.port import Filter
from services.similarity.storage.spaces import SpaceRecord


def upsert(space: SpaceRecord) -> str:
    """The same again writes nothing: a row written anew is an entry more in every index."""
    return f"""
        INSERT INTO {points_table(space)} AS kept (image_id, owner_id, public, label_ids, vector)
        VALUES (:image_id, :owner_id, :public, CAST(:label_ids AS text[]), {vector_parameter(space)})
        ON CONFLICT (image_id) DO UPDATE SET
            owner_id = excluded.owner_id, public = excluded.public,
            label_ids = excluded.label_ids, vector = excluded.vector
        WHERE (kept.owner_id, kept.public, kept.label_ids, kept.vector)
            IS DISTINCT FROM (excluded.owner_id, excluded.public, excluded.label_ids, excluded.vector)
    """


def set_payload(space: SpaceRecord) -> str:
    """NULL leaves as it is."""
    owner, public, labels = (
        "COALESCE(CAST(:owner_id AS uuid), owner_id)",
        "COALESCE(CAST(:public AS boolean), public)",
        "COALESCE(CAST(:label_ids AS text[]), label_ids)",
    )
    return f"""
        UPDATE {points_table(space)} SET owner_id = {owner}, public = {public}, label_ids = {labels}
        WHERE image_id = :image_id
            AND (owner_id, public, label_ids) IS DISTINCT FROM ({owner}, {public}, {labels})
    """


def delete(space: SpaceRecord) -> str:
    return f"DELETE FROM {points_table(space)} WHERE image_id = :image_id"


def remove(space: SpaceRecord) -> str:
    return f"DELETE FROM {points_table(space)} WHERE image_id = ANY(CAST(:image_ids AS uuid[]))"


def get_vector(space: SpaceRecord) -> str:
    return f"SELECT CAST(vector AS real[]) FROM {points_table(space)} WHERE image_id = :image_id"


def page(space: SpaceRecord, *, first: bool) -> str:
    rest = "" if first else "WHERE image_id > :after"
    return f"""
        SELECT image_id, CAST(vector AS real[]) AS vector, owner_id, public, label_ids
        FROM {points_table(space)} {rest} ORDER BY image_id LIMIT :limit
    """


async def populated(connection: AsyncConnection, space: SpaceRecord) -> bool:
    return bool(await connection.scalar(text(f"SELECT EXISTS (SELECT FROM {points_table(space)})")))


async def count(connection: AsyncConnection, space: SpaceRecord, wanted: Filter | None) -> int:
    """Public and own points are counted apart: each has an index that answers without the rows and their vectors."""
    statement, parameters = f"SELECT count(*) FROM {points_table(space)}", dict[str, Any]()
    if wanted is not None:
        public, parameters = conditions(wanted, visible="public")
        own, _ = conditions(wanted, visible="(owner_id = :viewer AND NOT public)")
        statement = f"SELECT ({statement} WHERE {public}) + ({statement} WHERE {own})"
    return await connection.scalar(text(statement), parameters) or 0

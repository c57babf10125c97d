"""One call of the port on Milvus: a few requests under one deadline, in a thread of its own."""

import time
from collections.abc import Callable
from typing import Any

from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from services.similarity.index.errors import IndexTimeout
from services.similarity.index.milvus.collections import Definition
from services.similarity.index.milvus.failures import NOT_LOADED, mapped_failures
from services.similarity.index.milvus.filters import listed
from services.similarity.index.milvus.options import MilvusOptions
from services.similarity.index.milvus.rows import Kept

Row = dict[str, Any]
STRONG = "Strong"


class Session:
    """Not for two threads. Every method raises IndexUnavailable, IndexTimeout, and Gone without its collection."""

    def __init__(self, client: MilvusClient, options: MilvusOptions) -> None:
        self._client = client
        self._until = time.monotonic() + options.timeout_s
        self.options = options

    def names(self) -> set[str]:
        with mapped_failures():
            return set(self._client.list_collections(timeout=self._left()))

    def dimension(self, collection: str) -> int:
        """How long the vectors of a collection of points are."""
        with mapped_failures():
            fields = self._client.describe_collection(collection, timeout=self._left())["fields"]
        return next(int(field["params"]["dim"]) for field in fields if field["name"] == "vector")

    def ensure(self, collection: str, definition: Definition) -> None:
        """Make what is missing of a collection, and have it loaded; others may be at it too.

        pymilvus could do it in one call, and would wait half a second for each index of what is empty. Strong: whatever
        is read was written before, by whomever.
        """
        with mapped_failures():
            if collection not in self.names():
                schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
                for field in definition.fields:
                    schema.add_field(**field)
                self._unless_made(
                    lambda: self._client.create_collection(
                        collection, schema=schema, consistency_level=STRONG, timeout=self._left()
                    ),
                    lambda: collection in self.names(),
                )
            for index in definition.indexes:
                self._ensure_index(collection, index)
            self._client.load_collection(collection, timeout=self._left())

    def drop(self, collection: str) -> None:
        """A collection that is not there is fine."""
        with mapped_failures():
            self._client.drop_collection(collection, timeout=self._left())

    def upsert(self, collection: str, rows: list[Row]) -> None:
        with mapped_failures():
            self._client.upsert(collection, rows, timeout=self._left())

    def change(self, collection: str, key: str, changes: Row) -> None:
        """Change these fields of a row. One that is not there is fine, also when it goes meanwhile.

        Milvus would make that one anew, and refuses to without its vector.
        """
        if self.get(collection, key, fields=["id"]) is None:
            return
        try:
            with mapped_failures():
                row = {"id": key, **changes}
                self._client.upsert(collection, [row], partial_update=True, timeout=self._left())
        except MilvusException:
            if self.get(collection, key, fields=["id"]) is not None:
                raise

    def delete(self, collection: str, keys: list[str]) -> None:
        """Rows that are not there are fine. pymilvus' own `ids` would not escape them."""
        with mapped_failures():
            self._client.delete(collection, filter=f"id in [{listed(keys)}]", timeout=self._left())

    def count(self, collection: str, expression: str) -> int:
        [row] = self._read(collection, filter=expression, output_fields=["count(*)"])
        return int(row["count(*)"])

    def rows(self, collection: str, expression: str, *, fields: list[str], limit: int) -> list[Row]:
        """The first by primary key; asked for as pymilvus' own iterator asks."""
        in_order = {"iterator": "True", "reduce_stop_for_best": "True"}
        return self._read(collection, filter=expression, output_fields=fields, limit=limit, **in_order)

    def get(self, collection: str, key: str, *, fields: list[str]) -> Row | None:
        """One row by its primary key."""
        found = self._read(collection, filter=f"id in [{listed([key])}]", output_fields=fields)
        return found[0] if found else None

    def search(self, collection: str, vector: Kept, *, field: str, expression: str, limit: int, ef: int) -> list[Row]:
        """The nearest, best first: {"id", "distance": the cosine, "entity": {"vector"}}."""
        parameters: Row = {"metric_type": "COSINE"} | ({"params": {"ef": ef}} if field == "graph" else {})
        with mapped_failures():
            [hits] = self._loaded(
                collection,
                lambda: self._client.search(
                    collection,
                    data=[vector],
                    anns_field=field,
                    filter=expression,
                    limit=limit,
                    search_params=parameters,
                    output_fields=["vector"],
                    consistency_level=STRONG,
                    timeout=self._left(),
                ),
            )
        return list(hits)

    def load(self, collection: str) -> bool:
        """Have it in memory; say whether it was not."""
        with mapped_failures():
            if str(self._client.get_load_state(collection, timeout=self._left())["state"]) == "Loaded":
                return False
            self._client.load_collection(collection, timeout=self._left())
        return True

    def flush(self, collection: str) -> None:
        with mapped_failures():
            self._client.flush(collection, timeout=self._left())

    def _read(self, collection: str, **query: Any) -> list[Row]:  # noqa: ANN401 - pymilvus has no types
        with mapped_failures():
            found = self._loaded(
                collection,
                lambda: self._client.query(collection, consistency_level=STRONG, timeout=self._left(), **query),
            )
        return list(found)

    def _loaded(self, collection: str, read: Callable[[], Any]) -> Any:  # noqa: ANN401 - pymilvus has no types
        """Read once more when somebody released the collection, or is just making it."""
        try:
            return read()
        except MilvusException as error:
            if error.code != NOT_LOADED:
                raise
        self._client.load_collection(collection, timeout=self._left())
        return read()

    def _ensure_index(self, collection: str, index: Row) -> None:
        def made() -> bool:
            found = self._client.list_indexes(collection, field_name=index["field_name"], timeout=self._left())
            return bool(found)

        if not made():
            parameters = self._client.prepare_index_params()
            parameters.add_index(**index)
            self._unless_made(
                lambda: self._client.create_index(collection, parameters, timeout=self._left(), sync=False), made
            )

    def _unless_made(self, make: Callable[[], object], made: Callable[[], bool]) -> None:
        """What somebody else made meanwhile is made."""
        try:
            make()
        except MilvusException:
            if not made():
                raise

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise IndexTimeout("The search took longer than it may; narrow it, or try again.")
        return left

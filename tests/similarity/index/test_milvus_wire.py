"""What a server is sent and what it answers, where milvus-lite differs from it: half precision, and its errors.

pymilvus' own packing stands for the server: no Milvus runs in the tests.
"""

import grpc
import numpy as np
import pytest
from pymilvus import DataType, MilvusClient
from pymilvus.client.entity_helper import extract_row_data_from_fields_data_v2
from pymilvus.client.prepare import Prepare
from pymilvus.client.search_result import SearchResult
from pymilvus.client.types import HybridExtraList
from pymilvus.exceptions import MilvusException
from pymilvus.grpc_gen import schema_pb2

from services.similarity.index import Filter, IndexTimeout, IndexUnavailable
from services.similarity.index.milvus import MilvusOptions
from services.similarity.index.milvus.collections import points_definition
from services.similarity.index.milvus.failures import Gone, mapped_failures
from services.similarity.index.milvus.filters import MAX_EXPRESSION, expression
from services.similarity.index.milvus.rows import row_of, stored, vector_of
from services.similarity.index.vectors import unit_half
from tests.congruence.index.indexes import ADA, a_point, vectors

SERVER = MilvusOptions(uri="http://milvus:19530")


def test_a_server_keeps_vectors_in_half_precision_and_lite_the_same_values() -> None:
    for options, kind in (
        (SERVER, DataType.FLOAT16_VECTOR),
        (MilvusOptions(uri="trial.db"), DataType.FLOAT_VECTOR),
    ):
        fields = {field["field_name"]: field["datatype"] for field in points_definition(2048, options).fields}
        assert (fields["vector"], fields["graph"]) == (kind, kind)
    half = unit_half(vectors(1, dimension=2048)[0])
    assert np.array_equal(stored(half, lite=True), stored(half, lite=False).astype(np.float32))


def test_half_precision_goes_out_and_comes_back_unchanged() -> None:
    drawn = vectors(2, dimension=2048)
    halves = [unit_half(vector) for vector in drawn]
    schema = MilvusClient.create_schema(auto_id=False)
    for field in points_definition(2048, SERVER).fields:
        schema.add_field(**field)
    rows = [row_of(a_point(1, vector), half, lite=False) for vector, half in zip(drawn, halves, strict=True)]
    request = Prepare.row_upsert_param("points", rows, "", fields_info=schema.to_dict()["fields"])
    sent = next(data for data in request.fields_data if data.field_name == "vector")
    assert sent.vectors.float16_vector == b"".join(half.astype("<f2").tobytes() for half in halves)

    found = schema_pb2.SearchResultData(num_queries=1, top_k=2, topks=[2], scores=[1, 0.5], output_fields=["vector"])
    found.ids.str_id.data.extend(["1", "2"])
    found.fields_data.append(sent)
    [hits] = SearchResult(found)
    read = [{"vector": None}, {"vector": None}]
    extract_row_data_from_fields_data_v2(sent, read)
    queried = HybridExtraList([sent], read, extra={}, dynamic_fields=[], strict_float32=False)
    for half, hit, row in zip(halves, hits, queried, strict=True):
        assert np.array_equal(vector_of(hit["entity"]["vector"]), half.astype(np.float32))
        assert np.array_equal(vector_of(row["vector"]), half.astype(np.float32))


def test_a_question_is_asked_in_half_precision() -> None:
    half = unit_half(vectors(1)[0])
    request = Prepare.search_requests_with_expr(
        "points", data=[stored(half, lite=False)], anns_field="graph", param={}, limit=3
    )
    assert half.astype("<f2").tobytes() in request.placeholder_group


class Broken(grpc.RpcError):
    """FAKE: what grpc raises."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code


MAPPED = [
    (MilvusException(100, "collection not found"), Gone),
    (MilvusException(grpc.StatusCode.UNAVAILABLE, "Retry timeout"), IndexUnavailable),
    (MilvusException(grpc.StatusCode.DEADLINE_EXCEEDED, "Retry timeout"), IndexTimeout),
    (MilvusException(8, "rate limit exceeded"), IndexUnavailable),
    (MilvusException(65535, "node is going down", retriable=True), IndexUnavailable),
    (Broken(grpc.StatusCode.DEADLINE_EXCEEDED), IndexTimeout),
    (Broken(grpc.StatusCode.UNAUTHENTICATED), IndexUnavailable),
    (MilvusException(1100, "invalid expression"), MilvusException),
    (ZeroDivisionError(), ZeroDivisionError),
]


@pytest.mark.parametrize(("raised", "seen"), MAPPED)
def test_errors_are_mapped_once_and_a_mistake_of_ours_stays_one(raised: Exception, seen: type[Exception]) -> None:
    with pytest.raises(seen) as caught, mapped_failures():
        raise raised
    assert type(caught.value) is seen


def test_a_filter_that_no_request_holds_is_refused() -> None:
    groups = tuple(frozenset(f"{group} {number:0200}" for number in range(2000)) for group in range(50))
    with pytest.raises(ValueError, match="more than Milvus takes"):
        expression(Filter(viewer=ADA, label_groups=groups))
    assert len(expression(Filter(viewer=ADA, label_groups=groups[:10]))) < MAX_EXPRESSION

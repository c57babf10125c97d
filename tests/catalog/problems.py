"""What a refusal looks like."""

from typing import Any

import httpx


def assert_problem(
    answer: httpx.Response, status: int, code: str, *, pointers: list[str] | None = None
) -> dict[str, Any]:
    """Check that the answer is this problem, whole; give it."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}
    assert (problem["status"], problem["code"]) == (status, code), answer.text
    assert problem["type"] == f"urn:pictor:problem:{code}"
    assert problem["instance"] == answer.request.url.path
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"]
    if pointers is not None:
        assert [error["pointer"] for error in problem["errors"]] == pointers
    return problem

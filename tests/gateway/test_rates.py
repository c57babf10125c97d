"""Rates: by user where there is one, else by address."""

import pytest

from services.gateway.services.rates import CAPACITY, TokenBuckets, address_key
from services.kit.http.problems import TooManyRequests
from tests.gateway.stage import Stage, bearer


async def test_a_user_shares_one_bucket_over_all_keys_and_others_have_their_own(stage: Stage) -> None:
    gateway = await stage.gateway(rate_per_s=0.1, rate_burst=3)
    ada, bob = await gateway.joined("ada"), await gateway.joined("bob")
    key = bearer((await gateway.a_key(ada, "account"))["key"])
    assert [(await gateway.client.get("/v1/me", headers=headers)).status_code for headers in (ada, key)] == [200, 200]
    refused = await gateway.client.get("/v1/me", headers=key)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
        429,
        "too_many_requests",
        "10",
    )
    assert (await gateway.client.get("/v1/me", headers=bob)).status_code == 200


async def test_every_answer_that_is_counted_says_what_is_left(stage: Stage) -> None:
    gateway = await stage.gateway(
        "catalog", rate_per_s=0.5, rate_burst=4, anonymous_rate_per_s=1, anonymous_rate_burst=5
    )
    ada = await gateway.joined("ada")
    said = [await gateway.client.get(path, headers=ada) for path in ("/v1/me", "/v1/images", "/v1/images/1/similar")]
    said += [await gateway.client.get("/v1/images", headers=ada) for _ in range(2)]
    assert {answer.headers["ratelimit-policy"] for answer in said} == {'"user";q=4;w=8'}
    assert [answer.headers["ratelimit"] for answer in said] == [
        '"user";r=3;t=2',
        '"user";r=2;t=4',
        '"user";r=1;t=6',
        '"user";r=0;t=8',
        '"user";r=0;t=8',
    ]
    assert [answer.status_code for answer in said] == [200, 200, 503, 200, 429]
    open_to_all = await gateway.client.get("/v1/openapi.json")
    assert open_to_all.headers["ratelimit-policy"] == '"anonymous";q=5;w=5'
    assert open_to_all.headers["ratelimit"].startswith('"anonymous";r=')
    assert "ratelimit" not in (await gateway.client.get("/livez")).headers


async def test_an_address_without_a_key_has_a_rate_but_health_has_none(stage: Stage) -> None:
    gateway = await stage.gateway(anonymous_rate_per_s=0.1, anonymous_rate_burst=2)
    answers = [await gateway.client.get(path) for path in ("/docs", "/v1/openapi.json", "/", "/v1/openapi.json")]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert {(await gateway.client.get(path)).status_code for path in ("/livez", "/readyz") * 5} == {200}


def waits(buckets: TokenBuckets) -> str:
    try:
        buckets.take("ada")
    except TooManyRequests as refused:
        return refused.headers["retry-after"]
    return ""


def test_a_bucket_fills_with_time_and_no_further() -> None:
    now = 0.0
    buckets = TokenBuckets("test", rate_per_s=0.5, burst=2, clock=lambda: now)
    for wait, wanted in [(0, ""), (0, ""), (0, "2"), (1, "1"), (1, ""), (0, "2"), (100, ""), (0, ""), (0, "2")]:
        now += wait
        assert waits(buckets) == wanted
    buckets.give_back("ada")
    buckets.take("ada")
    with pytest.raises(TooManyRequests):
        buckets.take("ada")


def test_buckets_are_bounded() -> None:
    buckets = TokenBuckets("test", rate_per_s=1, burst=1)
    for number in range(CAPACITY + 10):
        buckets.take(str(number))
    assert len(buckets._buckets) == CAPACITY


@pytest.mark.parametrize(
    ("client", "wanted"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:0:1::1", 1), "20010db800000001::/64"),
        (("2001:db8:0:1:ffff::2", 2), "20010db800000001::/64"),
        (("2001:db8:0:2::1", 1), "20010db800000002::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("a-socket", 0), "a-socket"),
        (None, "unknown"),
    ],
)
def test_an_address_is_what_one_host_has(client: tuple[str, int] | None, wanted: str) -> None:
    assert address_key(client) == wanted

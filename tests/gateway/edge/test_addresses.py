"""Whose request it is, behind reverse proxies."""

from ipaddress import ip_network

import httpx
import pytest
from pydantic import ValidationError

from services.gateway.edge.addresses import client_address
from tests.gateway.stage import PASSWORD, Stage, settings_of

TRUSTED = [ip_network(said) for said in ("10.0.0.0/8", "fd00::/8", "127.0.0.1")]


@pytest.mark.parametrize(
    ("peer", "said", "wanted"),
    [
        ("203.0.113.9", [b"192.0.2.1"], "203.0.113.9"),  # nobody whom we trust says so
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [b"198.51.100.7, 192.0.2.1"], "192.0.2.1"),  # what is further to the left the client wrote
        ("10.0.0.1", [b"198.51.100.7", b"192.0.2.1"], "192.0.2.1"),  # in two lines
        ("10.0.0.1", [b"192.0.2.1, 10.0.0.2"], "192.0.2.1"),  # two proxies
        ("10.0.0.1", [b"evil, 192.0.2.1, 10.0.0.2, 10.0.0.3"], "192.0.2.1"),
        ("10.0.0.1", [b"10.0.0.9"], "10.0.0.9"),  # a client of our own network
        ("10.0.0.1", [b"192.0.2.1:4711"], "192.0.2.1"),
        ("10.0.0.1", [b"[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", [b"2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", [b"::ffff:192.0.2.1"], "192.0.2.1"),  # a socket of both families
        ("fd00::1", [b"2001:db8::2"], "2001:db8::2"),
        ("10.0.0.1", [b"192.0.2.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", [b"192.0.2.1, <script>, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", [b""], "10.0.0.1"),
        ("10.0.0.1", [b",,,"], "10.0.0.1"),
        ("a-socket", [b"192.0.2.1"], "a-socket"),
        ("127.0.0.1", [b"192.0.2.1, " + b", ".join([b"10.0.0.2"] * 5000)], "10.0.0.2"),  # so far and no further
    ],
)
def test_the_address_is_read_from_the_right(peer: str, said: list[bytes], wanted: str) -> None:
    assert client_address(peer, said, b"x-forwarded-for", TRUSTED) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (b"for=192.0.2.1", "192.0.2.1"),
        (b'For="192.0.2.1:80";proto=https;by=10.0.0.1', "192.0.2.1"),
        (b'proto=https;for="[2001:db8::1]:47011"', "2001:db8::1"),
        (b"for=198.51.100.7, for=192.0.2.1", "192.0.2.1"),
        (b"for=192.0.2.1, for=10.0.0.2", "192.0.2.1"),
        (b"for=192.0.2.1, for=_hidden", "10.0.0.1"),
        (b"for=unknown", "10.0.0.1"),
        (b"by=192.0.2.1", "10.0.0.1"),
        (b"xfor=192.0.2.1", "10.0.0.1"),
    ],
)
def test_rfc_7239_is_read_too(said: bytes, wanted: str) -> None:
    assert client_address("10.0.0.1", [said], b"forwarded", TRUSTED) == wanted


async def wrong_passwords(client: httpx.AsyncClient, times: int, **headers: str) -> list[int]:
    names = [f"nobody-{number}" for number in range(times)]  # a name has a limit of its own
    answers = [
        await client.post("/v1/sessions", json={"name": name, "password": PASSWORD}, headers=headers) for name in names
    ]
    return [answer.status_code for answer in answers]


@pytest.fixture
def fast_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong password costs 50 ms of hashing; here only their number matters."""
    monkeypatch.setattr("services.gateway.accounts.sessions.ADDRESS_TRIES", 4)
    monkeypatch.setattr("services.gateway.accounts.sessions.ADDRESS_TRIES_PER_S", 0.01)


@pytest.mark.usefixtures("fast_hashes")
async def test_behind_a_trusted_proxy_an_attacker_locks_out_itself_alone(stage: Stage) -> None:
    gateway = await stage.gateway(over_http=True, trusted_proxies="127.0.0.1")
    await gateway.register("ada")
    async with httpx.AsyncClient(base_url=gateway.url) as proxy:
        attacker = {"x-forwarded-for": "198.51.100.7"}
        assert await wrong_passwords(proxy, 6, **attacker) == [401] * 4 + [429] * 2
        account = {"name": "ada", "password": PASSWORD}
        ada = await proxy.post("/v1/sessions", json=account, headers={"x-forwarded-for": "192.0.2.1"})
        assert ada.status_code == 201
        forged = {"x-forwarded-for": "192.0.2.1, 198.51.100.7"}  # the proxy added the last
        assert await wrong_passwords(proxy, 1, **forged) == [429]


@pytest.mark.usefixtures("fast_hashes")
async def test_without_the_setting_nobodys_word_counts(stage: Stage) -> None:
    """Of uvicorn's own accord whatever comes from 127.0.0.1 would be believed."""
    gateway = await stage.gateway(over_http=True)
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        for number in range(4):
            assert await wrong_passwords(client, 1, **{"x-forwarded-for": f"192.0.2.{number}"}) == [401]
        assert await wrong_passwords(client, 1, **{"x-forwarded-for": "192.0.2.99"}) == [429]


async def test_the_anonymous_rate_is_by_the_clients_address_too(stage: Stage) -> None:
    gateway = await stage.gateway(trusted_proxies="127.0.0.0/8", anonymous_rate_per_s=0.1, anonymous_rate_burst=1)
    said = ["192.0.2.1", "192.0.2.1", "192.0.2.2"]
    answers = [await gateway.client.get("/docs", headers={"x-forwarded-for": address}) for address in said]
    assert [answer.status_code for answer in answers] == [200, 429, 200]


async def test_the_header_that_is_not_chosen_is_not_read(stage: Stage) -> None:
    gateway = await stage.gateway(
        trusted_proxies="127.0.0.1",
        client_address_header="forwarded",
        anonymous_rate_per_s=0.1,
        anonymous_rate_burst=1,
    )
    first = {"forwarded": "for=192.0.2.1", "x-forwarded-for": "203.0.113.1"}
    second = {"forwarded": "for=192.0.2.1", "x-forwarded-for": "203.0.113.2"}
    answers = [await gateway.client.get("/docs", headers=headers) for headers in (first, second)]
    assert [answer.status_code for answer in answers] == [200, 429]


@pytest.mark.parametrize("said", ["proxy", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.1-10.0.0.9", "*", "10.0.0.1 10.0.0.2"])
def test_what_is_no_network_is_refused_with_a_sentence(said: str, tmp_path) -> None:
    with pytest.raises(ValidationError, match=r"PICTOR_TRUSTED_PROXIES has .* such as 10\.0\.0\.5"):
        settings_of("postgresql+asyncpg://x@y/z", tmp_path, trusted_proxies=said)

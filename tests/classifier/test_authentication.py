"""Who may ask a classifier: nobody without a token, but probes, unless PICTOR_AUTH says otherwise."""

import pytest
from pydantic import ValidationError

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.kit.testing.apps import TEST_SECRET, client_of, running

TOKEN = "a-token-for-tests-alone-of-no-worth"
PATHS = [
    ("GET", "/v2"),
    ("GET", "/v2/models/x"),
    ("GET", "/v2/models/x/versions/1"),
    ("GET", "/v2/models/x/ready"),
    ("GET", "/v2/models/x/config"),
    ("GET", "/v2/models/x/stats"),
    ("GET", "/v2/models/stats"),
    ("POST", "/v2/repository/index"),
    ("POST", "/v2/models/x/infer"),
    ("POST", "/v2/models/x/versions/1/infer"),
    ("GET", "/v2/health/other"),
    ("GET", "/internal/model"),
    ("POST", "/v1/classify"),
    ("GET", "/nowhere"),
]
SAID = {
    "internal": "This is an internal service: ask the gateway.",
    "token": "Send `Authorization: Bearer <token>` with the token of this server.",
}


def an_app(tmp_path, auth):
    given = {"auth_token": TOKEN} if auth == "token" else {"internal_secret": TEST_SECRET}
    return create_app(Settings(model_package=tmp_path / "package", auth=auth, **given))


@pytest.mark.parametrize("auth", SAID)
@pytest.mark.parametrize(
    "sent",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer é"],
)
async def test_every_path_refuses_in_the_same_words(tmp_path, auth, sent):
    app = an_app(tmp_path, auth)
    async with running(app), client_of(app, "classifier") as client:
        client.auth = None
        headers = {} if sent is None else {"authorization": sent.encode("latin-1")}
        answers = [await client.request(method, path, headers=headers) for method, path in PATHS]

    for answer, (_, path) in zip(answers, PATHS, strict=True):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
        assert answer.json()["detail"] == SAID[auth]
        assert answer.json().get("error") == (SAID[auth] if path.startswith("/v2") else None)
        assert answer.headers["www-authenticate"] == 'Bearer realm="pictor"'
        assert answer.headers["x-request-id"]
        assert TOKEN not in answer.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_token_opens_every_path(tmp_path, scheme):
    app = an_app(tmp_path, "token")
    async with running(app), client_of(app, "classifier") as client:
        client.auth = None
        headers = {"authorization": f"{scheme} {TOKEN}"}
        answers = [await client.request(method, path, headers=headers) for method, path in PATHS]

    assert 401 not in {answer.status_code for answer in answers}
    assert 403 not in {answer.status_code for answer in answers}


@pytest.mark.parametrize("auth", ["internal", "token", "none"])
async def test_probes_need_no_token(tmp_path, auth):
    app = an_app(tmp_path, auth)
    async with running(app), client_of(app, "classifier") as client:
        client.auth = None
        answers = {
            path: await client.get(path) for path in ("/v2/health/live", "/v2/health/ready", "/livez", "/readyz")
        }

    assert {path: answer.status_code for path, answer in answers.items()} == {
        "/v2/health/live": 200,
        "/v2/health/ready": 503,
        "/livez": 200,
        "/readyz": 503,
    }
    assert answers["/v2/health/ready"].json() == {"ready": False}


async def test_the_token_is_not_good_in_the_stack_nor_the_other_way_round(tmp_path):
    internal, alone = an_app(tmp_path, "internal"), an_app(tmp_path, "token")
    async with running(internal), client_of(internal, "classifier") as client:
        client.auth = None
        assert (await client.get("/v2", headers={"authorization": f"Bearer {TOKEN}"})).status_code == 401
    async with running(alone), client_of(alone, "classifier") as client:
        assert (await client.get("/v2")).status_code == 401


REFUSED = {
    "no token": ({"auth": "token"}, "belong together"),
    "an empty token": ({"auth": "token", "auth_token": ""}, "belong together"),
    "a token that nobody asks for": ({"auth": "none", "auth_token": TOKEN}, "belong together"),
    "a token beside the internal ones": ({"internal_secret": TEST_SECRET, "auth_token": TOKEN}, "belong together"),
    "a short token": ({"auth": "token", "auth_token": "short-but-secret"}, "at least 32"),
    "a token with a space": ({"auth": "token", "auth_token": f"{TOKEN} {TOKEN}"}, "ASCII"),
    "a token with a line": ({"auth": "token", "auth_token": f"{TOKEN}\n"}, "ASCII"),
    "a token in another script": ({"auth": "token", "auth_token": "é" * 40}, "ASCII"),
    "another way": ({"auth": "basic", "internal_secret": TEST_SECRET}, "'internal', 'token' or 'none'"),
}


@pytest.mark.parametrize(("given", "said"), REFUSED.values(), ids=REFUSED)
def test_settings_that_do_not_fit_are_refused_and_the_token_is_not_shown(tmp_path, given, said):
    with pytest.raises(ValidationError, match=said) as refused:
        Settings(model_package=tmp_path, **given)

    assert str(given.get("auth_token") or "no token") not in str(refused.value)


def test_the_token_is_in_no_repr(tmp_path):
    assert TOKEN not in repr(Settings(model_package=tmp_path, auth="token", auth_token=TOKEN))

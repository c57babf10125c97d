"""The gateway's own OpenAPI document."""

from pathlib import Path

from services.gateway.main import create_app
from services.gateway.proxy.contracts import public_operations
from tests.gateway.stage import settings_of


def test_the_document_needs_no_contracts_and_no_database(tmp_path: Path) -> None:
    app = create_app(settings_of("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", tmp_path / "missing"))
    found = {
        operation.id: (operation.method, operation.path, operation.scopes)
        for operation in public_operations("gateway", app.openapi())
    }
    account, admin = frozenset({"account"}), frozenset({"admin"})
    assert found == {
        "users_create": ("POST", "/v1/users", None),
        "sessions_create": ("POST", "/v1/sessions", None),
        "sessions_create_page": ("POST", "/v1/sessions:page", None),
        "sessions_delete": ("DELETE", "/v1/sessions", frozenset()),
        "me_get": ("GET", "/v1/me", frozenset()),
        "me_change_password": ("PUT", "/v1/me/password", account),
        "users_list": ("GET", "/v1/users", admin),
        "users_add": ("POST", "/v1/users:add", admin),
        "users_get": ("GET", "/v1/users/{user_id}", admin),
        "users_update": ("PATCH", "/v1/users/{user_id}", admin),
        "users_delete": ("DELETE", "/v1/users/{user_id}", admin),
        "users_reset_password": ("POST", "/v1/users/{user_id}:resetPassword", admin),
        "audit_list": ("GET", "/v1/audit", admin),
        "api_keys_list": ("GET", "/v1/api-keys", account),
        "api_keys_create": ("POST", "/v1/api-keys", account),
        "api_keys_rotate": ("POST", "/v1/api-keys/{key_id}:rotate", account),
        "api_keys_delete": ("DELETE", "/v1/api-keys/{key_id}", account),
        "shares_list": ("GET", "/v1/collections/{collection_id}/shares", frozenset({"images:read"})),
        "shares_create": ("POST", "/v1/collections/{collection_id}/shares", frozenset({"images:write"})),
        "shares_delete": ("DELETE", "/v1/collections/{collection_id}/shares/{share_id}", frozenset({"images:write"})),
        "shares_unlock": ("POST", "/v1/shares/{secret}:unlock", None),
        "status_get": ("GET", "/v1/status", frozenset()),
        "openapi_get": ("GET", "/v1/openapi.json", None),
    }


def test_every_operation_is_told_and_no_schema_is_anonymous(tmp_path: Path) -> None:
    document = create_app(settings_of("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", tmp_path)).openapi()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for held in [*bodies, *operation["responses"].values()]:
                for content in held.get("content", {}).values():
                    assert set(content["schema"]) & {"$ref"}, (method, path, content)

"""Roles and scopes, as the API names them."""

from typing import Literal

Role = Literal["member", "admin"]
Scope = Literal["images:read", "images:write", "classify", "account", "admin"]

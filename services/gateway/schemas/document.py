"""The OpenAPI document, described."""

from typing import Any

from pydantic import RootModel


class OpenApiDocument(RootModel[dict[str, Any]]):
    """This OpenAPI 3.1 document."""

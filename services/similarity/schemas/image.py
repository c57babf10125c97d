from typing import Any

from pydantic import ConfigDict, RootModel


def _stand_in(schema: dict[str, Any]) -> None:
    schema.clear()
    schema.update({"type": "object", "title": "Image", "x-pictor-from": "catalog"})


class Image(RootModel[dict[str, Any]]):
    """The catalog's image, passed on as it is; the public document has the catalog's description in this place."""

    model_config = ConfigDict(json_schema_extra=_stand_in)

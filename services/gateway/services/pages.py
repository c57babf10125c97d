"""The interactive documentation. It needs no other host, and its policy keeps it so."""

from importlib.util import find_spec
from pathlib import Path
from string import Template

_DOCS_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pictor API</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="$prefix/docs/swagger-ui.css"></head>
<body>
<div id="docs"></div>
<script src="$prefix/docs/swagger-ui-bundle.js"></script>
<script src="$prefix/docs/init.js"></script>
</body>
</html>
"""

_DOCS_SCRIPT = """SwaggerUIBundle({
  url: "$prefix/v1/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
"""

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_page(prefix: str) -> str:
    return Template(_DOCS_PAGE).substitute(prefix=prefix)


def docs_script(prefix: str) -> str:
    return Template(_DOCS_SCRIPT).substitute(prefix=prefix)


def swagger_folder() -> Path:
    """Find Swagger UI 5, which knows OpenAPI 3.1, in the package fastapi-offline; of that, only the files are used."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package fastapi-offline is missing: install pictor[gateway].")
    return Path(spec.origin).parent / "static"

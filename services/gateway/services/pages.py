"""The gateway's few pages. None needs another host, and their policies keep it so."""

import base64
import hashlib
from importlib.util import find_spec
from pathlib import Path
from string import Template

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#222}"
    "code{background:#eee;padding:.1em .3em}"
)
_LANDING = Template(
    """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pictor</title><style>$style</style></head>
<body>
<h1>Pictor</h1>
<p>A self-hosted image library with an HTTP API: it keeps images, labels them, and finds look-alikes.</p>
<p>State: <strong>$state</strong></p>
<ul>
<li><a href="$prefix/docs">The API, to read and to try</a></li>
<li><a href="$prefix/v1/openapi.json">Its OpenAPI document</a></li>
<li><code>GET /v1/status</code>, signed in: what runs, which model, and why not</li>
</ul>
</body>
</html>
"""
)

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


def landing_page(state: str, prefix: str) -> str:
    """`state` is one of our own words, `prefix` the path of PICTOR_PUBLIC_URL."""
    return _LANDING.substitute(style=_STYLE, state=state, prefix=prefix)


def docs_page(prefix: str) -> str:
    return Template(_DOCS_PAGE).substitute(prefix=prefix)


def docs_script(prefix: str) -> str:
    return Template(_DOCS_SCRIPT).substitute(prefix=prefix)


def landing_policy() -> str:
    """Only the page's own style, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def swagger_folder() -> Path:
    """Find Swagger UI 5, which knows OpenAPI 3.1, in the package fastapi-offline; of that, only the files are used."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package fastapi-offline is missing: install pictor[gateway].")
    return Path(spec.origin).parent / "static"

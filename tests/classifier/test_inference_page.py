"""docs/inference.md: its example runs, and what it says of paths, extensions and settings is so."""

import re

import numpy as np

from services.classifier.config import Settings
from services.classifier.handlers.open_inference import EXTENSIONS
from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import service_principal
from services.kit.testing.apps import TEST_SECRET
from tests.classifier.server import REPOSITORY

PAGE = (REPOSITORY / "docs" / "inference.md").read_text()


def test_the_example_runs(server):
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    token = InternalTokens(TEST_SECRET, "test").mint("classifier", service_principal("test"))
    names = {"TOKEN": token, "ADDRESS": f"127.0.0.1:{server.port}"}

    exec(compile(program, "inference.md", "exec"), names)  # noqa: S102 - our own page

    assert names["probabilities"].shape == (2, 1000)
    assert names["embedding"].shape == (2, 2048)
    assert np.isfinite(names["embedding"]).all()


def test_every_path_of_the_page_is_there(service):
    document = service.get("/openapi.json").json()
    said = {path.replace("{m}", "{name}") for path in re.findall(r"`(?:GET |POST )?(/v2[^`]*)`", PAGE)}
    assert len(said) >= 6
    for path in said:
        assert any(
            known == path or known.startswith(f"{path.replace('{v}', '{version}')}/") for known in document["paths"]
        ), path


def test_extensions_and_settings_are_those_of_the_code():
    assert ", ".join(f"`{name}`" for name in EXTENSIONS) in PAGE
    known = {f"PICTOR_{name}".upper() for name in Settings.model_fields}
    stack = {"PICTOR_WEIGHTS", "PICTOR_INFERENCE_PORTS"}
    assert set(re.findall(r"PICTOR_[A-Z_]*[A-Z]", PAGE)) - stack <= known

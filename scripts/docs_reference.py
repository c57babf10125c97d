"""A hook of MkDocs: the public OpenAPI document lies beside the page that shows it."""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

CONTRACT = Path("contracts") / "openapi" / "public.json"


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:  # noqa: ANN401 - MkDocs passes what it likes
    root = Path(config.config_file_path).parent
    files.append(File.generated(config, "public.json", content=(root / CONTRACT).read_text()))
    return files

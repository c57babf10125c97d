"""What `pictor up` itself reads from the environment, and where things lie in the data folder."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
RESTORING = "restore.json"
"""In the data folder while a restore into it is not complete."""
AUTO = "auto"
WEIGHTS = (AUTO, "imagenet", "starter", "untrained", "inception_v3", "resnet50", "vgg16", "efficientnet_lite2")
"""What PICTOR_WEIGHTS may say beside a path; a test holds the names against the networks that there are."""
MOST = 65535  # the highest port


class StackError(Exception):
    """The stack cannot start or go on; the text says what to do and is all that the operator sees."""


@dataclass(frozen=True)
class StackSettings:
    """`weights` is one of WEIGHTS, or the path of a weights file or of another model package.

    `candidate` is the folder of a second model package, which is served beside the first; None without one.
    """

    data: Path
    port: int
    weights: str
    candidate: Path | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "StackSettings":
        """Raise StackError when a variable does not say what it should."""
        port = environ.get("PICTOR_PORT", "8000")
        if not port.isdecimal() or not 1 <= int(port) <= MOST:
            raise StackError(f"PICTOR_PORT must be a port between 1 and 65535, not {port!r}.")
        weights = environ.get("PICTOR_WEIGHTS") or AUTO
        if weights not in WEIGHTS:
            path = Path(weights).expanduser().resolve()
            if not (path.is_file() or (path / "manifest.json").is_file()):
                raise StackError(
                    f"PICTOR_WEIGHTS names {path}, which is neither a file nor a model package. "
                    f"It may be: {', '.join(WEIGHTS)}, or the path of a weights file or of a model package."
                )
            weights = str(path)
        candidate = _package(environ.get("PICTOR_CANDIDATE_PACKAGE"))
        data = Path(environ.get("PICTOR_DATA") or "data").expanduser().resolve()
        return cls(data=data, port=int(port), weights=weights, candidate=candidate)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def lock(self) -> Path:
        return self.data / "pictor.lock"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.json"

    @property
    def credentials(self) -> Path:
        return self.data / "credentials.json"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def objects(self) -> Path:
        return self.data / "objects"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def sample(self) -> Path:
        return self.data / "sample.jpg"


def _package(named: str | None) -> Path | None:
    if not named:
        return None
    path = Path(named).expanduser().resolve()
    if not (path / "manifest.json").is_file():
        raise StackError(f"PICTOR_CANDIDATE_PACKAGE names {path}, which is not a model package.")
    return path

"""The processes of Pictor: how each is started and what it is told."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import services
from pictor.stack.bootstrap.secrets import Secrets
from pictor.stack.postgres.server import Cluster
from pictor.stack.process.child_process import ChildSpec
from pictor.stack.settings import HOST, StackSettings

ROOT = Path(services.__file__).parent.parent
_OURS = {
    "PICTOR_CANDIDATE_PACKAGE",
    "PICTOR_CANDIDATE_URL",
    "PICTOR_CATALOG_URL",
    "PICTOR_CLASSIFIER_URL",
    "PICTOR_DATABASE_URL",
    "PICTOR_INTERNAL_SECRET",
    "PICTOR_KEY_PEPPER",
    "PICTOR_MODEL_PACKAGE",
    "PICTOR_SIMILARITY_URL",
    "PICTOR_STORE_FOLDER",
}
_GRACE_S = 6
_PROGRAMS = {"candidate": "classifier"}


@dataclass(frozen=True)
class Ports:
    """Where the services listen on loopback."""

    gateway: int
    catalog: int
    classifier: int
    similarity: int
    candidate: int

    def url(self, service: str) -> str:
        return f"http://{HOST}:{getattr(self, service)}"


def base_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What every child gets: the operator's environment, also PICTOR_ variables that tune a service, but none of those
    that this stack decides (a PICTOR_DATABASE_URL left in a shell must not lead elsewhere)."""
    local = ",".join(filter(None, (environ.get("NO_PROXY") or environ.get("no_proxy"), HOST, "localhost")))
    return {
        **{name: value for name, value in environ.items() if name not in _OURS},
        "MALLOC_ARENA_MAX": "2",  # glibc's default, 8 arenas a core, doubles the memory of idle threads
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": local,
        "no_proxy": local,
    }


def service_specs(
    settings: StackSettings, *, secrets: Secrets, cluster: Cluster, ports: Ports, package: Path, candidate: Path
) -> dict[str, ChildSpec]:
    """All five, and the second classifier, by name; that one is started when there is a second model.

    Each gets the secrets and addresses that it needs, not those of the others.
    """
    shared = {**base_environment(), "PICTOR_INTERNAL_SECRET": secrets.internal_secret}
    urls = {f"PICTOR_{name.upper()}_URL": ports.url(name) for name in ("catalog", "classifier", "similarity")}
    beside = {"PICTOR_CANDIDATE_URL": ports.url("candidate")}
    catalog = {
        "PICTOR_STORE": "folder",
        **shared,  # PICTOR_STORE=s3 with its PICTOR_S3_ variables is the operator's choice
        "PICTOR_DATABASE_URL": cluster.url("pictor_catalog"),
        "PICTOR_STORE_FOLDER": str(settings.objects),
        "PICTOR_CLASSIFIER_URL": urls["PICTOR_CLASSIFIER_URL"],
        "PICTOR_SIMILARITY_URL": urls["PICTOR_SIMILARITY_URL"],
        **beside,
    }
    environments = {
        "gateway": {
            **shared,
            **urls,
            **beside,
            "PICTOR_DATABASE_URL": cluster.url("pictor_gateway"),
            "PICTOR_KEY_PEPPER": secrets.key_pepper,
        },
        "catalog": catalog,
        "worker": catalog,
        "classifier": {"PICTOR_ENGINE": "auto", **shared, "PICTOR_MODEL_PACKAGE": str(package)},
        "similarity": {
            **shared,
            "PICTOR_DATABASE_URL": cluster.url("pictor_similarity"),
            "PICTOR_CATALOG_URL": urls["PICTOR_CATALOG_URL"],
            "PICTOR_CLASSIFIER_URL": urls["PICTOR_CLASSIFIER_URL"],
            "PICTOR_MODEL_PACKAGE": str(package),
            **beside,
        },
    }
    environments["candidate"] = {**environments["classifier"], "PICTOR_MODEL_PACKAGE": str(candidate)}
    return {
        name: ChildSpec(
            name=name,
            argv=_worker() if name == "worker" else _web(_PROGRAMS.get(name, name), getattr(ports, name)),
            env=environment,
            cwd=ROOT,
            log=settings.logs / f"{name}.log",
        )
        for name, environment in environments.items()
    }


def _web(name: str, port: int) -> tuple[str, ...]:
    factory = ("--factory", f"services.{name}.main:create_app")
    address = ("--host", HOST, "--port", str(port))
    # Who asks is known by PICTOR_TRUSTED_PROXIES alone: uvicorn would believe whatever comes from this machine.
    protocol = ("--http", "services.kit.http.protocol:ProblemProtocol", "--no-proxy-headers")
    return (
        sys.executable,
        "-m",
        "uvicorn",
        *factory,
        *address,
        *protocol,
        "--timeout-graceful-shutdown",
        str(_GRACE_S),
    )


def _worker() -> tuple[str, ...]:
    return (sys.executable, "-m", "services.catalog.worker")

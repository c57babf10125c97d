"""Where a backup is kept: a folder, or a bucket of an S3 server."""

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from pictor.backup.manifest import BackupError, Manifest, read_manifest
from services.catalog.storage.objects import FolderStore, ObjectMissing, ObjectStore, S3Store
from services.catalog.storage.objects.port import read_all
from services.kit.settings import EnvironmentSettings

RUNS, OBJECTS = "runs/", "objects/"
MANIFEST, PRIVATE = "manifest.json", "private.json"


class BackupServer(EnvironmentSettings):
    """The S3 server of a backup: another one than the library's, so variables of its own."""

    model_config = SettingsConfigDict(env_prefix="PICTOR_BACKUP_", extra="ignore", hide_input_in_errors=True)

    s3_endpoint: str
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_region: str | None = None
    s3_secure: bool = True


def open_place(named: str) -> ObjectStore:
    """Give the store that `named` is: `s3://bucket`, or a folder. Raises BackupError."""
    if not named.startswith("s3://"):
        return FolderStore(Path(named).expanduser().resolve())
    try:
        server = BackupServer()
    except ValidationError as error:
        lacking = ", ".join(f"PICTOR_BACKUP_{part['loc'][0]}".upper() for part in error.errors())
        raise BackupError(f"For {named} the environment has to say {lacking}.") from error
    return S3Store(
        endpoint=server.s3_endpoint,
        access_key=server.s3_access_key.get_secret_value(),
        secret_key=server.s3_secret_key.get_secret_value(),
        bucket=named.removeprefix("s3://").rstrip("/"),
        region=server.s3_region,
        secure=server.s3_secure,
    )


async def complete_runs(place: ObjectStore) -> list[str]:
    """Names of the complete backups, the oldest first; a name is the time in UTC."""
    try:
        found = [info.key async for info in place.list(RUNS)]
    except ObjectMissing:
        return []
    return sorted(key.split("/")[1] for key in found if key.endswith(f"/{MANIFEST}"))


async def manifest_of(place: ObjectStore, run: str) -> Manifest:
    """Raises BackupError."""
    try:
        return read_manifest(await read_all(place, f"{RUNS}{run}/{MANIFEST}"))
    except ObjectMissing as error:
        raise BackupError(f"There is no complete backup {run} there.") from error

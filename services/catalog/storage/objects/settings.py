"""Which object store there is, as the environment says it: for the service, and for backups."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.catalog.storage.objects.folder import FolderStore
from services.catalog.storage.objects.port import ObjectStore
from services.catalog.storage.objects.s3 import S3Store
from services.kit.settings import EnvironmentSettings


class StoreSettings(EnvironmentSettings):
    store: Literal["folder", "s3"] = "folder"
    store_folder: Path | None = Field(default=None, description="Where the bytes are, with store=folder.")
    s3_endpoint: str | None = Field(default=None, description="host:port of a MinIO or other S3 server.")
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_bucket: str = "pictor"
    s3_region: str | None = None
    s3_secure: bool = True

    @model_validator(mode="after")
    def _store_is_complete(self) -> Self:
        if self.store == "folder" and self.store_folder is None:
            raise ValueError("PICTOR_STORE=folder wants PICTOR_STORE_FOLDER")
        if self.store == "s3" and not (self.s3_endpoint and self.s3_access_key and self.s3_secret_key):
            raise ValueError("PICTOR_STORE=s3 wants PICTOR_S3_ENDPOINT, PICTOR_S3_ACCESS_KEY and PICTOR_S3_SECRET_KEY")
        return self


def open_store(settings: StoreSettings) -> ObjectStore:
    """Give the object store that the settings name; nothing is connected yet."""
    if settings.store == "folder" and settings.store_folder:
        return FolderStore(settings.store_folder)
    if not (settings.s3_endpoint and settings.s3_access_key and settings.s3_secret_key):
        raise ValueError("the settings name no object store")
    return S3Store(
        endpoint=settings.s3_endpoint,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        bucket=settings.s3_bucket,
        region=settings.s3_region,
        secure=settings.s3_secure,
    )

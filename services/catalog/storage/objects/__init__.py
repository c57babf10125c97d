"""Image bytes: one port, two stores."""

from services.catalog.storage.objects.folder import FolderStore
from services.catalog.storage.objects.port import InvalidKey, ObjectInfo, ObjectMissing, ObjectStore, StoreUnavailable
from services.catalog.storage.objects.s3 import S3Store

__all__ = ["FolderStore", "InvalidKey", "ObjectInfo", "ObjectMissing", "ObjectStore", "S3Store", "StoreUnavailable"]

"""Accounts as an admin is told of them."""

from services.gateway.schemas.accounts import Account, Deletion, ImagesOfDeleted
from services.gateway.storage.records import StoredUser


def account_document(user: StoredUser) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        role=user.role,
        disabled=user.disabled_at is not None,
        created_at=user.created_at,
        quota_bytes=user.quota.max_bytes,
        quota_images=user.quota.max_images,
        deletion=_deletion(user),
    )


def _deletion(user: StoredUser) -> Deletion | None:
    if user.deleted_at is None:
        return None
    images = ImagesOfDeleted.DELETE if user.heir_id is None else ImagesOfDeleted.KEEP_FOR
    return Deletion(images=images, keep_for=user.heir_id, begun_at=user.deleted_at)

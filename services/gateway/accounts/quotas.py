"""What users may keep: said by the server's settings, or for one user by an admin; held to by the catalog."""

from services.gateway.accounts.authentication import SignedIn
from services.gateway.schemas.users import UserQuota
from services.kit.clients import ServiceClient
from services.kit.http.problems import ApiError
from services.kit.principal import service_principal
from services.protocol.quota import HEADER, Quota

UPLOADS = frozenset({"images_create", "images_upload"})
"""Operations of the catalog that add images."""
TIMEOUT_S = 2.0


class Quotas:
    """Holds the server's defaults."""

    def __init__(self, catalog: ServiceClient, *, default: Quota) -> None:
        self._catalog = catalog
        self._default = default

    def of(self, signed_in: SignedIn) -> Quota:
        said, default = signed_in.quota, self._default
        return Quota(
            default.max_bytes if said.max_bytes is None else said.max_bytes,
            default.max_images if said.max_images is None else said.max_images,
        )

    def claims(self, operation: str, signed_in: SignedIn) -> list[tuple[bytes, bytes]]:
        """Give the headers that tell the catalog, of an upload that has a quota."""
        quota = self.of(signed_in)
        return [(HEADER.encode(), quota.packed().encode())] if operation in UPLOADS and quota.is_set else []

    async def describe(self, signed_in: SignedIn) -> UserQuota | None:
        """Give quota and use; None without a quota. The use is not known while the catalog is away."""
        quota = self.of(signed_in)
        if not quota.is_set:
            return None
        path = f"/internal/owners/{signed_in.principal.identity}/usage"
        try:
            answer = await self._catalog.call("GET", path, principal=service_principal("gateway"), timeout_s=TIMEOUT_S)
        except ApiError:
            return UserQuota(max_bytes=quota.max_bytes, max_images=quota.max_images)
        used = answer.json()
        return UserQuota(
            max_bytes=quota.max_bytes, max_images=quota.max_images, bytes=used["bytes"], images=used["images"]
        )

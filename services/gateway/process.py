"""What lives as long as the process does."""

from dataclasses import dataclass

from services.gateway.accounts.administration import Administration
from services.gateway.accounts.audit import AuditLog
from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.credentials import Pepper
from services.gateway.accounts.deletion import DeletionService
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.quotas import Quotas
from services.gateway.accounts.sessions import SessionService
from services.gateway.accounts.shares import ShareService
from services.gateway.clients.probes import Probes
from services.gateway.clients.upstream import Upstream
from services.gateway.proxy.admission import Admission
from services.gateway.proxy.document import PublicDocument
from services.gateway.proxy.forwarding import Proxy
from services.gateway.services.status import StatusService
from services.kit.clients import ServiceClient


@dataclass(frozen=True)
class Process:
    """Made by main.py in the lifespan, found at `app.state.process`."""

    administration: Administration
    admission: Admission
    audit: AuditLog
    authenticator: Authenticator
    deletions: DeletionService
    document: PublicDocument
    passwords: Passwords
    pepper: Pepper
    probes: Probes
    proxy: Proxy
    quotas: Quotas
    sessions: SessionService
    shares: ShareService
    catalog: ServiceClient
    status: StatusService
    upstreams: dict[str, Upstream]

    async def close(self) -> None:
        self.passwords.close()
        await self.probes.close()
        await self.catalog.close()
        for upstream in self.upstreams.values():
            await upstream.close()

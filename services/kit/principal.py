"""Who asks: the principal that a verified internal token stands for."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.kit.http.problems import Forbidden


@dataclass(frozen=True)
class Principal:
    """A signed-in user as the gateway saw it, or (with `user_id` None) another service on its own account."""

    user_id: UUID | None
    name: str
    role: str = "member"
    scopes: frozenset[str] = frozenset()

    @property
    def is_service(self) -> bool:
        return self.user_id is None

    @property
    def identity(self) -> UUID:
        """The user's id. Raises Forbidden for a service: it owns nothing."""
        if self.user_id is None:
            raise Forbidden(f"This is for users: {self.name} is a service.")
        return self.user_id


def service_principal(name: str) -> Principal:
    return Principal(user_id=None, name=name, role="service")


async def get_principal(request: Request) -> Principal:
    # async, as every dependency that does not block: FastAPI sends plain functions through a thread (0.3 ms a request).
    principal: Principal = request.state.principal
    return principal


CurrentPrincipal = Annotated[Principal, Depends(get_principal)]

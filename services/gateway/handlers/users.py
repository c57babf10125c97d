"""Users and the caller's own account."""

from fastapi import APIRouter, Request, Response

from services.gateway.handlers.dependencies import Accounts, CurrentProcess, CurrentSignIn
from services.gateway.schemas.users import User, UserCreate
from services.gateway.services.errors import NameTaken, RegistrationClosed
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs, open_to_all
from services.kit.http.problems import ContentTooLarge, NotFound, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency

router = APIRouter(route_class=ETagRoute, tags=["account"])


@router.post(
    "/v1/users",
    operation_id="users_create",
    summary="Register",
    description="Open to all, unless the server's registration is closed. The first user of a server is its admin.",
    status_code=201,
    response_model=User,
    responses=problem_responses(
        NameTaken, RegistrationClosed, IdempotencyConflict, IdempotencyMismatch, ContentTooLarge
    ),
    openapi_extra=open_to_all(),
)
async def create_user(
    new: UserCreate, request: Request, process: CurrentProcess, accounts: Accounts, idempotency: RequestIdempotency
) -> Response:
    # Hashed before the transaction begins, and the body compared by a keyed digest: it has a password in it.
    password_hash = await process.passwords.hash(new.password.get_secret_value())
    digest = process.pepper.fingerprint(await request.body())
    return await idempotency.once(lambda: accounts.register(new.name, password_hash), digest=digest)


@router.get(
    "/v1/me",
    operation_id="me_get",
    summary="Who am I",
    description="The caller, with the scopes of the key or session that the request is signed with.",
    responses=problem_responses(NotFound),
    openapi_extra=needs(),
)
async def get_me(signed_in: CurrentSignIn, process: CurrentProcess, accounts: Accounts) -> User:
    return await accounts.me(signed_in.principal, await process.quotas.describe(signed_in))

"""Accounts: for admins, and one's own password."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.gateway.handlers.dependencies import CurrentProcess, CurrentSignIn
from services.gateway.schemas.accounts import (
    Account,
    AccountChange,
    AccountCreate,
    AccountPage,
    AccountWithPassword,
    PasswordChange,
)
from services.gateway.services.errors import LastAdmin, NameTaken, WrongPassword
from services.gateway.services.rates import address_key
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import ContentTooLarge, InvalidCursor, NotFound, problem_responses

router = APIRouter(route_class=ETagRoute, tags=["account"])
ADMIN = needs("admin")
UserId = Annotated[UUID, Path(description="A user's id.")]


@router.put(
    "/v1/me/password",
    operation_id="me_change_password",
    summary="Change one's password",
    description=(
        "Ends all other sessions of the account. API keys go on working, unless `revoke_keys` is true. A wrong "
        "current password counts as a failed sign-in."
    ),
    status_code=204,
    responses=problem_responses(WrongPassword, ContentTooLarge),
    openapi_extra=needs("account"),
)
async def change_password(
    change: PasswordChange, request: Request, signed_in: CurrentSignIn, process: CurrentProcess
) -> None:
    address = address_key((request.client.host, request.client.port) if request.client else None)
    await process.sessions.change_password(signed_in, change, address=address)


@router.get(
    "/v1/users",
    operation_id="users_list",
    summary="List accounts",
    description="All accounts, newest first. For admins.",
    responses=problem_responses(InvalidCursor),
    openapi_extra=ADMIN,
)
async def list_users(process: CurrentProcess, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> AccountPage:
    return await process.administration.page(cursor, limit)


@router.post(
    "/v1/users:add",
    operation_id="users_add",
    summary="Add an account",
    description=(
        "For admins, also where registration is closed. The first user of a server registers instead. Sent twice, it "
        "is `name_taken` the second time; a password that was lost on the way is made anew by `:resetPassword`."
    ),
    status_code=201,
    responses=problem_responses(NameTaken, ContentTooLarge),
    openapi_extra=ADMIN,
)
async def add_user(new: AccountCreate, response: Response, process: CurrentProcess) -> AccountWithPassword:
    response.headers["cache-control"] = "no-store"
    return await process.administration.add(new)


@router.get(
    "/v1/users/{user_id}",
    operation_id="users_get",
    summary="Read an account",
    description="For admins.",
    responses=problem_responses(NotFound),
    openapi_extra=ADMIN,
)
async def get_user(user_id: UserId, process: CurrentProcess) -> Account:
    return await process.administration.get(user_id)


@router.patch(
    "/v1/users/{user_id}",
    operation_id="users_update",
    summary="Change an account",
    description=(
        "For admins. A disabled account is signed out everywhere within 5 s, and its keys are refused; its images stay "
        "as they are. The last admin stays one."
    ),
    responses=problem_responses(NotFound, LastAdmin, ContentTooLarge),
    openapi_extra=ADMIN,
)
async def update_user(user_id: UserId, change: AccountChange, process: CurrentProcess) -> Account:
    return await process.administration.change(user_id, change)


@router.post(
    "/v1/users/{user_id}:resetPassword",
    operation_id="users_reset_password",
    summary="Give an account a new password",
    description="For admins. A random password, shown this once; all sessions of the account end, its keys stay.",
    responses=problem_responses(NotFound),
    openapi_extra=ADMIN,
)
async def reset_password(user_id: UserId, response: Response, process: CurrentProcess) -> AccountWithPassword:
    response.headers["cache-control"] = "no-store"
    return await process.administration.reset_password(user_id)

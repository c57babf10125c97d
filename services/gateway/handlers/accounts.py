"""Accounts: for admins, and one's own password."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.gateway.accounts.deletion import heir_of
from services.gateway.handlers.dependencies import CurrentProcess, CurrentSignIn
from services.gateway.schemas.accounts import (
    Account,
    AccountChange,
    AccountCreate,
    AccountPage,
    AccountWithPassword,
    ImagesOfDeleted,
    PasswordChange,
)
from services.gateway.services.errors import DeletionUnderWay, LastAdmin, NameTaken, WrongPassword
from services.gateway.services.rates import address_key
from services.kit import context
from services.kit.declared_headers import LOCATED
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
    responses=problem_responses(NotFound, LastAdmin, DeletionUnderWay, ContentTooLarge),
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


@router.delete(
    "/v1/users/{user_id}",
    operation_id="users_delete",
    summary="Delete an account",
    description=(
        "For admins, and for good. Signed out everywhere within 5 s; keys and share links end. `images=delete` deletes "
        "images and collections too, `images=keep_for` hands them to the user `keep_for`: private ones stay private, "
        "favorites go, and where that user has the same bytes the own image stays. It runs in the background, also "
        "after a restart of the server; `GET` is 404 once it is over, which takes as long as an upload may. Sent "
        "again, it changes nothing."
    ),
    status_code=202,
    responses={202: LOCATED, **problem_responses(NotFound, LastAdmin, DeletionUnderWay)},
    openapi_extra=ADMIN,
)
async def delete_user(
    user_id: UserId,
    response: Response,
    process: CurrentProcess,
    images: Annotated[ImagesOfDeleted, Query(description="What becomes of the account's images.")],
    keep_for: Annotated[UUID | None, Query(description="With `images=keep_for`: who is given them.")] = None,
) -> Account:
    heir = heir_of(images, keep_for)
    response.headers["location"] = context.public(f"/v1/users/{user_id}")
    return await process.deletions.begin(user_id, keep_for=heir)

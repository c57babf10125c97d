"""Signing in and out."""

from fastapi import APIRouter, Request, Response

from services.gateway.handlers.dependencies import CurrentProcess, CurrentSignIn
from services.gateway.proxy.browser import CrossSite, is_https, require_own_page
from services.gateway.schemas.sessions import PageSession, Session, SessionCreate
from services.gateway.services.errors import InvalidCredentials, NotASession
from services.gateway.services.rates import address_key
from services.kit.http.openapi import needs, open_to_all
from services.kit.http.problems import ContentTooLarge, problem_responses
from services.kit.http.strict import StrictRoute

router = APIRouter(tags=["account"], route_class=StrictRoute)


@router.post(
    "/v1/sessions",
    operation_id="sessions_create",
    summary="Sign in",
    description=(
        "Gives a token for 30 days, with all scopes of the user. Takes no Idempotency-Key: signing in again only opens "
        "another session. Failed tries are limited by name and by address."
    ),
    status_code=201,
    responses=problem_responses(InvalidCredentials, ContentTooLarge),
    openapi_extra=open_to_all(),
)
async def create_session(
    sign_in: SessionCreate, request: Request, response: Response, process: CurrentProcess
) -> Session:
    response.headers["cache-control"] = "no-store"
    address = address_key(request.scope["client"])
    return await process.sessions.sign_in(sign_in.name, sign_in.password.get_secret_value(), address=address)


@router.post(
    "/v1/sessions:page",
    operation_id="sessions_create_page",
    summary="Sign in from the page",
    description=(
        "For the page that this server serves: the session is in a cookie that no script can read (HttpOnly, "
        "SameSite=Strict), and holds for requests of that page alone. Changes need the header `X-Pictor-Page`."
    ),
    status_code=201,
    responses=problem_responses(InvalidCredentials, CrossSite, ContentTooLarge),
    openapi_extra=open_to_all(),
)
async def create_page_session(
    sign_in: SessionCreate, request: Request, response: Response, process: CurrentProcess
) -> PageSession:
    require_own_page(request.scope)
    session = await create_session(sign_in, request, response, process)
    response.set_cookie(
        process.pepper.cookie_name,
        session.token,
        expires=session.expires_at,
        secure=is_https(request.headers),
        httponly=True,
        samesite="strict",
    )
    return PageSession(expires_at=session.expires_at, user=session.user)


@router.delete(
    "/v1/sessions",
    operation_id="sessions_delete",
    summary="Sign out",
    description="Ends the session that the request is signed with; its token works nowhere after 5 s.",
    status_code=204,
    responses=problem_responses(NotASession),
    openapi_extra=needs(),
)
async def delete_session(
    signed_in: CurrentSignIn, request: Request, response: Response, process: CurrentProcess
) -> None:
    await process.sessions.sign_out(signed_in)
    if process.pepper.cookie_name in request.cookies:
        response.delete_cookie(process.pepper.cookie_name, httponly=True, samesite="strict")

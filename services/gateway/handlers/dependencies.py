"""What a request's handlers are given, put together from what lives as long as the process."""

from typing import Annotated

from fastapi import Depends, Request

from services.gateway.accounts.api_keys import ApiKeyService
from services.gateway.accounts.authentication import SignedIn
from services.gateway.accounts.users import AccountService
from services.gateway.process import Process
from services.gateway.storage.api_keys import ApiKeyStore
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.users import UserStore
from services.kit.postgres.database import RequestSession
from services.kit.principal import CurrentPrincipal


def process_of(request: Request) -> Process:
    process: Process = request.app.state.process
    return process


CurrentProcess = Annotated[Process, Depends(process_of)]


def signed_in_of(request: Request) -> SignedIn:
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def accounts_of(request: Request, session: RequestSession) -> AccountService:
    return AccountService(
        UserStore(session), AuditStore(session), registration_open=request.app.state.registration_open
    )


def api_keys_of(process: CurrentProcess, session: RequestSession, principal: CurrentPrincipal) -> ApiKeyService:
    return ApiKeyService(
        ApiKeyStore(session),
        UserStore(session),
        AuditStore(session),
        principal=principal,
        pepper=process.pepper,
        authenticator=process.authenticator,
    )


CurrentSignIn = Annotated[SignedIn, Depends(signed_in_of)]
Accounts = Annotated[AccountService, Depends(accounts_of)]
ApiKeys = Annotated[ApiKeyService, Depends(api_keys_of)]

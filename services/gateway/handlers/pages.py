"""Pages for people: `/` and the interactive documentation."""

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse, HTMLResponse

from services.gateway.handlers.dependencies import process_of
from services.gateway.services.pages import (
    DOCS_POLICY,
    docs_page,
    docs_script,
    landing_page,
    landing_policy,
    swagger_folder,
)

ASSET_HEADERS = {"cache-control": "public, max-age=86400"}


def pages_router(prefix: str) -> APIRouter:
    """`prefix` is the path of PICTOR_PUBLIC_URL: what the pages refer to is under it."""
    router = APIRouter(include_in_schema=False)
    swagger = swagger_folder()

    @router.get("/")
    async def landing(request: Request) -> Response:
        page = landing_page(await process_of(request).status.state(), prefix)
        return HTMLResponse(page, headers={"content-security-policy": landing_policy()})

    @router.get("/docs")
    async def docs() -> Response:
        return HTMLResponse(docs_page(prefix), headers={"content-security-policy": DOCS_POLICY})

    @router.get("/docs/init.js")
    async def script() -> Response:
        return Response(docs_script(prefix), media_type="text/javascript")

    @router.get("/docs/swagger-ui.css")
    async def docs_style() -> Response:
        return FileResponse(swagger / "swagger-ui.css", media_type="text/css", headers=ASSET_HEADERS)

    @router.get("/docs/swagger-ui-bundle.js")
    async def docs_bundle() -> Response:
        return FileResponse(swagger / "swagger-ui-bundle.js", media_type="text/javascript", headers=ASSET_HEADERS)

    return router

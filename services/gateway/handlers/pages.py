"""Pages for people: the page itself and the interactive documentation."""

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse, HTMLResponse

from services.gateway.services.page_files import INDEX, POLICY, ROOTS, PageFile, read_page
from services.gateway.services.pages import DOCS_POLICY, docs_page, docs_script, swagger_folder
from services.kit.http.etags import not_modified
from services.kit.http.problems import NotFound

ASSET_HEADERS = {"cache-control": "public, max-age=86400"}


def pages_router(prefix: str) -> APIRouter:
    """`prefix` is the path of PICTOR_PUBLIC_URL: what the pages refer to is under it."""
    router = APIRouter(include_in_schema=False)
    swagger, page = swagger_folder(), read_page(prefix)

    async def index(request: Request) -> Response:
        return _file(request, page[INDEX], {"content-security-policy": POLICY})

    for path in ("/", *(f"/{root}" for root in ROOTS), *(f"/{root}/{{rest:path}}" for root in ROOTS)):
        router.add_api_route(path, index)

    @router.get("/assets/{name}")
    async def asset(request: Request, name: str) -> Response:
        found = page.get(f"assets/{name}")
        if found is None:
            raise NotFound("There is no such file; the page may be newer than the one that you have open.")
        return _file(request, found)

    @router.get("/icon.svg")
    async def icon(request: Request) -> Response:
        return _file(request, page["icon.svg"])

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


def _file(request: Request, file: PageFile, headers: dict[str, str] | None = None) -> Response:
    told = {"cache-control": file.cache_control, "etag": file.etag, **(headers or {})}
    if not_modified(request, file.etag):
        return Response(status_code=304, headers=told)
    return Response(file.body, media_type=file.media_type, headers=told)

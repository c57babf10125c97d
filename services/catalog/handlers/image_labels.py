"""/v1/images/{image_id}/labels/{label_id}: what the owner says of a label; and all labels as a chart."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.catalog.domain import ImageRecord, LabelStatus
from services.catalog.handlers.content import BINARY, HARDENED, OCTETS, accepted
from services.catalog.handlers.dependencies import CurrentCatalog, Images, LabelDecisions
from services.catalog.handlers.parameters import ImageId, LabelId
from services.catalog.schemas.image import ImageLabels, image_labels
from services.catalog.services.errors import LabelNotOnImage, NoSuchImage, NotOwner, TooManyLabels
from services.catalog.services.labels.charts import label_bars
from services.kit.http.etags import ETagRoute, etag_of, not_modified, require_match
from services.kit.http.openapi import needs
from services.kit.http.problems import PreconditionFailed, problem_responses
from services.kit.principal import CurrentPrincipal
from services.vision.charts import bar_chart_png, bar_chart_svg

router = APIRouter(tags=["labels"], route_class=ETagRoute)
IF_MATCH = "`If-Match` takes the ETag of the image's labels. Doing it again changes nothing."


async def _own_image(
    request: Request, image_id: ImageId, principal: CurrentPrincipal, images: Images, catalog: CurrentCatalog
) -> ImageRecord:
    """Give the caller's image with its row held, its labels as `If-Match` wants them."""
    image = await images.get_own(image_id, principal)
    require_match(request, ImageLabels(items=image_labels(image, catalog.taxonomy)))
    return image


Top = Annotated[int, Query(ge=1, le=20, description="How many labels, the best first.")]
CHART = "The best labels that nobody rejected, a bar for each as long as its score, for a page or a report."


def chart_responses(media_type: str) -> dict[int | str, dict[str, object]]:
    return {
        200: {"description": "The chart.", "content": {OCTETS: BINARY, media_type: BINARY}},
        304: {"description": "You have it: If-None-Match names its ETag."},
    }


def _chart(request: Request, content: bytes, media_type: str) -> Response:
    headers = {**HARDENED, "etag": etag_of(content), "cache-control": "private, no-cache"}
    if not_modified(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=accepted(request, media_type), headers=headers)


@router.get(
    "/v1/images/{image_id}/labels.svg",
    operation_id="images_labels_svg",
    summary="Draw the labels of an image as SVG",
    description=CHART,
    response_class=Response,
    responses={**chart_responses("image/svg+xml"), **problem_responses(NoSuchImage)},
    openapi_extra=needs("images:read"),
)
async def images_labels_svg(
    request: Request,
    image_id: ImageId,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
    top: Top = 5,
) -> Response:
    bars = label_bars(await images.get(image_id, principal), catalog.taxonomy, top)
    return _chart(request, bar_chart_svg(bars), "image/svg+xml")


@router.get(
    "/v1/images/{image_id}/labels.png",
    operation_id="images_labels_png",
    summary="Draw the labels of an image as PNG",
    description=CHART,
    response_class=Response,
    responses={**chart_responses("image/png"), **problem_responses(NoSuchImage)},
    openapi_extra=needs("images:read"),
)
async def images_labels_png(
    request: Request,
    image_id: ImageId,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
    top: Top = 5,
) -> Response:
    bars = label_bars(await images.get(image_id, principal), catalog.taxonomy, top)
    return _chart(request, bar_chart_png(bars), "image/png")


OwnImage = Annotated[ImageRecord, Depends(_own_image, scope="function")]


@router.post(
    "/v1/images/{image_id}/labels/{label_id}:confirm",
    operation_id="images_labels_confirm",
    summary="Confirm a label",
    description=f"It stays when the model no longer gives it. {IF_MATCH}",
    responses=problem_responses(NoSuchImage, LabelNotOnImage, NotOwner, PreconditionFailed, TooManyLabels),
    openapi_extra=needs("images:write"),
)
async def images_labels_confirm(
    image: OwnImage, label_id: LabelId, decisions: LabelDecisions, catalog: CurrentCatalog
) -> ImageLabels:
    changed = await decisions.decide(image, label_id, LabelStatus.CONFIRMED)
    return ImageLabels(items=image_labels(changed, catalog.taxonomy))


@router.post(
    "/v1/images/{image_id}/labels/{label_id}:reject",
    operation_id="images_labels_reject",
    summary="Reject a label",
    description=f"The image is no longer found by it, also when the model gives it again. {IF_MATCH}",
    responses=problem_responses(NoSuchImage, LabelNotOnImage, NotOwner, PreconditionFailed, TooManyLabels),
    openapi_extra=needs("images:write"),
)
async def images_labels_reject(
    image: OwnImage, label_id: LabelId, decisions: LabelDecisions, catalog: CurrentCatalog
) -> ImageLabels:
    changed = await decisions.decide(image, label_id, LabelStatus.REJECTED)
    return ImageLabels(items=image_labels(changed, catalog.taxonomy))


@router.put(
    "/v1/images/{image_id}/labels/{label_id}",
    operation_id="images_labels_add",
    summary="Label an image by hand",
    description=(
        "Any label of the taxonomy, also one that the model cannot give, such as n02084071 (dog). A label that the "
        f"model gave is confirmed. {IF_MATCH}"
    ),
    responses=problem_responses(NoSuchImage, NotOwner, PreconditionFailed, TooManyLabels),
    openapi_extra=needs("images:write"),
)
async def images_labels_add(
    image: OwnImage, label_id: LabelId, decisions: LabelDecisions, catalog: CurrentCatalog
) -> ImageLabels:
    return ImageLabels(items=image_labels(await decisions.add(image, label_id), catalog.taxonomy))


@router.delete(
    "/v1/images/{image_id}/labels/{label_id}",
    operation_id="images_labels_take_back",
    summary="Take back what you said of a label",
    description=f"A label given by hand goes; one that the model gave is suggested again. {IF_MATCH}",
    responses=problem_responses(NoSuchImage, NotOwner, PreconditionFailed),
    openapi_extra=needs("images:write"),
)
async def images_labels_take_back(
    image: OwnImage, label_id: LabelId, decisions: LabelDecisions, catalog: CurrentCatalog
) -> ImageLabels:
    return ImageLabels(items=image_labels(await decisions.take_back(image, label_id), catalog.taxonomy))

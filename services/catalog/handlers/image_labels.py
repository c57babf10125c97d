"""/v1/images/{image_id}/labels/{label_id}: what the owner says of a label."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.catalog.domain import ImageRecord, LabelStatus
from services.catalog.handlers.dependencies import CurrentCatalog, Images, LabelDecisions
from services.catalog.handlers.parameters import ImageId, LabelId
from services.catalog.schemas.image import ImageLabels, image_labels
from services.catalog.services.errors import LabelNotOnImage, NoSuchImage, NotOwner, TooManyLabels
from services.kit.http.etags import ETagRoute, require_match
from services.kit.http.openapi import needs
from services.kit.http.problems import PreconditionFailed, problem_responses
from services.kit.principal import CurrentPrincipal

router = APIRouter(tags=["labels"], route_class=ETagRoute)
IF_MATCH = "`If-Match` takes the ETag of the image's labels. Doing it again changes nothing."


async def _own_image(
    request: Request, image_id: ImageId, principal: CurrentPrincipal, images: Images, catalog: CurrentCatalog
) -> ImageRecord:
    """Give the caller's image with its row held, its labels as `If-Match` wants them."""
    image = await images.get_own(image_id, principal)
    require_match(request, ImageLabels(items=image_labels(image, catalog.taxonomy)))
    return image


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

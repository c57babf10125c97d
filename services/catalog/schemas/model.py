from pydantic import BaseModel, Field

from services.catalog.domain.models import KnownModel
from services.vision.model_report import ModelSpeed
from services.vision.network_contract import InputContract


class Model(BaseModel):
    """A network with its weights. Of one that no classifier serves, only the space is known: the rest is null."""

    name: str = Field(description="What it is called.", examples=["efficientnet_lite2"])
    space: str = Field(examples=["efficientnet_lite2-0123456789ab"], description="The vector space of its embeddings.")
    served: bool = Field(description="Whether a classifier serves it now.")
    active: bool = Field(description="Whether it labels what is uploaded, and its space answers searches.")
    network: str | None = Field(description="The network's design.", examples=["efficientnet_lite2"])
    trained: bool | None = Field(description="False: random weights, for trials; the labels mean nothing.")
    licence: str | None = Field(description="Of the weights.")
    input: InputContract | None = Field(
        default=None, description="What the network takes, and how a picture becomes that."
    )
    classes: int | None = Field(description="How many labels it tells apart.")
    embedding_size: int | None = Field(description="Values of a vector.")
    engine: str | None = Field(description="What runs it.", examples=["openvino"])
    precision: str | None = Field(description="In which numbers it computes.", examples=["fp32"])
    speed: ModelSpeed | None = Field(
        default=None, description="Of this precision on the classifier's processor, where measured."
    )
    points: int = Field(description="Images that have a vector in its space.")
    coverage: float = Field(ge=0, le=1, description="These over all images of the library; 1 when that is empty.")


class ModelList(BaseModel):
    """All that are known, the active one first."""

    items: list[Model] = Field(description="The active one first.")
    next_cursor: str | None = Field(description="Always null: there is one page.")


def model_out(known: KnownModel) -> Model:
    report, kept = known.report, known.kept or {}
    return Model(
        name=known.space.rpartition("-")[0] if report is None else str(report.name),
        space=known.space,
        served=report is not None,
        active=known.active,
        network=report and report.network,
        trained=kept.get("trained") if report is None else report.trained,
        licence=report and report.licence,
        input=report and report.input,
        classes=report and report.classes,
        embedding_size=kept.get("dimension") if report is None else report.embedding_size,
        engine=report and report.engine,
        precision=report and report.precision,
        speed=report and report.speed,
        points=kept.get("points", 0),
        coverage=kept.get("coverage", 0.0),
    )

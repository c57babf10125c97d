from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog import domain

MOST = 50


class LabelFacet(BaseModel):
    """A label, with how many of the images found bear it."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02084071"])
    name: str = Field(description="What people call it.", examples=["dog"])
    count: int = Field(description="Images found that bear it or a kind of it.")


class TagFacet(BaseModel):
    """A tag, with how many of the images found bear it."""

    name: str = Field(description="The tag.", examples=["beach"])
    count: int = Field(description="Images found that bear it.")


class OwnerFacet(BaseModel):
    """A user, with how many of the images found are theirs."""

    id: UUID = Field(description="The user's id.")
    name: str = Field(description="The user's name.", examples=["ada"])
    count: int = Field(description="Images found that are theirs.")


class CameraFacet(BaseModel):
    """A camera, with how many of the images found it took."""

    name: str = Field(description="Maker and model; give it as `camera`.", examples=["Canon Canon EOS R5"])
    count: int = Field(description="Images found that it took.")


class Facets(BaseModel):
    """What the images found have in common, most used first. An image counts once in each row."""

    labels: list[LabelFacet] = Field(max_length=MOST, description="Labels of the images found.")
    tags: list[TagFacet] = Field(max_length=MOST, description="Tags of the images found.")
    owners: list[OwnerFacet] = Field(max_length=MOST, description="Owners of the images found.")


def cameras_out(cameras: list[domain.Facet]) -> list[CameraFacet]:
    return [CameraFacet(name=camera.name, count=camera.count) for camera in cameras]


def facets_out(facets: domain.Facets) -> Facets:
    return Facets(
        labels=[LabelFacet(id=facet.id, name=facet.name, count=facet.count) for facet in facets.labels],
        tags=[TagFacet(name=facet.name, count=facet.count) for facet in facets.tags],
        owners=[OwnerFacet(id=UUID(facet.id), name=facet.name, count=facet.count) for facet in facets.owners],
    )

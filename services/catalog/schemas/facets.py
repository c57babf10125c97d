from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog import domain

MOST = 50


class LabelFacet(BaseModel):
    id: str = Field(examples=["n02084071"])
    name: str = Field(examples=["dog"])
    count: int = Field(description="Images found that bear it or a kind of it.")


class TagFacet(BaseModel):
    name: str = Field(examples=["beach"])
    count: int


class OwnerFacet(BaseModel):
    id: UUID
    name: str = Field(examples=["ada"])
    count: int


class Facets(BaseModel):
    """What the images found have in common, most used first. An image counts once in each row."""

    labels: list[LabelFacet] = Field(max_length=MOST)
    tags: list[TagFacet] = Field(max_length=MOST)
    owners: list[OwnerFacet] = Field(max_length=MOST)


def facets_out(facets: domain.Facets) -> Facets:
    return Facets(
        labels=[LabelFacet(id=facet.id, name=facet.name, count=facet.count) for facet in facets.labels],
        tags=[TagFacet(name=facet.name, count=facet.count) for facet in facets.tags],
        owners=[OwnerFacet(id=UUID(facet.id), name=facet.name, count=facet.count) for facet in facets.owners],
    )

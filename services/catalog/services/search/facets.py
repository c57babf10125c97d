"""From counts of terms to facets: names, the most used first, bounded."""

from uuid import UUID

from services.catalog.domain import Facet, Facets
from services.catalog.services.search.segments.library import FacetCounts
from services.catalog.storage.search.matches import SearchRepository
from services.vision.labels import Taxonomy, UnknownLabelError

MOST = 50


async def facets_of(counts: FacetCounts, repository: SearchRepository, taxonomy: Taxonomy) -> Facets:
    """Give at most 50 labels, tags and owners; equally used ones by name, owners of equal names by id."""
    owners = counts.terms("owner", MOST)
    names = await repository.owner_names(UUID(owner) for owner, _ in owners)
    return Facets(
        labels=_first([Facet(term, name_of(taxonomy, term), count) for term, count in counts.terms("label", MOST)]),
        tags=_first([Facet(term, term, count) for term, count in counts.terms("tag", MOST)]),
        owners=_first([Facet(owner, names[UUID(owner)], count) for owner, count in owners]),
    )


def name_of(taxonomy: Taxonomy, label_id: str) -> str:
    """Give the label's name; one that the taxonomy lost is called by its id."""
    try:
        return taxonomy.get(label_id).name
    except UnknownLabelError:
        return label_id


def _first(facets: list[Facet]) -> tuple[Facet, ...]:
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.name, facet.id))[:MOST])

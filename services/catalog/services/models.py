"""The models that are known: those that classifiers serve, and those whose vectors are still here."""

from services.catalog.clients.classifiers import Classifiers
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.domain.models import KnownModel
from services.kit.http.problems import ApiError


class ModelService:
    def __init__(self, classifiers: Classifiers, similarity: SimilarityClient) -> None:
        self._classifiers = classifiers
        self._similarity = similarity

    async def all(self) -> list[KnownModel]:
        """The active one first. Raises what the similarity service raised."""
        kept = {str(space["id"]): space for space in await self._similarity.spaces()}
        served = {model.space: model.report for model in await self._classifiers.models()}
        active = next((space for space, one in kept.items() if one["active"]), None) or await self._expected()
        found = [
            KnownModel(space, served.get(space), kept.get(space), active=space == active)
            for space in dict.fromkeys((*served, *kept))
        ]
        return sorted(found, key=lambda model: not model.active)

    async def _expected(self) -> str | None:
        """The space that the first image will make the active one."""
        try:
            return (await self._classifiers.model()).space
        except ApiError:
            return None

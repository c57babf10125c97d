"""From the examples of a question to one direction in one space."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import numpy as np

from services.kit.principal import Principal
from services.similarity.clients.catalog import CatalogClient, LookedUp
from services.similarity.domain import (
    Example,
    FileExample,
    Fingerprint,
    Query,
    Question,
    StoredExample,
    StoredImage,
    VectorExample,
)
from services.similarity.embedding import Embedder, Embeddings, ModelNotReady, other_model
from services.similarity.index import UnknownSpace, Vector, VectorIndex
from services.similarity.services.combining import direction
from services.similarity.services.errors import NoSuchImage, NotEmbeddedYet, NothingEmbedded, WrongQueryDimension
from services.similarity.services.pictures import PictureReader, QueryPicture
from services.similarity.services.spaces.service import SpaceChooser
from services.vision.decoding import ModelInput

TRIES = 2


class ExampleReader:
    """Pictures that are embedded for the question decide the space; without any, the active space is asked."""

    def __init__(
        self,
        *,
        catalog: CatalogClient,
        pictures: PictureReader,
        embedder: Embedder,
        index: VectorIndex,
        spaces: SpaceChooser,
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._embedder = embedder
        self._index = index
        self._spaces = spaces

    async def require_model(self) -> None:
        """Raise ModelMissing, ModelNotReady, so that no body is read for nothing."""
        await self._spaces.require()

    async def read(self, question: Question, viewer: Principal) -> Query:
        """Raises NoSuchImage, NotEmbeddedYet, NothingEmbedded, image problems, and what clients and embedder raise."""
        stored = await self._looked_up(question.examples, viewer.identity)
        anew = {number: example for number, example in enumerate(question.examples) if _is_embedded_anew(example)}
        pictures, embeddings = await self._embedded(anew, viewer) if anew else ({}, None)
        space, trained = (
            (embeddings.space, embeddings.trained) if embeddings is not None else await self._active(stored)
        )
        if question.only_stored is not None:
            one = stored[question.only_stored]
            return Query(space, trained, None, (one.fingerprint,), frozenset(stored), StoredImage(one.id, one.image))
        fresh = dict(zip(pictures, embeddings.vectors, strict=True)) if embeddings is not None else {}
        vectors = [
            fresh[number] if number in fresh else await self._vector(example, space, stored)
            for number, example in enumerate(question.examples)
        ]
        if len({len(vector) for vector in vectors}) != 1:
            raise WrongQueryDimension(f"All vectors must be of the space {space}.")
        likes = len(question.likes)
        return Query(
            space=space,
            trained=trained,
            vector=direction(vectors[:likes], vectors[likes:]),
            likenesses=tuple(_likenesses(question.likes, stored, pictures)),
            excluded=frozenset(stored),
        )

    async def _looked_up(self, examples: Iterable[Example], viewer: UUID) -> dict[UUID, LookedUp]:
        ids = list(dict.fromkeys(example.image_id for example in examples if isinstance(example, StoredExample)))
        found = {one.id: one for one in await self._catalog.lookup(viewer, ids)}
        if len(found) != len(ids):
            raise NoSuchImage
        return found

    async def _embedded(
        self, examples: Mapping[int, Example], viewer: Principal
    ) -> tuple[dict[int, QueryPicture], Embeddings]:
        """Prepare the pictures as the model wants them, and embed them. Once more, when it was changed meanwhile."""
        for _ in range(TRIES):
            report = await self._spaces.require()
            if report.input is None:
                break
            pictures = {
                number: await self._picture(example, report.input, viewer) for number, example in examples.items()
            }
            try:
                embeddings = await self._embedder.embed(np.stack([one.model_input for one in pictures.values()]))
            except ModelNotReady:
                embeddings = None
            if embeddings is not None and embeddings.space == report.space:
                return pictures, embeddings
            self._spaces.look_again()
        raise other_model()

    async def _picture(self, example: Example, wanted: ModelInput, viewer: Principal) -> QueryPicture:
        if isinstance(example, FileExample):
            return await self._pictures.of_file(example, wanted)
        assert isinstance(example, StoredExample)  # noqa: S101 - a vector is not embedded
        content = await self._catalog.content(viewer, example.image_id)
        return await self._pictures.of_bytes(content, wanted, example.region)

    async def _active(self, stored: dict[UUID, LookedUp]) -> tuple[str, bool | None]:
        space = await self._spaces.active()
        if space is not None:
            return space.id, await self._spaces.trained(space.id) if space.trained is None else space.trained
        await self._spaces.require()
        for one in stored.values():
            raise NotEmbeddedYet(one.image)
        raise NothingEmbedded

    async def _vector(self, example: Example, space: str, stored: dict[UUID, LookedUp]) -> Vector:
        if isinstance(example, VectorExample):
            return example.vector
        assert isinstance(example, StoredExample)  # noqa: S101 - a file has been embedded
        return await self._stored_vector(StoredImage(example.image_id, stored[example.image_id].image), space)

    async def vector_of(self, query: Query) -> Vector:
        """The query's direction, read from the index when it has not been yet. Raises NotEmbeddedYet."""
        if query.vector is not None:
            return query.vector
        assert query.stored is not None  # noqa: S101 - an invariant of a query
        return await self._stored_vector(query.stored, query.space)

    async def _stored_vector(self, stored: StoredImage, space: str) -> Vector:
        try:
            vector = await self._index.get_vector(space, stored.id)
        except UnknownSpace:
            vector = None
        if vector is None:
            raise NotEmbeddedYet(stored.image)
        return vector


def _is_embedded_anew(example: Example) -> bool:
    return isinstance(example, FileExample) or (isinstance(example, StoredExample) and example.region is not None)


def _likenesses(
    likes: tuple[Example, ...], stored: dict[UUID, LookedUp], pictures: dict[int, QueryPicture]
) -> Iterable[Fingerprint]:
    """Of whole pictures only: the hash of a region's picture is not the region's."""
    for number, like in enumerate(likes):
        if isinstance(like, VectorExample) or like.region is not None:
            continue
        if isinstance(like, FileExample):
            yield Fingerprint(like.sha256, pictures[number].perceptual_hash, pictures[number].size)
        else:
            yield stored[like.image_id].fingerprint

"""Search by example: from a question to whole images, k of them whenever k exist."""

import asyncio
import time
from dataclasses import replace
from uuid import UUID

from services.kit.principal import Principal
from services.similarity.clients.catalog import CatalogClient
from services.similarity.domain import Answer, Hit, Probe, Query, Question
from services.similarity.index import MAX_LIMIT, Filter, Found, Mode, UnknownSpace, VectorIndex
from services.similarity.services.bands import band_of
from services.similarity.services.collapsing import WINDOW, Collapsed, collapsed
from services.similarity.services.errors import NotEmbeddedYet
from services.similarity.services.examples import ExampleReader
from services.similarity.services.spaces.coverage import CoverageService

MOST_NAMED = 20_000
"""Images of a word search that the index is told by name."""
MOST_PAGES = 100
ROUNDS = 8
"""Each asks for twice as many as the one before: with a limit of 12 up to some 1,900 stale points are passed over."""


class SearchService:
    def __init__(
        self, *, examples: ExampleReader, index: VectorIndex, catalog: CatalogClient, coverage: CoverageService
    ) -> None:
        self._examples = examples
        self._index = index
        self._catalog = catalog
        self._coverage = coverage

    async def require_model(self) -> None:
        """Raise ModelMissing, ModelNotReady, so that no body is read for nothing."""
        await self._examples.require_model()

    async def search(self, question: Question, viewer: Principal) -> Answer:
        """Answer as the viewer sees the library. No connection to the database is held between the index's calls.

        Raises what ExampleReader.read raises, and the index's and the catalog's errors.
        """
        query = await self._examples.read(question, viewer)
        wanted = Filter(
            viewer=viewer.identity,
            owner=question.owner,
            label_groups=question.label_groups,
            not_labels=question.not_labels,
            exclude=query.excluded,
        )
        if question.matching:
            wanted = await self._narrowed(wanted, question)
        (hits, mode), coverage = await asyncio.gather(
            self._collect(query, question, wanted), self._coverage.of(viewer.identity, query.space)
        )
        probe = await self._probe(query, question, wanted) if question.recall_probe else None
        return Answer(hits, query.space, query.trained, mode, coverage, probe)

    async def _narrowed(self, wanted: Filter, question: Question) -> Filter:
        """The filter with the images that the catalog lets through, when those are few enough to be named.

        When they are not, hits are asked of the catalog one by one.
        """
        found = await self._catalog.matching(wanted.viewer, question.matching, after=None, limit=MOST_NAMED)
        return wanted if len(found) == MOST_NAMED else replace(wanted, only=frozenset(found))

    async def _collect(self, query: Query, question: Question, wanted: Filter) -> tuple[tuple[Hit, ...], Mode]:
        """Ask on, without what was seen, as long as the catalog leaves hits out: deleted or hidden a moment ago.

        And as long as hits are copies of others, where those are to be collapsed.
        """
        hits: list[Hit] = []
        modes: list[Mode] = []
        seen, batch = wanted.exclude, min(question.limit * (WINDOW if question.collapse else 1), MAX_LIMIT)
        for _ in range(ROUNDS):
            found = await self._find(query, question, replace(wanted, exclude=seen), limit=batch, mode=question.mode)
            modes.append(found.mode)
            hits += await self._hits(query, wanted, found, question)
            hits.sort(key=lambda hit: (-hit.score, hit.image["id"]))
            chosen = _chosen(hits, question)
            if chosen.complete or len(found.neighbours) < batch:
                return chosen.hits, modes[0]
            seen = seen.union(neighbour.image_id for neighbour in found.neighbours)
            batch = min(2 * batch, MAX_LIMIT)
        if question.matching and wanted.only is None:
            return await self._named(query, question, wanted), Mode.EXACT
        return chosen.hits, modes[0]

    async def _named(self, query: Query, question: Question, wanted: Filter) -> tuple[Hit, ...]:
        """Compare all images that the catalog lets through, a page of names after the other: the last resort.

        Many fit, and yet none of the nearest thousand does.
        """
        hits: list[Hit] = []
        after: UUID | None = None
        for _ in range(MOST_PAGES):
            page = await self._catalog.matching(wanted.viewer, question.matching, after=after, limit=MOST_NAMED)
            named = replace(wanted, only=frozenset(page))
            limit = min(question.limit * WINDOW, MAX_LIMIT)
            hits += await self._hits(
                query, wanted, await self._find(query, question, named, limit=limit, mode=Mode.EXACT), question
            )
            hits.sort(key=lambda hit: (-hit.score, hit.image["id"]))
            if len(page) < MOST_NAMED:
                break
            after = page[-1]
        return _chosen(hits, question).hits

    async def _hits(self, query: Query, wanted: Filter, found: Found, question: Question) -> list[Hit]:
        scores = {neighbour.image_id: neighbour.score for neighbour in found.neighbours}
        images = await self._catalog.lookup(wanted.viewer, list(scores), matching=question.matching)
        return [
            Hit(
                image=one.image,
                fingerprint=one.fingerprint,
                score=scores[one.id],
                band=band_of(one.fingerprint, scores[one.id], query.likenesses),
            )
            for one in images
        ]

    async def _probe(self, query: Query, question: Question, wanted: Filter) -> Probe:
        """Both searches of the index, one after the other. A hit counts when the exact search has none better left out:

        equal scores may stand for each other (M. Aumüller et al., "ANN-Benchmarks", Information Systems 87, 2020).
        """
        started = time.perf_counter()
        found = await self._find(query, question, wanted, limit=question.limit, mode=question.mode)
        between = time.perf_counter()
        exact = await self._find(query, question, wanted, limit=question.limit, mode=Mode.EXACT)
        ended = time.perf_counter()
        worst = min((neighbour.score for neighbour in exact.neighbours), default=0.0)
        right = sum(neighbour.score >= worst for neighbour in found.neighbours)
        return Probe(
            recall=right / len(exact.neighbours) if exact.neighbours else 1.0,
            search_ms=1000 * (between - started),
            exact_ms=1000 * (ended - between),
        )

    async def _find(self, query: Query, question: Question, wanted: Filter, *, limit: int, mode: Mode) -> Found:
        """By the stored image's id where that can be; the index may not know yet that the viewer may see it."""
        try:
            if query.stored is not None:
                found = await self._index.query_stored(
                    query.space, query.stored.id, wanted, limit=limit, min_score=question.min_score, mode=mode
                )
                if found is not None:
                    return found
            return await self._index.query(
                query.space,
                await self._examples.vector_of(query),
                wanted,
                limit=limit,
                min_score=question.min_score,
                mode=mode,
            )
        except UnknownSpace:
            if query.stored is not None:  # dropped a moment ago
                raise NotEmbeddedYet(query.stored.image) from None
            return Found((), Mode.EXACT)  # a model that nothing has been embedded with yet


def _chosen(hits: list[Hit], question: Question) -> Collapsed:
    if question.collapse:
        return collapsed(hits, question.limit)
    return Collapsed(tuple(hits[: question.limit]), complete=len(hits) >= question.limit)

"""From a request for duplicates to a page of groups."""

from dataclasses import replace
from uuid import UUID

from services.catalog.domain import DuplicateFilter, DuplicateGroup, DuplicateKind
from services.catalog.services.duplicates.matcher import DuplicateMatcher
from services.catalog.storage.duplicates.candidates import DuplicateRepository, Node, NodeFacts
from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.library import LibraryRepository
from services.kit.postgres.database import Database

NOBODY = UUID(int=0)
SHOWN = 100
"""Images of one group in an answer."""
MOST_STEPS = 500
"""From a group's newest image to its farthest: of a longer chain (a film that drifts) the rest is left out."""


class DuplicateService:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, wanted: DuplicateFilter, *, viewer: UUID, after: UUID | None, limit: int
    ) -> tuple[list[DuplicateGroup], UUID | None, bool]:
        """Give groups, the one with the newest image first; the position to go on from; and whether nothing is missing.

        A group's position is its newest image. Nothing is missing when all that the viewer may see has been compared.
        """
        await DuplicateMatcher(self._database).catch_up()
        async with self._database.transaction() as session:
            if isinstance(wanted.owner, str):
                wanted = replace(wanted, owner=await LibraryRepository(session).owner_named(wanted.owner) or NOBODY)
            repository = DuplicateRepository(session, viewer, wanted)
            await repository.begin()
            complete = await PerceptualHashRepository(session).is_complete(viewer)
            found: dict[UUID, dict[Node, NodeFacts]] = {}
            seeds: list[Node] = []
            while len(found) <= limit:
                seeds = await repository.seeds(after=seeds[-1][0] if seeds else after, limit=limit + 1)
                found |= await _grow(repository, seeds, wanted)
                if len(seeds) <= limit:
                    break
            page = dict(list(found.items())[:limit])
            nodes = [node for group in page.values() for node in group]
            shown = await repository.images(nodes, most=SHOWN)
            ids = [image_id for images in shown.values() for image_id in images]
            records = {record.id: record for record in await ImageRepository(session).get_many(ids, viewer)}
        groups = [
            DuplicateGroup(
                newest=seed,
                kind=_kind(group),
                size=sum(facts.images for facts in group.values()),
                images=tuple(records[image_id] for image_id in shown[seed]),
            )
            for seed, group in page.items()
        ]
        return groups, list(page)[-1] if len(found) > limit else None, complete


async def _grow(
    repository: DuplicateRepository, seeds: list[Node], wanted: DuplicateFilter
) -> dict[UUID, dict[Node, NodeFacts]]:
    """Give the whole groups of those seeds that are the newest of theirs, in the order of the seeds.

    All grow at once, a step of neighbours at a time; who meets a newer image is dropped: it is in that one's group.
    """
    groups: dict[UUID, dict[Node, NodeFacts]] = {seed: {} for seed, _ in seeds}
    edge = set(seeds)
    for _ in range(MOST_STEPS):
        if not edge:
            break
        facts = await repository.facts(edge)
        for (seed, _), said in facts.items():
            if said.has_newer:
                groups.pop(seed, None)
        for place, said in facts.items():
            if place[0] in groups:
                groups[place[0]][place] = said
        reached = {node for node in facts if node[0] in groups}
        near = set() if wanted.kind is DuplicateKind.EXACT else await repository.neighbours(reached)
        edge = {node for node in near if node not in groups[node[0]]}
    return groups


def _kind(group: dict[Node, NodeFacts]) -> DuplicateKind:
    """Exact copies are one node of one size."""
    [first, *others] = group.values()
    return DuplicateKind.NEAR if others or not first.same_size else DuplicateKind.EXACT

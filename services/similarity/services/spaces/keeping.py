"""Spaces as a whole: which there are, which one answers, which goes."""

from services.kit.postgres.database import Database
from services.similarity.clients.catalog import CatalogClient
from services.similarity.domain import Answering, KeptSpace
from services.similarity.index import UnknownSpace, VectorIndex
from services.similarity.services.errors import CoverageIncomplete, NoSuchSpace, SpaceAnswers, SpaceInUse
from services.similarity.services.spaces.registry import SpaceRegistry
from services.similarity.services.spaces.service import SpaceChooser
from services.similarity.storage.space_roles import SpaceRoleRepository


class SpaceService:
    """Every method may be repeated. Raises the index's and the catalog's errors."""

    def __init__(
        self,
        *,
        database: Database,
        index: VectorIndex,
        catalog: CatalogClient,
        chooser: SpaceChooser,
        registry: SpaceRegistry,
    ) -> None:
        self._database = database
        self._index = index
        self._catalog = catalog
        self._chooser = chooser
        self._registry = registry

    async def all(self) -> list[KeptSpace]:
        """Newest first."""
        total, active, roles = await self._catalog.total(), await self._chooser.active(), await self._registry.roles()
        kept = []
        for space in await self._index.spaces():
            try:
                points = await self._index.count(space.id)
            except UnknownSpace:  # dropped meanwhile
                continue
            kept.append(
                KeptSpace(
                    space=space,
                    points=points,
                    coverage=min(points / total, 1.0) if total else 1.0,
                    active=active is not None and active.id == space.id,
                    candidate=space.id in roles.candidates,
                    promoted_at=roles.promoted_at if space.id == roles.promoted else None,
                )
            )
        return kept

    async def get(self, space: str) -> KeptSpace:
        """Raises NoSuchSpace."""
        for kept in await self.all():
            if kept.space.id == space:
                return kept
        raise NoSuchSpace(f"There is no model space {space!r}.")

    async def answering(self) -> Answering:
        """Cheap: nothing is counted."""
        active, roles = await self._chooser.active(), await self._registry.roles()
        spaces = len(await self._index.spaces())
        return Answering(active.id if active else None, roles.promoted, roles.promoted_at, spaces)

    async def announce(self, space: str, *, dimension: int, trained: bool) -> None:
        """Make the space, to be filled beside the one that answers."""
        async with self._database.transaction() as session:
            await SpaceRoleRepository(session).mark_candidate(space)
        self._registry.look_again()
        self._chooser.forget()
        await self._index.ensure_space(space, dimension=dimension, trained=trained)

    async def promote(self, space: str, *, force: bool) -> KeptSpace:
        """Have searches answered from the space. Raises NoSuchSpace, SpaceInUse and, unless forced, CoverageIncomplete.

        It need not be served by a classifier: what needs none is answered.
        """
        total = await self._catalog.total()  # before the transaction: it would hold a connection as long as that takes
        async with self._database.transaction() as session:
            roles = SpaceRoleRepository(session)
            if not await roles.hold():
                raise SpaceInUse("A space is being promoted or dropped; try again when that is done.")
            points = await self._index.count(space)
            if points < total and not force:
                raise CoverageIncomplete(space, points=points, total=total)
            await roles.promote(space)
        self._registry.look_again()
        self._chooser.forget()
        return await self.get(space)

    async def drop(self, space: str) -> None:
        """Remove a space and its vectors. Raises NoSuchSpace, SpaceInUse, and SpaceAnswers for the active one."""
        self._registry.look_again()
        model = await self._chooser.model()  # before the transaction too: the classifier is asked
        async with self._database.transaction() as session:
            roles = SpaceRoleRepository(session)
            if not await roles.hold():
                raise SpaceInUse("A space is being promoted or dropped; try again when that is done.")
            active = await self._chooser.choose(await roles.get(), model.space)
            if active is not None and active.id == space:
                raise SpaceAnswers(space)
            if space not in {known.id for known in await self._index.spaces()}:
                raise NoSuchSpace(f"There is no model space {space!r}.")
            await self._index.drop_space(space)
            await roles.forget(space)
        self._registry.look_again()
        self._chooser.forget()

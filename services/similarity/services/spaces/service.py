"""Which model space answers."""

from cachetools import TTLCache

from services.kit.cached import Cached
from services.kit.http.problems import ApiError
from services.similarity.embedding import Embedder, ModelReport, ModelState
from services.similarity.index import Space, VectorIndex
from services.similarity.services.spaces.registry import SpaceRegistry
from services.similarity.storage.space_roles import SpaceRoles

KEPT_S = 5.0
NOT_READY_KEPT_S = 1.0
ACTIVE_KEPT_S = 1.0
UNKNOWN = ModelReport(ModelState.LOADING, "The model could not be asked yet.")


class SpaceChooser:
    """A promoted space answers. Without one it is the present model's, as the embedder says.

    Remembers for up to 5 s what the embedder says of its model, for 1 s when that is not ready, and for 1 s the active
    space. One request at a time asks; when the embedder does not answer, what it said last goes on for 5 s.
    """

    def __init__(self, index: VectorIndex, embedder: Embedder, registry: SpaceRegistry) -> None:
        self._index = index
        self._embedder = embedder
        self._registry = registry
        self._report = UNKNOWN
        self._failure: ApiError | None = None
        self._model = Cached(self._ask, keep_s=KEPT_S)
        self._active: TTLCache[str | None, Space] = TTLCache(1, ACTIVE_KEPT_S)
        self._asked_for: str | None = None

    async def model(self) -> ModelReport:
        """What is known of the present model. Never fails: a search by id needs no model, and must not fail with it."""
        promoted = await self._registry.promoted()
        if promoted != self._asked_for:
            self._asked_for = promoted
            self._model.forget()
        return await self._model.get()

    async def require(self) -> ModelReport:
        """Give the report of the model, if there was one when last asked; else raise ModelMissing, ModelNotReady or
        what the embedder raised."""
        report = await self.model()
        if report is UNKNOWN and self._failure is not None:
            raise self._failure
        report.require()
        return report

    def look_again(self) -> None:
        """The model is not what it was said to be: ask when it is next needed."""
        self._model.forget()

    async def active(self) -> Space | None:
        """The promoted space. Else the present model's when it has points, else the newest that has; None without any.

        One that is being filled beside others is not meant by the newest.
        """
        present = (await self.model()).space
        if (kept := self._active.get(present)) is not None:
            return kept
        found = await self.choose(await self._registry.roles(), present)
        if found is not None:
            self._active[present] = found
        return found

    def forget(self) -> None:
        """The active space is not there any more, or another one."""
        self._active.clear()

    async def choose(self, roles: SpaceRoles, present: str | None) -> Space | None:
        """The space that answers by these roles, while the present model's is `present`; only the index is asked."""
        spaces = await self._index.spaces()
        promoted = next((space for space in spaces if space.id == roles.promoted), None)
        if promoted is not None:
            return promoted
        populated = [space for space in spaces if space.populated]
        newest = next((space for space in populated if space.id not in roles.candidates), None)
        return next((space for space in populated if space.id == present), newest)

    async def trained(self, space: str) -> bool | None:
        """What the present model says of itself, when the space is its own."""
        report = await self.model()
        return report.trained if report.space == space else None

    async def _ask(self) -> ModelReport:
        try:
            self._report, self._failure = await self._embedder.model(), None
        except ApiError as error:
            self._failure = error
        waiting = self._failure is None and self._report.state is not ModelState.READY
        self._model.keep_s = NOT_READY_KEPT_S if waiting else KEPT_S
        return self._report

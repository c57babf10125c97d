"""What handlers ask for: services made for the request, on its session."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.catalog.clients.classifiers import Classifiers
from services.catalog.clients.similarity import SimilarityClient
from services.catalog.config import Settings
from services.catalog.domain import DownloadRecord, ImageRecord
from services.catalog.schemas.image import image_out
from services.catalog.services.collections import CollectionService
from services.catalog.services.images.batches import BatchService
from services.catalog.services.images.expected_input import ExpectedInput
from services.catalog.services.images.ingest import IngestService
from services.catalog.services.images.leaving import LeavingService
from services.catalog.services.images.originals import OriginalService
from services.catalog.services.images.service import Deletion, ImageService
from services.catalog.services.images.trash import TrashService
from services.catalog.services.images.variants import VariantService
from services.catalog.services.labels.decisions import ImageLabelService
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.services.models import ModelService
from services.catalog.services.search.explain import ExplainService
from services.catalog.services.search.segments.library import SegmentLibrary
from services.catalog.services.search.service import SearchService
from services.catalog.services.streams.downloads import DownloadService
from services.catalog.services.streams.events import EventFeed
from services.catalog.services.terms.cache import Vocabularies
from services.catalog.services.terms.service import TermService
from services.catalog.storage.batches import BatchRepository
from services.catalog.storage.collections import CollectionRepository
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.labels import LabelRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.objects import ObjectStore
from services.catalog.storage.originals import OriginalRepository
from services.catalog.storage.search.matches import SearchRepository
from services.catalog.storage.search.segments import SegmentRepository
from services.catalog.storage.search.terms import TermRepository
from services.catalog.storage.streams.downloads import DownloadRepository
from services.catalog.storage.trash import TrashRepository
from services.kit.postgres.database import Database, RequestSession
from services.kit.postgres.idempotency import KeysInFlight
from services.kit.principal import Principal
from services.kit.streams.places import Places
from services.text.analyzer import Analyzer
from services.vision.decoding import Decoder
from services.vision.labels import Taxonomy


@dataclass(frozen=True)
class Catalog:
    """What lives as long as the process."""

    settings: Settings
    database: Database
    store: ObjectStore
    decoder: Decoder
    taxonomy: Taxonomy
    classifiers: Classifiers
    similarity: SimilarityClient
    expected_input: ExpectedInput
    analyzer: Analyzer
    segments: SegmentLibrary
    vocabularies: Vocabularies = field(default_factory=Vocabularies)
    keys_in_flight: KeysInFlight = field(default_factory=KeysInFlight)
    streams: Places = field(default_factory=lambda: Places("event streams", in_all=200, each=5))
    archives: Places = field(default_factory=lambda: Places("downloads", in_all=8, each=2))

    @cached_property
    def events(self) -> EventFeed:
        return EventFeed(self.database)

    @property
    def ingest(self) -> IngestService:
        return IngestService(
            database=self.database,
            store=self.store,
            decoder=self.decoder,
            documents=self.documents,
            originals=self.originals,
            model_input=self.expected_input.current,
        )

    @property
    def documents(self) -> SearchDocuments:
        return SearchDocuments(self.taxonomy, self.analyzer)

    @property
    def models(self) -> ModelService:
        return ModelService(self.classifiers, self.similarity)

    @property
    def variants(self) -> VariantService:
        return VariantService(store=self.store, decoder=self.decoder, originals=self.originals)

    @property
    def originals(self) -> OriginalService:
        return OriginalService(store=self.store, database=self.database)


async def get_catalog(request: Request) -> Catalog:
    catalog: Catalog = request.app.state.catalog
    return catalog


CurrentCatalog = Annotated[Catalog, Depends(get_catalog)]


async def get_images(session: RequestSession, catalog: CurrentCatalog) -> ImageService:
    return ImageService(
        ImageRepository(session),
        JobRepository(session),
        documents=catalog.documents,
        deletion=Deletion(catalog.settings.trash_kept, catalog.settings.delete_grace_s),
    )


async def read_image(image_id: UUID, principal: Principal, catalog: Catalog) -> ImageRecord:
    """Give the image, read in a transaction of its own: its bytes may take long, and need no connection meanwhile."""
    async with catalog.database.transaction() as session:
        return await (await get_images(session, catalog)).get(image_id, principal)


async def get_image_labels(session: RequestSession, catalog: CurrentCatalog) -> ImageLabelService:
    return ImageLabelService(
        ImageRepository(session),
        LabelRepository(session),
        JobRepository(session),
        taxonomy=catalog.taxonomy,
        documents=catalog.documents,
    )


async def get_batches(session: RequestSession, catalog: CurrentCatalog) -> BatchService:
    return BatchService(
        BatchRepository(session),
        ImageRepository(session),
        JobRepository(session),
        service=await get_images(session, catalog),
        shown=lambda image: image_out(image, catalog.taxonomy),
        documents=catalog.documents,
    )


async def get_leaving(session: RequestSession, catalog: CurrentCatalog) -> LeavingService:
    return LeavingService(
        BatchRepository(session),
        ImageRepository(session),
        JobRepository(session),
        collections=CollectionRepository(session),
        library=LibraryRepository(session),
        trash=TrashRepository(session),
        service=await get_images(session, catalog),
    )


async def get_trash(session: RequestSession) -> TrashService:
    return TrashService(TrashRepository(session), OriginalRepository(session), JobRepository(session))


async def get_search(session: RequestSession, catalog: CurrentCatalog) -> SearchService:
    return SearchService(
        SearchRepository(session),
        ImageRepository(session),
        SegmentRepository(session),
        TermRepository(session),
        library=catalog.segments,
        vocabularies=catalog.vocabularies,
        taxonomy=catalog.taxonomy,
    )


async def get_explaining(catalog: CurrentCatalog) -> ExplainService:
    return ExplainService(catalog.analyzer, catalog.taxonomy)


async def get_terms(session: RequestSession, catalog: CurrentCatalog) -> TermService:
    return TermService(TermRepository(session), catalog.vocabularies, catalog.taxonomy)


async def get_collections(session: RequestSession) -> CollectionService:
    return CollectionService(CollectionRepository(session), ImageRepository(session))


async def get_downloads(session: RequestSession) -> DownloadService:
    collections = await get_collections(session)
    return DownloadService(DownloadRepository(session), ImageRepository(session), collections)


async def read_download(download_id: UUID, principal: Principal, catalog: Catalog) -> DownloadRecord:
    """Give the download, read in a transaction of its own."""
    async with catalog.database.transaction() as session:
        return await (await get_downloads(session)).get(download_id, principal)


Images = Annotated[ImageService, Depends(get_images, scope="function")]
Batches = Annotated[BatchService, Depends(get_batches, scope="function")]
Leaving = Annotated[LeavingService, Depends(get_leaving, scope="function")]
Trash = Annotated[TrashService, Depends(get_trash, scope="function")]
LabelDecisions = Annotated[ImageLabelService, Depends(get_image_labels, scope="function")]
Explaining = Annotated[ExplainService, Depends(get_explaining, scope="function")]
Search = Annotated[SearchService, Depends(get_search, scope="function")]
Terms = Annotated[TermService, Depends(get_terms, scope="function")]
Collections = Annotated[CollectionService, Depends(get_collections, scope="function")]
Downloads = Annotated[DownloadService, Depends(get_downloads, scope="function")]

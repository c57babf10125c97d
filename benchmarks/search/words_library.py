"""A library of any size, made straight in the database: Zipf-distributed labels and tags, several owners."""

import random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.catalog.domain import ImageLabelRecord, ImageMetadata, LabelSource, LabelStatus
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.services.labels.taxonomy import closure
from services.catalog.storage.search.text_search import vector
from services.text.analyzer import Analyzer
from services.vision.labels import Label, load_taxonomy

OWNERS = 20
TAGS = 50_000
BATCH = 50_000
SYLLABLES = [head + vowel for head in (*"bcdfghklmnprstvw", "sh", "tr", "st") for vowel in "aeiou"]
INDEXES = {"images_document": "document", "images_label_ids": "label_ids"}

IMAGES = """
WITH drawn AS MATERIALIZED (
    SELECT number,
        (SELECT array_agg(DISTINCT floor(power(:classes + 1, random()))::int) FROM generate_series(1, 5)
         WHERE number IS NOT NULL) AS ranks,
        (SELECT array_agg(DISTINCT floor(power(:tags + 1, random()))::int) FROM generate_series(1, 3)
         WHERE number IS NOT NULL) AS tag_ranks,
        floor(power(:owners + 1, random()))::int AS owner, random() < 0.7 AS public
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS number
), worded AS (
    SELECT drawn.*, found.own, found.words, found.document, above.closure, tagged.tags
    FROM drawn,
    LATERAL (SELECT array_agg(label_id) AS own, string_agg(name, ', ') AS words, pg_temp.together(document) AS document
             FROM classes WHERE rank = ANY (ranks)) AS found,
    LATERAL (SELECT array_agg(DISTINCT label) AS closure
             FROM classes, unnest(classes.closure) AS label WHERE rank = ANY (ranks)) AS above,
    LATERAL (SELECT array_agg(name) AS tags FROM tag_words WHERE rank = ANY (tag_ranks)) AS tagged
)
INSERT INTO images (id, owner_id, sha256, media_type, bytes, width, height, perceptual_hash, title, description, tags,
    visibility, state, document, analyzer, label_ids, own_label_ids)
SELECT uuidv7(), lpad(to_hex(owner), 32, '0')::uuid, lpad(to_hex(number), 64, '0'), 'image/jpeg', 1, 640, 480, number,
    'Picture ' || number, words, tags, CASE WHEN public THEN 'public' ELSE 'private' END, 'ready',
    setweight(to_tsvector('simple', 'Picture ' || number || ' . ' || array_to_string(tags, ' . ')), 'A') || document,
    :analyzer, closure, own
FROM worded
"""
TOGETHER = """
CREATE AGGREGATE pg_temp.together (tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '')
"""
LABELS = """
INSERT INTO image_labels (image_id, label_id, score, rank, source, model, trained, status)
SELECT id, label_id, (power(random(), 3))::real, place, 'model', 'benchmark', true, 'suggested'
FROM images, unnest(own_label_ids) WITH ORDINALITY AS borne (label_id, place)
WHERE perceptual_hash BETWEEN :first AND :last
"""
COUNTS = (
    "INSERT INTO search_changes SELECT n FROM images",
    """INSERT INTO term_counts
SELECT terms.scope, terms.kind, terms.term, count(*) FROM images, image_terms(images) AS terms GROUP BY 1, 2, 3""",
    "INSERT INTO term_scopes SELECT DISTINCT scope, 1 FROM term_counts",
)


def tag_words() -> list[str]:
    """Make so many words that can be spoken, most used first."""
    chance = random.Random(7)  # noqa: S311 - no secret
    words: dict[str, None] = {}
    while len(words) < TAGS:
        words["".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))] = None
    return list(words)


def owner_id(number: int) -> UUID:
    return UUID(int=number)


async def make_library(url: str, rows: int) -> None:
    """Fill an empty catalog with so many images. Triggers are off meanwhile; counts are made at the end."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await _vocabulary(connection)
        await connection.execute(text("ALTER TABLE images DISABLE TRIGGER USER"))
        for name in INDEXES:
            await connection.execute(text(f"DROP INDEX {name}"))
        for first in range(1, rows + 1, BATCH):
            batch = {"first": first, "last": min(first + BATCH - 1, rows)}
            counts = {"classes": len(load_taxonomy().classes), "tags": TAGS, "owners": OWNERS}
            await connection.execute(text(IMAGES), {**batch, **counts, "analyzer": Analyzer().version})
        await connection.execute(text("CREATE INDEX made ON images (perceptual_hash)"))
        await connection.execute(text(LABELS), {"first": 1, "last": rows})
        await connection.execute(text("DROP INDEX made"))
        for name, column in INDEXES.items():
            await connection.execute(text(f"CREATE INDEX {name} ON images USING gin ({column})"))
        for statement in COUNTS:
            await connection.execute(text(statement))
        await connection.execute(text("ALTER TABLE images ENABLE TRIGGER USER"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


def _document(documents: SearchDocuments, label: Label) -> str:
    """What an image is found by that bears the label, with its name as description; places are of no interest."""
    borne = ImageLabelRecord(label.id, 1.0, 1, LabelSource.MODEL, "benchmark", True, LabelStatus.SUGGESTED)
    document = documents.of(ImageMetadata(description=label.name), [borne])
    return vector({lexeme: places[:2] for lexeme, places in document.words.items()}, [])


async def _vocabulary(connection: AsyncConnection) -> None:
    taxonomy = load_taxonomy()
    classes = list(taxonomy.classes)
    random.Random(7).shuffle(classes)  # noqa: S311 - no secret
    documents = SearchDocuments(taxonomy, Analyzer())
    await connection.execute(text(TOGETHER))
    await connection.execute(text("SET LOCAL work_mem = '64MB'"))
    await connection.execute(text("SELECT setseed(0.5)"))
    await connection.execute(
        text(
            "CREATE TEMPORARY TABLE classes (rank int PRIMARY KEY, label_id text, name text, closure text[], "
            "document tsvector)"
        )
    )
    await connection.execute(
        text("INSERT INTO classes VALUES (:rank, :id, :name, :closure, CAST(CAST(:document AS text) AS tsvector))"),
        [
            {
                "rank": rank,
                "id": label.id,
                "name": label.name,
                "closure": closure(taxonomy, [label.id]),
                "document": _document(documents, label),
            }
            for rank, label in enumerate(classes, start=1)
        ],
    )
    await connection.execute(text("CREATE TEMPORARY TABLE tag_words (rank int PRIMARY KEY, name text)"))
    await connection.execute(
        text("INSERT INTO tag_words VALUES (:rank, :name)"),
        [{"rank": rank, "name": name} for rank, name in enumerate(tag_words(), start=1)],
    )
    await connection.execute(
        text("INSERT INTO owners VALUES (:id, :name)"),
        [{"id": owner_id(number), "name": f"owner {number}"} for number in range(1, OWNERS + 1)],
    )
    await connection.execute(text("ANALYZE classes, tag_words"))

"""Which words of a query stand in which texts, by the text search that finds images."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.storage.images import ENGLISH

# The query's words that are not excluded (querytree leaves those out; it gives '' or T when nothing is left that an
# index could use: then every word counts), each with its lexemes; and the lexemes of every text.
FIND = text("""
    WITH query AS (
        SELECT CASE WHEN querytree(whole) IN ('', 'T') THEN whole ELSE CAST(querytree(whole) AS tsquery) END AS wanted
        FROM websearch_to_tsquery(CAST(:language AS regconfig), :query) AS whole
    ), words AS (
        SELECT parsed.token, lexeme, parsed.place
        FROM query, ts_debug(CAST(:language AS regconfig), :query) WITH ORDINALITY
            AS parsed (alias, description, token, dictionaries, dictionary, lexemes, place), unnest(lexemes) AS lexeme
        WHERE wanted @> CAST('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''' AS tsquery)
    ), texts AS MATERIALIZED (
        SELECT place, tsvector_to_array(to_tsvector(CAST(:language AS regconfig), content)) AS lexemes
        FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS given (content, place)
    )
    SELECT texts.place, words.token
    FROM texts JOIN words ON words.lexeme = ANY (texts.lexemes)
    GROUP BY texts.place, words.token ORDER BY texts.place, min(words.place)
""")


class MatchedTermsRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def words_in(self, texts: Sequence[str], query: str) -> dict[str, tuple[str, ...]]:
        """Give, for each text that has some, the words of the query that stand in it, in the query's order."""
        found: dict[str, tuple[str, ...]] = {}
        rows = await self._session.execute(FIND, {"language": ENGLISH, "query": query, "texts": list(texts)})
        for place, word in rows:
            content = texts[place - 1]
            found[content] = tuple(dict.fromkeys((*found.get(content, ()), word)))
        return found

"""Names while somebody types, from the index alone."""

import json
from collections.abc import Collection
from typing import Any

from apps.catalog.search import query, readers
from apps.catalog.search.ranking import Hit, Ranking
from apps.catalog.search.schema import Kind

_MATCHES: tuple[query.Match, ...] = (
    query.named,
    query.also_named,
    query.begun,
    query.also_begun,
    query.with_words,
    query.misbegun,
)


def suggest(asked: str, limit: int, kinds: Collection[Kind] = tuple(Kind)) -> list[dict[str, Any]]:
    """Raises NoIndex."""
    readings = query.readings_of(query.cleaned(asked))
    ranking = Ranking(readers.searcher(), [query.matching(match, readings) for match in _MATCHES], kinds)
    return [_shown(ranking, hit) for hit in ranking.best(limit)]


def _shown(ranking: Ranking, hit: Hit) -> dict[str, Any]:
    (named,) = ranking.searcher.doc(hit.address)["shown"]
    return {"type": hit.row.kind.label, "id": hit.row.id, **json.loads(named)}

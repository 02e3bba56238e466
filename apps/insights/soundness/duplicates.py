"""Rows that are one thing twice, as far as anybody can tell.

What a source knows by two ids are two things. A row that might be either of two others, which a source does tell
apart, is neither's double.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations
from typing import Any

from django.db.models import Count, Model

from apps.catalog.loading.external_ids import sources_of
from apps.catalog.loading.matching import title_key
from apps.catalog.models import Collection, Company, ExternalId, Genre, Movie
from apps.catalog.models.names import slug_of
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from movieverse.bulk import batched

_BATCH = 500
_Rows = Iterable[tuple[Hashable, int]]  # (what they are recognised by, id)


def duplicates(read: Reader) -> Iterator[Finding]:
    yield from _doubles("movie", "kind, name and year", _titles())
    yield from _doubles("genre", "name", ((slug_of(name), pk) for pk, name in Genre.objects.values_list("pk", "name")))
    for kind, model in (("company", Company), ("collection", Collection)):
        yield from _doubles(kind, "name", _repeated(model, "sort_name", "pk"))


def _titles() -> _Rows:
    for _, pk, *facts in _repeated(Movie, "sort_title", "pk", "kind", "title", "release_year"):
        if key := title_key(*facts):
            yield key, pk


def _repeated(model: type[Model], column: str, *columns: str) -> Iterator[Any]:
    """The rows that share the column's value with others."""
    values = model._default_manager.order_by().values_list(column, flat=True)
    shared = list(values.annotate(number=Count("pk")).filter(number__gt=1))
    for some in batched(shared, _BATCH):
        yield from model._default_manager.filter(**{f"{column}__in": some}).values_list(column, *columns)


def _doubles(kind: str, same: str, rows: _Rows) -> Iterator[Finding]:
    groups = defaultdict(list)
    for key, pk in rows:
        groups[key].append(pk)
    alike = [sorted(ids) for ids in groups.values() if len(ids) > 1]
    sources = sources_of(ExternalId.Kind(kind), (pk for ids in alike for pk in ids))
    for ids in alike:
        apart = {pk: {other for other in ids if other != pk and sources[pk] & sources[other]} for pk in ids}
        for one, other in combinations(ids, 2):
            if other not in apart[one] and apart[one] == apart[other]:
                fault = f"has the {same} of {kind} {one}, and no source tells them apart"
                yield Finding(kind, other, fault, "duplicate", one)

"""People, genres, companies, collections and lists, and what other sources call them."""

from collections.abc import Iterator

from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Person
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.rows import faults_of

_BATCH = 1_000
_MODELS = (Person, Genre, Company, Collection, CuratedList, ListEntry)


def names(read: Reader) -> Iterator[Finding]:
    for model in _MODELS:
        for rows in read.rows(model._default_manager.all(), _BATCH):
            yield from (
                Finding(str(model._meta.verbose_name), row.pk, fault) for row in rows for fault in faults_of(row)
            )


def external_ids(read: Reader) -> Iterator[Finding]:
    """That their rows are there, `pointers` looks after."""
    for rows in read.rows(ExternalId.objects.all(), _BATCH):
        for row in rows:
            if row.key != ExternalId.key_of(row.kind, row.source, row.value):
                yield Finding("external id", row.pk, f"its key is not {row.kind}:{row.source}:{row.value}")
            if row.kind not in ExternalId.Kind.values:
                yield Finding("external id", row.pk, f"there is no kind {row.kind!r}")

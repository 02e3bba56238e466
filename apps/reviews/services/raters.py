"""Raters who are no accounts."""

from collections.abc import Iterable

from apps.reviews.models import Rater
from movieverse.bulk import batched, bulk_upsert

ERASED = "erased"  # the source of those who had an account here
_BATCH = 500


def raters_load(*, source: str, values: Iterable[str]) -> dict[str, int]:
    """What a data set calls its raters, each as a user id of ours: the same one every time, and nobody's account."""
    ids: dict[str, int] = {}
    for some in batched(sorted(set(values)), _BATCH):
        raters = [Rater(source=source, value=value) for value in some]
        bulk_upsert(raters, key=("source", "value"), update_fields=[])
        ids |= {rater.value: rater.user_id for rater in Rater.objects.filter(source=source, value__in=some)}
    return ids

"""Tags that an import brings along with its ratings."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.reviews.models import RatingBatch, Tag
from apps.reviews.services.batches.loading import raters_known, raters_of
from apps.reviews.services.tags import made_tag
from movieverse.bulk import Counts, bulk_upsert

_KEY = ("user_id", "movie_id", "folded")
_NOBODY = 10**15  # and more: numbers that no rater has


def fault_of_tag(text: str) -> str:
    """Why it is no tag; empty if it is one."""
    try:
        made_tag(1, 1, text).clean_fields()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@movieverse.atomic("reviews")
def tags_bring(*, batch: RatingBatch, source: str, rows: Sequence[tuple[str, int, str]]) -> None:
    """Of (rater, movie id, text). Nobody sees them until the batch is shown; what is there stays as it is."""
    raters, _ = raters_of(batch, source, sorted({rater for rater, _, _ in rows}))
    bulk_upsert(_tags(rows, raters, batch.pk), key=_KEY, update_fields=[])


def tags_preview(*, source: str, rows: Sequence[tuple[str, int, str]]) -> Counts:
    """What would become of such rows, of which nothing is written."""
    values = list({rater for rater, _, _ in rows})
    raters = {value: _NOBODY + place for place, value in enumerate(values)}
    raters |= {rater.value: rater.number for rater in raters_known(source, values)}
    tags = _tags(rows, raters, None)
    counts = bulk_upsert(tags, key=_KEY, update_fields=[], dry_run=True) if tags else Counts()
    return Counts(created=counts.created, unchanged=len(rows) - counts.created)


def _tags(rows: Sequence[tuple[str, int, str]], raters: dict[str, int], batch_id: int | None) -> list[Tag]:
    """Of those that are spelled alike the first."""
    tags: dict[tuple[Any, ...], Tag] = {}
    for rater, movie_id, text in rows:
        tag = made_tag(-raters[rater], movie_id, text)
        tag.batch_id = batch_id
        tags.setdefault((tag.user_id, movie_id, tag.folded), tag)
    return list(tags.values())


def tags_brought(*, batch: RatingBatch) -> int:
    return Tag.objects.filter(batch_id=batch.pk).count()


def movies_tagged(batch: RatingBatch) -> list[int]:
    return list(Tag.objects.filter(batch_id=batch.pk).order_by().values_list("movie_id", flat=True).distinct())

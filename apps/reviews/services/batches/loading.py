"""A batch on its way into the store, a chunk a transaction: nobody sees it, and nothing is written twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connections

import movieverse
from apps.reviews import stores
from apps.reviews.models import Rater, Rating, RatingBatch, RatingChunk
from apps.reviews.services.batches import apart
from apps.reviews.services.batches.comparing import merge
from apps.reviews.services.batches.counting import last_id
from movieverse.bulk import Counts, batched
from movieverse.exceptions import DomainError

_RATERS = 1_000


class BatchUnderWay(DomainError):
    code = "ratings-under-way"
    detail = "The ratings of another import are just being loaded, or taken out: these have to wait for their turn."


class _NotNew(Exception):
    """Some rows were there that cannot have been: somebody else has just brought ratings by the same raters."""


@contextmanager
def batch_loading(*, key: str) -> Iterator[RatingBatch]:
    """The batch of that key, wherever it was left, and the store opened for loading. One batch at a time.

    What a batch makes of rows that are there depends on whether they stay: so none begins while another one is not
    shown. Not within a transaction.
    """
    with stores.opened("reviews"):
        yield _begin(key)


def batch_may_begin(*, key: str) -> bool:
    """Neither is another one loading, nor are there rows that are about to go."""
    under_way = (RatingBatch.State.LOADING, RatingBatch.State.LEAVING)
    return not RatingBatch.objects.filter(state__in=under_way).exclude(key=key).exists()


def _begin(key: str) -> RatingBatch:
    if not batch_may_begin(key=key):
        raise BatchUnderWay
    try:
        return _begun(key)
    except IntegrityError:  # another one has begun at this very moment
        raise BatchUnderWay from None


@movieverse.atomic("reviews")
def _begun(key: str) -> RatingBatch:
    last = last_id()
    batch, is_new = RatingBatch.objects.get_or_create(key=key, defaults={"after_id": last})
    if is_new and not last:
        apart.begin(batch)
    return batch


def chunk_load(*, batch: RatingBatch, number: int, source: str, rows: Any, upsert: bool = True) -> Counts:
    """Load a polars frame: rater (text), movie_id, value (half-stars), created_at (text, UTC).

    No rater and movie twice, neither here nor in another chunk of the batch. A rater whom nobody knew has not rated
    anything: their ratings go straight in. Ratings that are there are changed when the batch is shown, if they are to
    be. A chunk that is loaded already is not loaded again.
    """
    if done := _loaded(batch, number):
        return done
    raters, known = raters_of(batch, source, rows["rater"].unique().sort().to_list())
    told, rows = len(rows), _as_stored(rows, raters, batch)
    if len(rows) != told:
        raise ValueError("The reviews store takes two raters for one: it has to compare texts letter by letter.")
    try:
        return _load(batch, number, rows, known, upsert)
    except (_NotNew, IntegrityError):  # or a worker that was frozen has just loaded this very chunk
        return _loaded(batch, number) or _load(batch, number, rows, set(raters.values()), upsert)


def _loaded(batch: RatingBatch, number: int) -> Counts | None:
    done = RatingChunk.objects.filter(batch=batch, number=number).first()
    return Counts(done.created, done.updated, done.unchanged) if done else None


@movieverse.atomic("reviews")
def _load(batch: RatingBatch, number: int, rows: Any, known: set[int], upsert: bool) -> Counts:
    chunk = RatingChunk.objects.create(batch=batch, number=number)
    stores.hold_references("reviews")
    held = RatingBatch.objects.get(pk=batch.pk, state=RatingBatch.State.LOADING)  # which the chunk holds: so it stays
    counts = _brought(rows, held, known, upsert)
    chunk.created, chunk.updated, chunk.unchanged = counts.created, counts.updated, counts.unchanged
    chunk.until_id = None if held.is_apart else last_id()
    chunk.save()
    return counts


def _brought(rows: Any, batch: RatingBatch, known: set[int], upsert: bool) -> Counts:
    """Of those who may have rated, what is new or different. Into a table apart all: nobody has."""
    if batch.is_apart:
        return Counts(created=_add_all(rows, apart.table().name))
    by_known = rows["user_id"].is_in([-number for number in known])
    new = rows.filter(~by_known).sort("movie_id", "user_id")  # as the index of more use has them: that is faster
    counts = Counts(created=_add_all(new, Rating._meta.db_table))
    if by_known.any():
        counts += merge(rows.filter(by_known), batch, upsert)
    return counts


@movieverse.atomic("reviews")
def raters_of(batch: RatingBatch, source: str, values: list[str]) -> tuple[dict[str, int], set[int]]:
    """{what the source calls them: their number}, and the numbers of those who were known before the batch.

    Not in a chunk's transaction: the chunk after it mostly has a rater in common with it, and would wait for its end.
    """
    no_key = connections["reviews"].features.has_select_for_no_key_update  # which a chunk's reference gets along with
    RatingBatch.objects.select_for_update(no_key=no_key).get(pk=batch.pk, state=RatingBatch.State.LOADING)
    found = {rater.value: rater for rater in raters_known(source, values)}
    new = [Rater(source=source, value=value, batch_id=batch.pk) for value in values if value not in found]
    Rater.objects.bulk_create(new, batch_size=_RATERS, ignore_conflicts=True)
    found |= {rater.value: rater for rater in raters_known(source, [rater.value for rater in new])}
    known = {rater.number for rater in found.values() if rater.batch_id != batch.pk}
    return {value: rater.number for value, rater in found.items()}, known


def raters_known(source: str, values: list[str]) -> Iterator[Rater]:
    for some in batched(values, _RATERS):
        yield from Rater.objects.filter(source=source, value__in=some)


def _as_stored(rows: Any, raters: dict[str, int], batch: RatingBatch) -> Any:
    """With the table's columns."""
    import polars as pl

    numbers = pl.DataFrame(list(raters.items()), schema={"rater": pl.String, "number": pl.Int64}, orient="row")
    moment = Rating._meta.get_field("updated_at").get_db_prep_save(batch.moment, connections["reviews"])
    return rows.join(numbers, on="rater", maintain_order="left").select(
        (-pl.col("number")).alias("user_id"),
        *("movie_id", "value", "created_at"),
        pl.lit(str(moment)).alias("updated_at"),
        pl.lit(0).alias("withheld"),
        pl.lit(batch.pk).alias("batch_id"),
    )


def _add_all(rows: Any, table: str) -> int:
    if stores.load("reviews", table, rows) != len(rows):
        raise _NotNew
    return len(rows)


def chunk_preview(*, source: str, rows: Any, upsert: bool = True) -> Counts:
    """What would become of such rows, of which nothing is written."""
    numbers = {rater.value: rater.number for rater in raters_known(source, rows["rater"].unique().to_list())}
    known = _as_stored(rows, numbers, RatingBatch(pk=0))
    counts = _previewed(known, upsert) if len(known) else Counts()
    counts.created += len(rows) - len(known)
    return counts


@movieverse.atomic("reviews")
def _previewed(rows: Any, upsert: bool) -> Counts:
    return merge(rows, None, upsert)

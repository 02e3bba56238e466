"""A batch that is whole: everybody sees it from one moment on, and the summaries count it."""

from collections.abc import Callable, Sequence

import movieverse
from apps.catalog.selectors import movies_gone
from apps.reviews.models import Rating, RatingBatch, RatingChange
from apps.reviews.services.batches import apart
from apps.reviews.services.batches.counting import Sums, add_up, changes_of, counted, set_values
from apps.reviews.services.batches.tagging import movies_tagged
from apps.reviews.services.checks import movies_follow
from apps.reviews.services.events import tags_changed

State = RatingBatch.State


def batch_show(*, batch: RatingBatch, check: Callable[[], None] = lambda: None) -> None:
    """One that is shown already stays so, one that is taken out as well: DoesNotExist.

    Where something has to be waited for, `check` is asked now and then; what it raises ends it, with nothing shown.
    What it says of movies that have gone meanwhile goes where they went.
    """
    apart.settle(batch, check)
    movies_follow(movie_ids=movies_gone(_show(batch)))


@movieverse.atomic("reviews")
def _show(batch: RatingBatch) -> list[int]:
    """The ids of the movies it is about."""
    held = RatingBatch.objects.select_for_update().get(pk=batch.pk, state__in=(State.LOADING, State.SHOWN))
    sums = counted(held)
    if held.state == State.SHOWN:
        return sorted({*sums, *movies_tagged(held)})
    for changes in changes_of(held):
        _make(changes, held, sums)
    RatingBatch.objects.filter(pk=held.pk).update(state=State.SHOWN, turn=None)
    tagged = movies_tagged(held)
    tags_changed(tagged)
    add_up(sums)
    return sorted({*sums, *tagged})


def _make(changes: Sequence[tuple[RatingChange, Rating | None]], batch: RatingBatch, sums: Sums) -> None:
    """As noted, but for ratings that somebody else has changed meanwhile."""
    overtaken = []
    as_noted = []
    for change, rating in changes:
        if rating and rating.updated_at == change.before_at:
            as_noted.append((rating, change.after, batch.moment))
        else:
            overtaken.append(change.pk)
    RatingChange.objects.filter(pk__in=overtaken).delete()
    set_values(as_noted, sums)

"""Two titles that are one: what members said of them, brought together and parted again.

A batch a transaction, as the rows are found: interrupted, or called again, it goes on with what is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from django.db import IntegrityError

import movieverse
from apps.accounts.selectors import inactive_ids
from apps.reviews.models import (
    HelpfulVote,
    MergedRow,
    Rating,
    RatingSummary,
    Review,
    ReviewReport,
    ReviewRevision,
    Tag,
)
from apps.reviews.services.batches.holding import batches_there, of_shown_batches
from apps.reviews.services.counts import reviews_recount
from apps.reviews.services.events import reviews_changed, reviews_deleted, summaries_changed, tags_changed
from apps.reviews.services.standing import members_settle
from apps.reviews.services.summaries import recount, shift_summary
from movieverse import merging
from movieverse.outbox.models import Action

_BATCH = 500
_ATTEMPTS = 5

_ON_REVIEWS = (ReviewRevision, HelpfulVote, ReviewReport)

_Said = type[Rating] | type[Review] | type[Tag]
Done = TypeVar("Done")


def movie_merge(*, movie_id: int, into: int, merge_id: int) -> None:
    """Let what members said of a movie be said of another. Who said it of both, said last what stays.

    Also what somebody says of the movie while it is called.
    """
    _put_summary_away(movie_id, merge_id)  # first: without it nobody can rate the movie
    for model in (Rating, Review, Tag):
        while _in_peace(_move, model, movie_id, into, merge_id):
            pass


def _in_peace(step: Callable[..., Done], *args: Any) -> Done:
    """Done again where somebody said something of the survivor at this very moment: the next time it is seen."""
    for _ in range(_ATTEMPTS):
        with suppress(IntegrityError):
            return step(*args)
    return step(*args)


@movieverse.atomic("reviews")
def _put_summary_away(movie_id: int, merge_id: int) -> None:
    for summary in RatingSummary.objects.select_for_update().filter(pk=movie_id):
        merging.note_removed(MergedRow, merge_id, [summary])
        RatingSummary.objects.filter(pk=movie_id).delete()
        summaries_changed([movie_id], Action.DELETED)


@movieverse.atomic("reviews")
def _move(model: _Said, movie_id: int, into: int, merge_id: int) -> int:
    """Of the movie's rows a part. Returns how many that is."""
    rows: Any = model._default_manager.select_for_update()
    own = list(rows.filter(movie_id=movie_id).order_by("pk")[:_BATCH])
    others = {_whose(row): row for row in rows.filter(movie_id=into, user_id__in=[row.user_id for row in own])}
    shown = {row.pk for row in of_shown_batches([*own, *others.values()])}
    moved: list[Any] = []
    removed: list[Any] = []
    for row in own:
        other = others.get(_whose(row))
        newer, older = (row, other) if _stays(row, other, shown) else (other, row)
        moved += [row] if newer is row else []
        removed += [older] if older else []
    merging.note_removed(MergedRow, merge_id, removed)
    _note_hanging(model, removed, merge_id)
    merging.note_moved(MergedRow, merge_id, moved, movie_id=into)
    model._default_manager.filter(pk__in=[row.pk for row in removed]).delete()
    model._default_manager.filter(pk__in=[row.pk for row in moved]).update(movie_id=into)
    _tell(into, [*(Change(row, movie_id=None) for row in removed), *(Change(row, into) for row in moved)])
    return len(own)


def _note_hanging(model: _Said, removed: Sequence[Any], merge_id: int) -> None:
    for hanging in _ON_REVIEWS if model is Review and removed else ():
        rows: Any = hanging._default_manager
        merging.note_hanging(MergedRow, merge_id, rows.filter(review__in=removed).select_related("review"))


def _whose(row: Any) -> tuple[Any, ...]:
    """Of what a member can have said only one thing of a movie."""
    return row.user_id, getattr(row, "folded", "")


def _stays(row: Any, other: Any, shown: Set[int]) -> bool:
    """What an import is still bringing may yet be taken out again."""
    if other is None or (row.pk in shown) != (other.pk in shown):
        return other is None or row.pk in shown
    return hasattr(row, "updated_at") and row.updated_at > other.updated_at


# --- Parting --------------------------------------------------------------------------------------


def movie_part(*, movie_id: int, into: int, merge_id: int) -> None:
    """Give a movie back what members had said of it, as far as they have not changed it since."""
    for notes in merging.notes_of(MergedRow, merge_id):
        members = {one.user_id for one in notes if one.user_id}
        inactive = inactive_ids(members)
        _in_peace(_part, into, notes, inactive)
        members_settle(user_ids=inactive ^ inactive_ids(members))
    reviews_recount(movie_ids=[movie_id, into])
    if RatingSummary.objects.filter(pk=movie_id).exists() or Rating.objects.filter(movie_id=movie_id).exists():
        recount([movie_id])


@movieverse.atomic("reviews")
def _part(into: int, notes: Sequence[MergedRow], inactive: Set[int]) -> None:
    notes = merging.held(notes)
    for one in notes:  # as their members' accounts are now
        one.before |= {"withheld": one.user_id in inactive} if "withheld" in one.before else {}
    lost = _without_review(notes) | _without_batch(notes)
    restored, kept = merging.restore([one for one in notes if one.key not in lost])
    merging.settle(notes, {**kept, **lost})
    if not (notes and notes[0].rows_model in _ON_REVIEWS):
        moved = (Change(now, then.movie_id) if now else Change(then, then.movie_id, True) for now, then in restored)
        _tell(into, list(moved))


def _without_review(notes: Sequence[MergedRow]) -> dict[str, str]:
    """Of what hangs on reviews, that whose review has not come back."""
    on = {one.key: one.before["review_id"] for one in notes if one.rows_model in _ON_REVIEWS}
    there = set(Review.objects.filter(pk__in=on.values()).values_list("pk", flat=True))
    return {key: merging.DELETED for key, review_id in on.items() if review_id not in there}


def _without_batch(notes: Sequence[MergedRow]) -> dict[str, str]:
    """What came with a batch that has been taken out since."""
    came_with = {one.key: one.before["batch_id"] for one in notes if one.before.get("batch_id") is not None}
    there = set(batches_there(came_with.values())) if came_with else ()
    return {key: merging.DELETED for key, batch_id in came_with.items() if batch_id not in there}


# --- Telling --------------------------------------------------------------------------------------


class Change(NamedTuple):
    row: Any  # as it was
    movie_id: int | None  # which it is about now; none: it is gone
    is_back: bool = False  # it had been removed

    @property
    def movie_ids(self) -> tuple[int | None, int | None]:
        """Which it was about, and is about."""
        return None if self.is_back else self.row.movie_id, self.movie_id


def _tell(into: int, changes: Sequence[Change]) -> None:
    """Rows of one model have changed."""
    movie_ids = [movie_id for change in changes for movie_id in change.movie_ids if movie_id is not None]
    model = type(changes[0].row) if changes else None
    if model is Rating:
        _sum_up(into, changes)
    elif model is RatingSummary:
        summaries_changed(movie_ids)
    elif model is Tag:
        tags_changed(movie_ids)
    elif model is Review:
        _tell_of_reviews(changes)


def _sum_up(into: int, changes: Sequence[Change]) -> None:
    """For the survivor. The other movie has no summary until it has all its ratings."""
    shift: Counter[int] = Counter()
    for change in _counted(changes):
        before, after = change.movie_ids
        shift[change.row.value] += (after == into) - (before == into)
    changed = Counter({value: step for value, step in shift.items() if step})
    if changed and not shift_summary(into, changed):
        recount([into])


def _counted(changes: Sequence[Change]) -> Iterator[Change]:
    counted = {id(row) for row in of_shown_batches([change.row for change in changes])}
    return (change for change in changes if id(change.row) in counted and not change.row.withheld)


def _tell_of_reviews(changes: Sequence[Change]) -> None:
    for review, movie_id, _ in changes:
        review.movie_id = movie_id or review.movie_id
    reviews_deleted(change.row for change in changes if change.movie_id is None)
    reviews_changed(change.row for change in changes if change.movie_id is not None)

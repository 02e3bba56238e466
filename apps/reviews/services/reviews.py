"""Reviews."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError

import movieverse
from apps.catalog import selectors as catalog
from apps.reviews.models import Review
from apps.reviews.services.checks import about_movie, check_open
from apps.reviews.services.events import reviews_changed
from movieverse import tally
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import DomainError, VersionConflict
from movieverse.outbox.models import Action

_BATCH = 500


class UnknownReview(DomainError):
    status, code = 404, "not-found"


class AlreadyReviewed(DomainError):
    code = "already-reviewed"
    detail = "You have a review of this movie: change that one."


def review_create(*, user_id: int, movie_id: int, body: str, title: str = "") -> Review:
    check_open()
    review = Review(user_id=user_id, movie_id=movie_id, title=title, body=body)
    try:
        with about_movie(movie_id):
            _check_text(review)
            _insert_review(review)
    except IntegrityError:
        raise AlreadyReviewed from None
    tally.add("review", movie_id)
    return review


@movieverse.atomic("reviews")
def _insert_review(review: Review) -> None:
    review.save(force_insert=True)
    reviews_changed([review])


def review_update(
    *, review: Review, body: str | None = None, title: str | None = None, version: int | None = None
) -> Review:
    """Change what is given; the rest stays, also where somebody else changes it at this moment.

    Raises VersionConflict where a `version` is given that is no longer the review's.
    """
    changes = {name: value for name, value in (("body", body), ("title", title)) if value is not None}
    for name, value in changes.items():
        setattr(review, name, value)
    _check_text(review)
    _save_review(review, [*changes, "version", "updated_at"], version)
    return review


@movieverse.atomic("reviews")
def _save_review(review: Review, names: list[str], version: int | None) -> None:
    review.version = _lock_review(review, version) + 1
    review.save(update_fields=names)
    reviews_changed([review])


def _lock_review(review: Review, version: int | None) -> int:
    """The version that is stored, and stays it until the transaction ends."""
    stored = Review.objects.select_for_update().filter(pk=review.pk).values_list("version", flat=True).first()
    if stored is None:
        raise UnknownReview(f"There is no review {review.pk} any more.")
    if version not in (None, stored):
        raise VersionConflict(stored)
    return stored


@movieverse.atomic("reviews")
def review_delete(*, review: Review, version: int | None = None) -> None:
    """Raises VersionConflict where a `version` is given that is no longer the review's."""
    _lock_review(review, version)
    reviews_changed([review], Action.DELETED)
    Review.objects.filter(pk=review.pk).delete()  # review.delete() would forget the id, and may be run again


def _check_text(review: Review) -> None:
    if not review.body.strip():
        raise ValidationError({"body": "A review says something."})
    longest = catalog.setting("review_max_length")
    if len(review.body) > longest:
        raise ValidationError({"body": f"A review has at most {longest} characters; this one has {len(review.body)}."})
    review.full_clean(validate_unique=False, validate_constraints=False)


def reviews_load(reviews: Sequence[Review], *, dry_run: bool = False) -> Counts:
    """Store many reviews at once, for seeds."""
    counts = Counts()
    for batch in batched(reviews, _BATCH):
        counts += _load_reviews(batch, dry_run)
    return counts


@movieverse.atomic("reviews")
def _load_reviews(reviews: Sequence[Review], dry_run: bool) -> Counts:
    names = ["title", "body"]
    return bulk_upsert(reviews, key=("user_id", "movie_id"), update_fields=names, dry_run=dry_run, written=_tell)


def _tell(reviews: Sequence[Review]) -> None:
    """Not every store has told new rows their ids."""
    pairs = {(review.user_id, review.movie_id) for review in reviews}
    users, movies = ({pair[place] for pair in pairs} for place in (0, 1))
    rows = Review.objects.filter(user_id__in=users, movie_id__in=movies).only("user_id", "movie_id")
    reviews_changed(row for row in rows if (row.user_id, row.movie_id) in pairs)

"""Reviews."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

import movieverse
from apps.catalog import selectors as catalog
from apps.reviews.models import Review, ReviewRevision
from apps.reviews.services.checks import about_movie, check_open
from apps.reviews.services.edits import edit_note
from apps.reviews.services.events import reviews_changed, reviews_deleted
from apps.reviews.services.locks import locked_review
from apps.reviews.services.standing import as_members_stand
from movieverse import tally
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import DomainError

_BATCH = 500


class AlreadyReviewed(DomainError):
    code = "already-reviewed"
    detail = "You have a review of this movie: change that one."


def review_create(
    *, user_id: int, movie_id: int, body: str, title: str = "", is_spoiler: bool = False, language: str = ""
) -> Review:
    check_open()
    review = Review(
        user_id=user_id, movie_id=movie_id, title=title, body=body, is_spoiler=is_spoiler, language=language
    )
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
    *,
    review: Review,
    body: str | None = None,
    title: str | None = None,
    is_spoiler: bool | None = None,
    language: str | None = None,
    by: int | None = None,
    version: int | None = None,
) -> Review:
    """Change what is given; the rest stays, also where somebody else changes it at this moment.

    `by` is who does so, its author unless told. What it said before is kept; where nothing is changed, nothing is
    written. Raises VersionConflict where a `version` is given that is no longer the review's.
    """
    given = {"body": body, "title": title, "is_spoiler": is_spoiler, "language": language}
    changes = {name: value for name, value in given.items() if value is not None}
    for name, value in changes.items():
        setattr(review, name, value)
    _check_text(review)
    _save_review(review, changes, review.user_id if by is None else by, version)
    return review


@movieverse.atomic("reviews")
def _save_review(review: Review, changes: dict[str, Any], by: int, version: int | None) -> None:
    stored = locked_review(review.pk, version)
    review.version = stored.version
    if changes.items() <= stored.text.items():
        return
    ReviewRevision.objects.create(review=stored, version=stored.version, by=by, **stored.text)
    review.version += 1
    review.edited_at = timezone.now()
    review.save(update_fields=[*changes, "version", "edited_at", "updated_at"])
    edit_note(before=stored, after=review, by=by)
    reviews_changed([stored])


@movieverse.atomic("reviews")
def review_delete(*, review: Review, by: int | None = None, version: int | None = None) -> None:
    """With all that hangs on it. Raises VersionConflict where a `version` is given that is no longer the review's."""
    edit_note(before=locked_review(review.pk, version), after=None, by=by)
    reviews_deleted([review])
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
        as_members_stand(batch)
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
    rows = Review.objects.filter(user_id__in=users, movie_id__in=movies)
    rows = rows.only("user_id", "movie_id", "hidden_at", "withheld")
    reviews_changed(row for row in rows if (row.user_id, row.movie_id) in pairs)

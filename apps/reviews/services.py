"""Writes to the reviews store. Every change of a rating changes its movie's summary in the same transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F

import movieverse
from apps.catalog import selectors as catalog
from apps.reviews.models import HALF_STARS, Rating, RatingSummary, Review, Tag, folded_tag
from apps.reviews.selectors import counted_summaries
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import DomainError, VersionConflict

MOST_TAGS = 50  # of a member for a movie


class ReviewsClosed(DomainError):
    status, code = 403, "reviews-closed"


class TooManyTags(DomainError):
    code = "too-many-tags"


class UnknownMovie(DomainError):
    status, code = 404, "not-found"


class UnknownReview(DomainError):
    status, code = 404, "not-found"


class AlreadyReviewed(DomainError):
    code = "already-reviewed"
    detail = "You have a review of this movie: change that one."


def _check_open(movie_id: int) -> None:
    if not catalog.setting("reviews_open"):
        raise ReviewsClosed(catalog.setting("reviews_closed_message"))
    if not catalog.movie_exists(movie_id):
        raise UnknownMovie(f"There is no movie {movie_id}.")


def rating_set(*, user_id: int, movie_id: int, value: int) -> tuple[Rating, bool]:
    """Rate a movie with 1 to 10 half-stars, or change one's rating of it. True if there was none before."""
    if value not in HALF_STARS:
        raise ValidationError({"value": "A rating is a whole number of half-stars from 1 to 10."})
    _check_open(movie_id)
    return _store_rating(user_id, movie_id, value)


def rating_delete(*, user_id: int, movie_id: int) -> bool:
    """Take a rating back. False if there was none."""
    if not Rating.objects.filter(user_id=user_id, movie_id=movie_id).exists():
        return False  # and no summary is made for whatever id somebody asks for
    return _remove_rating(user_id, movie_id)


@movieverse.atomic("reviews")
def _store_rating(user_id: int, movie_id: int, value: int) -> tuple[Rating, bool]:
    _lock_summary(movie_id)
    rating = Rating.objects.filter(user_id=user_id, movie_id=movie_id).first()
    if rating is None:
        rating = Rating.objects.create(user_id=user_id, movie_id=movie_id, value=value)
        _shift_summary(movie_id, Counter({value: 1}))
        return rating, True
    if rating.value != value:
        _shift_summary(movie_id, Counter({value: 1, rating.value: -1}))
        rating.value = value
        rating.save(update_fields=["value", "updated_at"])
    return rating, False


@movieverse.atomic("reviews")
def _remove_rating(user_id: int, movie_id: int) -> bool:
    _lock_summary(movie_id)
    rating = Rating.objects.filter(user_id=user_id, movie_id=movie_id).first()
    if rating is None:
        return False
    rating.delete()
    _shift_summary(movie_id, Counter({rating.value: -1}))
    return True


def _lock_summary(movie_id: int) -> None:
    """Take the movie's lock first, always: two writers wait for each other instead of deadlocking."""
    RatingSummary.objects.get_or_create(pk=movie_id)
    RatingSummary.objects.select_for_update().get(pk=movie_id)


def _shift_summary(movie_id: int, changes: Counter[int]) -> None:
    columns = {f"count_{value}": F(f"count_{value}") + change for value, change in changes.items()}
    RatingSummary.objects.filter(pk=movie_id).update(
        count=F("count") + changes.total(),
        total=F("total") + sum(value * change for value, change in changes.items()),
        **columns,
    )


def review_create(*, user_id: int, movie_id: int, body: str, title: str = "") -> Review:
    _check_open(movie_id)
    review = Review(user_id=user_id, movie_id=movie_id, title=title, body=body)
    _check_text(review)
    try:
        return _insert_review(review)
    except IntegrityError:
        raise AlreadyReviewed from None


@movieverse.atomic("reviews")
def _insert_review(review: Review) -> Review:
    review.save(force_insert=True)
    return review


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
    review.delete()


def _check_text(review: Review) -> None:
    if not review.body.strip():
        raise ValidationError({"body": "A review says something."})
    longest = catalog.setting("review_max_length")
    if len(review.body) > longest:
        raise ValidationError({"body": f"A review has at most {longest} characters; this one has {len(review.body)}."})
    review.full_clean(validate_unique=False, validate_constraints=False)


def ratings_load(rows: Iterable[tuple[int, int, int]], *, dry_run: bool = False) -> Counts:
    """Store many (user_id, movie_id, half-stars) at once, for seeds, a batch of movies a transaction."""
    by_movie: dict[int, list[Rating]] = defaultdict(list)
    for user_id, movie_id, value in rows:
        by_movie[movie_id].append(Rating(user_id=user_id, movie_id=movie_id, value=value))
    counts = Counts()
    for movie_ids in batched(sorted(by_movie), 50):
        ratings = [rating for movie_id in movie_ids for rating in by_movie[movie_id]]
        counts += _upsert_ratings(ratings, dry_run=True) if dry_run else _load_ratings(ratings, movie_ids)
    return counts


@movieverse.atomic("reviews")
def _load_ratings(ratings: list[Rating], movie_ids: Sequence[int]) -> Counts:
    bulk_upsert([RatingSummary(pk=movie_id) for movie_id in movie_ids], update_fields=[])
    list(RatingSummary.objects.select_for_update().filter(pk__in=movie_ids).order_by("pk"))
    counts = _upsert_ratings(ratings)
    names = [field.name for field in RatingSummary._meta.concrete_fields[1:]]
    bulk_upsert(counted_summaries(movie_ids), update_fields=names)
    return counts


def _upsert_ratings(ratings: list[Rating], *, dry_run: bool = False) -> Counts:
    return bulk_upsert(ratings, key=("user_id", "movie_id"), update_fields=["value", "updated_at"], dry_run=dry_run)


def reviews_load(reviews: Sequence[Review], *, dry_run: bool = False) -> Counts:
    """Store many reviews at once, for seeds."""
    return bulk_upsert(reviews, key=("user_id", "movie_id"), update_fields=["title", "body"], dry_run=dry_run)


def tag_add(*, user_id: int, movie_id: int, text: str) -> tuple[Tag, bool]:
    """Give a movie a tag. True if the member had not given it that one, in whatever spelling, before."""
    tag = _tag(user_id, movie_id, text)
    tag.clean_fields()
    _check_open(movie_id)
    return _store_tag(tag)


def tag_remove(*, user_id: int, movie_id: int, text: str) -> bool:
    """Take a tag back. False if there was none."""
    folded = folded_tag(_tidied(text))
    removed, _ = Tag.objects.filter(user_id=user_id, movie_id=movie_id, folded=folded).delete()
    return removed > 0


def tags_load(rows: Iterable[tuple[int, int, str]], *, dry_run: bool = False) -> Counts:
    """Store many (user_id, movie_id, text) at once, for seeds. What is no tag is counted as failed."""
    tags, failed = [], 0
    for row in rows:
        tag = _tag(*row)
        try:
            tag.clean_fields()
        except ValidationError:
            failed += 1
        else:
            tags.append(tag)
    counts = bulk_upsert(tags, key=("user_id", "movie_id", "folded"), update_fields=[], dry_run=dry_run)
    counts.failed = failed
    return counts


def _tag(user_id: int, movie_id: int, text: str) -> Tag:
    text = _tidied(text)
    return Tag(user_id=user_id, movie_id=movie_id, text=text, folded=folded_tag(text))


def _tidied(text: str) -> str:
    return " ".join(text.split())


@movieverse.atomic("reviews")
def _store_tag(tag: Tag) -> tuple[Tag, bool]:
    of_member = {"user_id": tag.user_id, "movie_id": tag.movie_id}
    stored, created = Tag.objects.get_or_create(**of_member, folded=tag.folded, defaults={"text": tag.text})
    if created and Tag.objects.filter(**of_member).count() > MOST_TAGS:
        raise TooManyTags(f"You have given this movie {MOST_TAGS} tags already, which is as many as there may be.")
    return stored, created

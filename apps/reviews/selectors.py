"""Reads of reviews, ratings and tags."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet

from apps.catalog.services import RatingProjection
from apps.reviews.models import HelpfulVote, ModerationAct, Rating, RatingSummary, Review, ReviewReport, Tag

MOST_TAGS_SHOWN = 100
MOST_REPORTS_SHOWN = MOST_ACTS_SHOWN = 1_000  # of all reviews that are asked for together


def rating_of(*, user_id: int, movie_id: int) -> Rating | None:
    return Rating.objects.filter(user_id=user_id, movie_id=movie_id).first()


def summary_of(movie_id: int) -> RatingSummary:
    """The movie's summary, an empty one where nobody has rated."""
    return RatingSummary.objects.filter(pk=movie_id).first() or RatingSummary(pk=movie_id)


def counted_summaries(movie_ids: Iterable[int]) -> list[RatingSummary]:
    """What the summaries of these movies have to be, counted from their ratings that are not withheld."""
    summaries = {movie_id: RatingSummary(pk=movie_id) for movie_id in movie_ids}
    groups = Rating.shown.filter(movie_id__in=summaries).order_by().values("movie_id", "value")
    for group in groups.annotate(number=Count("pk")):
        summary, value, number = summaries[group["movie_id"]], group["value"], group["number"]
        setattr(summary, f"count_{value}", number)
        summary.count += number
        summary.total += value * number
    return list(summaries.values())


def projections_of(movie_ids: Iterable[int]) -> list[RatingProjection]:
    """What the catalogue should show of the movies' ratings. Movies without a summary are left out."""
    summaries = RatingSummary.objects.filter(pk__in=set(movie_ids))
    return [RatingProjection(row.pk, row.count, row.average or 0, row.score, row.version) for row in summaries]


def reviews_by(user_id: int) -> QuerySet[Review]:
    return Review.objects.filter(user_id=user_id)


def ratings_by(user_id: int) -> QuerySet[Rating]:
    return Rating.objects.filter(user_id=user_id)


def rated_by(user_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(user, movie) of every rating of these users."""
    return set(Rating.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "movie_id"))


def reviewed_by(user_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(user, movie) of every review of these users."""
    return set(Review.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "movie_id"))


def tags_by(user_id: int) -> QuerySet[Tag]:
    return Tag.objects.filter(user_id=user_id)


@dataclass(frozen=True, slots=True)
class UsedTag:
    text: str
    count: int


def tags_of_movie(movie_id: int) -> list[UsedTag]:
    """The tags that most members have given it, as the first of them wrote each. Two queries."""
    groups = Tag.shown.filter(movie_id=movie_id).order_by().values("folded")
    used = groups.annotate(count=Count("pk"), first=Min("pk")).order_by("-count", "folded")[:MOST_TAGS_SHOWN]
    counts = {group["first"]: group["count"] for group in used}
    texts = dict(Tag.objects.filter(pk__in=list(counts)).values_list("pk", "text"))
    return [UsedTag(texts[pk], count) for pk, count in counts.items() if pk in texts]


def has_voted(*, user_id: int, review_id: int) -> bool:
    """Whether the member finds the review helpful."""
    return HelpfulVote.objects.filter(user_id=user_id, review_id=review_id).exists()


def open_reports_of(review_ids: Sequence[int]) -> dict[int, list[ReviewReport]]:
    """By review, the newest first."""
    reports = ReviewReport.objects.filter(review_id__in=review_ids, resolved_at=None).order_by("-pk")
    by_review: dict[int, list[ReviewReport]] = defaultdict(list)
    for report in reports[:MOST_REPORTS_SHOWN]:
        by_review[report.review_id].append(report)
    return by_review


def acts_of(review_ids: Sequence[int]) -> dict[int, list[ModerationAct]]:
    """What moderators have done about each review, the latest first."""
    by_review: dict[int, list[ModerationAct]] = defaultdict(list)
    for act in ModerationAct.objects.filter(review_id__in=review_ids).order_by("-pk")[:MOST_ACTS_SHOWN]:
        by_review[act.review_id or 0].append(act)
    return by_review


def said_of_movies(movie_id: int, other_id: int) -> dict[str, int]:
    """How much was said of a movie; and by how many of those who said it of another, too."""
    counts = {"tags": Tag.said.filter(movie_id=movie_id).count()}
    for name, said in (("ratings", Rating.said), ("reviews", Review.objects)):
        rows = said.filter(movie_id=movie_id)
        others: Any = said.filter(movie_id=other_id).values("user_id")
        counts |= {name: rows.count(), f"{name}_of_both": rows.filter(user_id__in=others).count()}
    return counts


def movies_rated(movie_ids: Collection[int]) -> set[int]:
    """Those that somebody has rated. Most summaries say so; that of ratings which are all withheld does not."""
    counted = RatingSummary.objects.filter(pk__in=movie_ids, count__gt=0)
    found = set(counted.values_list("pk", flat=True))
    return found | _movies_of(Rating, set(movie_ids) - found)


def movies_reviewed(movie_ids: Collection[int]) -> set[int]:
    return _movies_of(Review, movie_ids) | _movies_of(Tag, movie_ids)


def _movies_of(model: type[Rating] | type[Review] | type[Tag], movie_ids: Collection[int]) -> set[int]:
    rows = model.objects.filter(movie_id__in=movie_ids).order_by()
    return set(rows.values_list("movie_id", flat=True).distinct())

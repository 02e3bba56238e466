"""Ratings and tags."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors as catalog
from apps.catalog.api.titles import titles_of
from apps.reviews import cache, selectors, services
from apps.reviews.api.filters import TagFilter
from apps.reviews.api.serializers import (
    MovieTagsSerializer,
    MyRatingSerializer,
    MyTagSerializer,
    RatingInputSerializer,
    RatingSerializer,
    RatingSummarySerializer,
    TagSerializer,
)
from apps.reviews.models import Rating, Tag
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin


def _check_movie(movie_id: int, degraded: Degraded, *, is_spoken_of: bool) -> None:
    """404 for a movie that there is not. With the catalogue away, one that members have spoken of was there."""
    exists = partial(catalog.movie_exists, movie_id)
    if not (degraded.read(exists, True) if is_spoken_of else exists()):
        raise NotFound(f"There is no movie {movie_id}.")


class NewestFirst:
    """Ids grow with time."""

    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"


class MyRating(ApiView):
    """The rating that the member who asks has given the movie."""

    serializer_class = RatingSerializer

    def get(self, request: Request, movie_id: int) -> Response:
        rating = selectors.rating_of(user_id=self.member.pk, movie_id=movie_id)
        if rating is None:
            raise NotFound(f"You have not rated movie {movie_id}.")
        return self.answer(rating)

    @extend_schema(request=RatingInputSerializer, responses={200: RatingSerializer, 201: RatingSerializer})
    def put(self, request: Request, movie_id: int) -> Response:
        """Rate the movie, or rate it anew."""
        given = RatingInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rating, created = services.rating_set(user_id=self.member.pk, movie_id=movie_id, **given.validated_data)
        return self.answer(rating, status=201 if created else 200)

    def delete(self, request: Request, movie_id: int) -> Response:
        """Take one's rating back."""
        if not services.rating_delete(user_id=self.member.pk, movie_id=movie_id):
            raise NotFound(f"You have not rated movie {movie_id}.")
        return Response(status=204)


class MovieRatingSummary(PublicMixin, ApiView):
    """What all ratings of the movie come to."""

    cached = cache.RATING_SUMMARY
    serializer_class = RatingSummarySerializer
    degrades = True

    def get(self, request: Request, movie_id: int) -> Response:
        degraded, summary = Degraded(), selectors.summary_of(movie_id)
        _check_movie(movie_id, degraded, is_spoken_of=summary.count > 0)
        return self.answer(summary, degraded=degraded)


class MyRatings(NewestFirst, ListView):
    """The ratings of the member who asks."""

    serializer_class = MyRatingSerializer

    def get_queryset(self) -> QuerySet[Rating]:
        return selectors.ratings_by(self.member.pk)

    def page_context(self, page: Sequence[Rating], degraded: Degraded) -> dict[str, Any]:
        return {"titles": titles_of(page, degraded)}


class MovieTags(PublicMixin, ApiView):
    """The words that members give the movie."""

    cached = cache.MOVIE_TAGS
    serializer_class = MovieTagsSerializer
    degrades = True

    def get(self, request: Request, movie_id: int) -> Response:
        degraded, tags = Degraded(), selectors.tags_of_movie(movie_id)
        _check_movie(movie_id, degraded, is_spoken_of=bool(tags))
        return self.answer({"movie_id": movie_id, "tags": tags}, degraded=degraded)


class MyTag(ApiView):
    """A tag that the member who asks gives the movie. Spellings that differ in case, accents or punctuation are one."""

    serializer_class = TagSerializer
    problems = {"PUT": (409,)}

    @extend_schema(request=None, responses={200: TagSerializer, 201: TagSerializer})
    def put(self, request: Request, movie_id: int, text: str) -> Response:
        """Give it the tag."""
        tag, created = services.tag_add(user_id=self.member.pk, movie_id=movie_id, text=text)
        return self.answer(tag, status=201 if created else 200)

    def delete(self, request: Request, movie_id: int, text: str) -> Response:
        """Take the tag back."""
        if not services.tag_remove(user_id=self.member.pk, movie_id=movie_id, text=text):
            raise NotFound(f"You have not given movie {movie_id} the tag {text!r}.")
        return Response(status=204)


class MyTags(NewestFirst, FilteredListView):
    """The tags of the member who asks."""

    serializer_class = MyTagSerializer
    filterset_class = TagFilter

    def get_queryset(self) -> QuerySet[Tag]:
        return selectors.tags_by(self.member.pk)

    def page_context(self, page: Sequence[Tag], degraded: Degraded) -> dict[str, Any]:
        return {"titles": titles_of(page, degraded)}

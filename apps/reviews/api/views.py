from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts import selectors as accounts
from apps.catalog import selectors as catalog
from apps.reviews import selectors, services
from apps.reviews.api.filters import ReviewFilter
from apps.reviews.api.serializers import (
    MyRatingSerializer,
    RatingInputSerializer,
    RatingSerializer,
    RatingSummarySerializer,
    ReviewInputSerializer,
    ReviewSerializer,
)
from apps.reviews.models import Rating, Review
from movieverse.api.degraded import Degraded
from movieverse.api.permissions import IsAuthorOrReadOnly
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin, PublicReadMixin


def _titles(rows: Sequence[Review | Rating], degraded: Degraded) -> dict[int, str]:
    return degraded.read(lambda: catalog.titles_by_id(row.movie_id for row in rows), {}) if rows else {}


def _handles(rows: Sequence[Review], degraded: Degraded) -> dict[int, str]:
    return degraded.read(lambda: accounts.handles_by_id(row.user_id for row in rows), {}) if rows else {}


def _shown(review: Review) -> dict[str, Any]:
    degraded = Degraded()
    context = {"titles": _titles([review], degraded), "handles": _handles([review], degraded)}
    return ReviewSerializer(review, context=context).data | degraded.as_member()


class NewestFirst:
    """Ids grow with time."""

    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"


class ReviewList(NewestFirst, PublicMixin, FilteredListView):
    """Reviews of all movies."""

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        return {"titles": _titles(page, degraded), "handles": _handles(page, degraded)}


class MovieReviews(NewestFirst, PublicReadMixin, ListView):
    """Reviews of one movie."""

    serializer_class = ReviewSerializer
    problems = {"POST": (409,)}

    def get_queryset(self) -> QuerySet[Review]:
        return selectors.reviews_of_movie(self.kwargs["movie_id"])

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        movie_id = self.kwargs["movie_id"]
        titles = degraded.read(lambda: catalog.titles_by_id([movie_id]), None)
        if titles == {}:
            raise NotFound(f"There is no movie {movie_id}.")
        return {"titles": titles or {}, "handles": _handles(page, degraded)}

    @extend_schema(request=ReviewInputSerializer, responses={201: ReviewSerializer})
    def post(self, request: Request, movie_id: int) -> Response:
        """Write one's review of the movie: there is one per member and movie."""
        given = ReviewInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        review = services.review_create(user_id=self.member.pk, movie_id=movie_id, **given.validated_data)
        location = reverse("v1:review", args=[review.pk], request=request)
        return Response(_shown(review), status=201, headers={"Location": location})


class ReviewDetail(PublicReadMixin, ApiView):
    """A review.

    Its author may change and delete it.
    """

    permission_classes = (IsAuthorOrReadOnly,)
    serializer_class = ReviewSerializer

    def review(self, review_id: int) -> Review:
        review = Review.objects.filter(pk=review_id).first()
        if review is None:
            raise NotFound(f"There is no review {review_id}.")
        self.check_object_permissions(self.request, review)
        return review

    def get(self, request: Request, review_id: int) -> Response:
        return Response(_shown(self.review(review_id)))

    @extend_schema(request=ReviewInputSerializer)
    def patch(self, request: Request, review_id: int) -> Response:
        """Change title, body or both."""
        review = self.review(review_id)
        changes = ReviewInputSerializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        return Response(_shown(services.review_update(review=review, **changes.validated_data)))

    def delete(self, request: Request, review_id: int) -> Response:
        """Delete one's review."""
        services.review_delete(review=self.review(review_id))
        return Response(status=204)


class MyRating(ApiView):
    """The rating that the member who asks has given the movie."""

    serializer_class = RatingSerializer

    def get(self, request: Request, movie_id: int) -> Response:
        rating = selectors.rating_of(user_id=self.member.pk, movie_id=movie_id)
        if rating is None:
            raise NotFound(f"You have not rated movie {movie_id}.")
        return Response(RatingSerializer(rating).data)

    @extend_schema(request=RatingInputSerializer, responses={200: RatingSerializer, 201: RatingSerializer})
    def put(self, request: Request, movie_id: int) -> Response:
        """Rate the movie, or rate it anew."""
        given = RatingInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        rating, created = services.rating_set(user_id=self.member.pk, movie_id=movie_id, **given.validated_data)
        return Response(RatingSerializer(rating).data, status=201 if created else 200)

    def delete(self, request: Request, movie_id: int) -> Response:
        """Take one's rating back."""
        if not services.rating_delete(user_id=self.member.pk, movie_id=movie_id):
            raise NotFound(f"You have not rated movie {movie_id}.")
        return Response(status=204)


class MovieRatingSummary(PublicMixin, ApiView):
    """What all ratings of the movie come to."""

    serializer_class = RatingSummarySerializer

    def get(self, request: Request, movie_id: int) -> Response:
        if not catalog.movie_exists(movie_id):
            raise NotFound(f"There is no movie {movie_id}.")
        return Response(RatingSummarySerializer(selectors.summary_of(movie_id)).data)


class MyRatings(NewestFirst, ListView):
    """The ratings of the member who asks."""

    serializer_class = MyRatingSerializer

    def get_queryset(self) -> QuerySet[Rating]:
        return selectors.ratings_by(self.member.pk)

    def page_context(self, page: Sequence[Rating], degraded: Degraded) -> dict[str, Any]:
        return {"titles": _titles(page, degraded)}


class MyReviews(NewestFirst, ListView):
    """The reviews of the member who asks."""

    serializer_class = ReviewSerializer

    def get_queryset(self) -> QuerySet[Review]:
        return selectors.reviews_by(self.member.pk)

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        handles = {self.member.pk: self.member.handle}
        return {"titles": _titles(page, degraded), "handles": handles}

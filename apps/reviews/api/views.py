from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts import selectors as accounts
from apps.catalog import selectors as catalog
from apps.catalog.api.titles import titles_of
from apps.reviews import cache, selectors, services
from apps.reviews.api.filters import ReviewFilter, TagFilter
from apps.reviews.api.serializers import (
    MovieTagsSerializer,
    MyRatingSerializer,
    MyTagSerializer,
    RatingInputSerializer,
    RatingSerializer,
    RatingSummarySerializer,
    ReviewInputSerializer,
    ReviewSerializer,
    TagSerializer,
)
from apps.reviews.models import Rating, Review, Tag
from movieverse.api.degraded import Degraded
from movieverse.api.permissions import IsAuthorOrReadOnly
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin, PublicReadMixin


def _check_movie(movie_id: int, degraded: Degraded, *, is_spoken_of: bool) -> None:
    """404 for a movie that there is not. With the catalogue away, one that members have spoken of was there."""
    exists = partial(catalog.movie_exists, movie_id)
    if not (degraded.read(exists, True) if is_spoken_of else exists()):
        raise NotFound(f"There is no movie {movie_id}.")


class ShowsReviews(ApiView):
    """Reads what a review's serializer needs of other stores, as far as the answer shows it."""

    serializer_class = ReviewSerializer
    degrades = True

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        titles = titles_of(page, degraded) if self.wants("movie") else {}
        return {"titles": titles, "authors": self.authors(page, degraded)}

    def authors(self, page: Sequence[Review], degraded: Degraded) -> dict[int, accounts.Author]:
        if not page or not self.wants("author"):
            return {}
        return degraded.read(lambda: accounts.authors_by_id(row.user_id for row in page), {})

    def shown(self, review: Review, **answer: Any) -> Response:
        degraded = Degraded()
        return self.answer(review, self.page_context([review], degraded), degraded, **answer)


class NewestFirst:
    """Ids grow with time."""

    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"


class ReviewList(NewestFirst, PublicMixin, ShowsReviews, FilteredListView):
    """Reviews of all movies."""

    cached = cache.REVIEWS
    queryset = Review.objects.all()
    filterset_class = ReviewFilter


class MovieReviews(NewestFirst, PublicReadMixin, ShowsReviews, ListView):
    """Reviews of one movie."""

    cached = cache.REVIEWS
    problems = {"POST": (409,)}

    def get_queryset(self) -> QuerySet[Review]:
        return selectors.reviews_of_movie(self.kwargs["movie_id"])

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        movie_id = self.kwargs["movie_id"]
        read = partial(catalog.titles_by_id, [movie_id])
        titles = degraded.read(read, None) if page else read()
        if titles == {}:
            raise NotFound(f"There is no movie {movie_id}.")
        return {"titles": titles or {}, "authors": self.authors(page, degraded)}

    @extend_schema(request=ReviewInputSerializer, responses={201: ReviewSerializer})
    def post(self, request: Request, movie_id: int) -> Response:
        """Write one's review of the movie: there is one per member and movie."""
        given = ReviewInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        review = services.review_create(user_id=self.member.pk, movie_id=movie_id, **given.validated_data)
        location = reverse("v1:review", args=[review.pk], request=request)
        return self.shown(review, status=201, headers={"Location": location})


class ReviewDetail(PublicReadMixin, ShowsReviews):
    """A review.

    Its author may change and delete it.
    """

    cached = cache.REVIEW
    permission_classes = (IsAuthorOrReadOnly,)
    versioned = True

    def review(self, review_id: int) -> Review:
        review = Review.objects.filter(pk=review_id).first()
        if review is None:
            raise NotFound(f"There is no review {review_id}.")
        self.check_object_permissions(self.request, review)
        return review

    def get(self, request: Request, review_id: int) -> Response:
        return self.shown(self.review(review_id))

    @extend_schema(request=ReviewInputSerializer)
    def patch(self, request: Request, review_id: int) -> Response:
        """Change title, body or both."""
        review = self.review(review_id)
        changes = ReviewInputSerializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        changed = services.review_update(review=review, version=self.expected_version, **changes.validated_data)
        return self.shown(changed)

    def delete(self, request: Request, review_id: int) -> Response:
        """Delete one's review."""
        services.review_delete(review=self.review(review_id), version=self.expected_version)
        return Response(status=204)


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


class MyReviews(NewestFirst, ShowsReviews, ListView):
    """The reviews of the member who asks."""

    def get_queryset(self) -> QuerySet[Review]:
        return selectors.reviews_by(self.member.pk)

    def authors(self, page: Sequence[Review], degraded: Degraded) -> dict[int, accounts.Author]:
        return {self.member.pk: accounts.author(self.member)}


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

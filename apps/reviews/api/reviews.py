"""Reviews, as everybody sees them and as their authors do."""

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
from apps.reviews.api.filters import ReviewFilter, ReviewsOfMovieFilter
from apps.reviews.api.permissions import may_moderate
from apps.reviews.api.serializers import (
    HelpfulSerializer,
    MyReviewSerializer,
    ReportInputSerializer,
    ReportSerializer,
    ReviewInputSerializer,
    ReviewSerializer,
    RevisionSerializer,
)
from apps.reviews.api.views import NewestFirst
from apps.reviews.models import Review, ReviewRevision
from movieverse.api.degraded import Degraded
from movieverse.api.permissions import IsAuthorOrReadOnly
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin, PublicReadMixin


class ShowsReviews(ApiView):
    """Reads what a review's serializer needs of other stores, as far as the answer shows it."""

    serializer_class: Any = ReviewSerializer
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


class ReviewList(PublicMixin, ShowsReviews, FilteredListView):
    """Reviews of all movies."""

    cached = cache.REVIEWS
    queryset = Review.shown.all()
    filterset_class = ReviewFilter
    orderings = {"created_at": "created_at", "helpful_count": "helpful_count"}
    default_ordering = "-created_at"


class MovieReviews(PublicReadMixin, ShowsReviews, FilteredListView):
    """Reviews of one movie."""

    cached = cache.REVIEWS
    problems = {"POST": (409,)}
    limited = {"POST": "reviews"}
    queryset = Review.shown.all()
    filterset_class = ReviewsOfMovieFilter
    orderings = NewestFirst.orderings | {"helpful_count": "helpful_count"}
    default_ordering = NewestFirst.default_ordering

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset.filter(movie_id=self.kwargs["movie_id"]))

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


class MemberReviews(NewestFirst, PublicMixin, ShowsReviews, ListView):
    """Reviews of one member."""

    cached = cache.MEMBER_REVIEWS

    def get_queryset(self) -> QuerySet[Review]:
        handle = self.kwargs["handle"]
        self.author = accounts.member_by_handle(handle)
        if self.author is None:
            raise NotFound(f"There is no member {handle!r}.")
        return Review.shown.filter(user_id=self.author.pk)

    def authors(self, page: Sequence[Review], degraded: Degraded) -> dict[int, accounts.Author]:
        return {self.author.pk: accounts.author(self.author)} if self.author else {}


class ReviewDetail(PublicReadMixin, ShowsReviews):
    """A review.

    Its author may change and delete it.
    """

    cached = cache.REVIEW
    permission_classes = (IsAuthorOrReadOnly,)
    versioned = True
    limited = {"PATCH": "reviews"}

    def review(self, review_id: int) -> Review:
        """A hidden one is there only for its author, who writes; who reads is not asked who they are."""
        review = Review.objects.filter(pk=review_id).first()
        if review is None or not (review.is_shown or review.user_id == self.request.user.pk):
            raise NotFound(f"There is no review {review_id}.")
        self.check_object_permissions(self.request, review)
        return review

    def get(self, request: Request, review_id: int) -> Response:
        return self.shown(self.review(review_id))

    @extend_schema(request=ReviewInputSerializer)
    def patch(self, request: Request, review_id: int) -> Response:
        """Change what is given, leave the rest."""
        review = self.review(review_id)
        changes = ReviewInputSerializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        changed = services.review_update(review=review, version=self.expected_version, **changes.validated_data)
        return self.shown(changed)

    def delete(self, request: Request, review_id: int) -> Response:
        """Delete one's review."""
        services.review_delete(review=self.review(review_id), version=self.expected_version)
        return Response(status=204)


class ReviewHistory(ListView):
    """What a review said before each change, for its author and for moderators."""

    serializer_class = RevisionSerializer
    orderings = {"version": "version"}
    default_ordering = "-version"
    problems = {"GET": (403,)}
    degrades = True

    def get_queryset(self) -> QuerySet[ReviewRevision]:
        review = Review.objects.filter(pk=self.kwargs["review_id"]).first()
        may_see = review and (review.user_id == self.member.pk or may_moderate(self.request))
        if review is None or not (may_see or review.is_shown):
            raise NotFound(f"There is no review {self.kwargs['review_id']}.")
        if not may_see:
            self.permission_denied(self.request, "Only its author and moderators see what a review has said before.")
        return ReviewRevision.objects.filter(review=review)

    def page_context(self, page: Sequence[ReviewRevision], degraded: Degraded) -> dict[str, Any]:
        authors: dict[int, accounts.Author] = {}
        if page and self.wants("by"):
            authors = degraded.read(lambda: accounts.authors_by_id(row.by for row in page if row.by), authors)
        return {"authors": authors}


class HelpfulReview(ApiView):
    """Whether the member who asks finds the review helpful."""

    serializer_class = HelpfulSerializer

    def get(self, request: Request, review_id: int) -> Response:
        review = Review.shown.filter(pk=review_id).first()
        if review is None:
            raise NotFound(f"There is no review {review_id}.")
        return self._answer(review, selectors.has_voted(user_id=self.member.pk, review_id=review_id))

    @extend_schema(request=None)
    def put(self, request: Request, review_id: int) -> Response:
        """Say that it is."""
        return self._answer(services.vote_add(user_id=self.member.pk, review_id=review_id), True)

    @extend_schema(responses={200: HelpfulSerializer})
    def delete(self, request: Request, review_id: int) -> Response:
        """Take that back."""
        return self._answer(services.vote_remove(user_id=self.member.pk, review_id=review_id), False)

    def _answer(self, review: Review, voted: bool) -> Response:
        return self.answer({"review_id": review.pk, "helpful_count": review.helpful_count, "voted": voted})


class ReviewReports(ApiView):
    """Tell moderators of a review that should not be there."""

    serializer_class = None
    limited = {"POST": "reports"}

    @extend_schema(request=ReportInputSerializer, responses={201: ReportSerializer})
    def post(self, request: Request, review_id: int) -> Response:
        """Report it, once until a moderator has decided."""
        given = ReportInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        report = services.review_report(user_id=self.member.pk, review_id=review_id, **given.validated_data)
        return Response(ReportSerializer(report).data, status=201)


class MyReviews(NewestFirst, ShowsReviews, ListView):
    """The reviews of the member who asks, with those that a moderator has hidden."""

    serializer_class = MyReviewSerializer

    def get_queryset(self) -> QuerySet[Review]:
        return selectors.reviews_by(self.member.pk)

    def authors(self, page: Sequence[Review], degraded: Degraded) -> dict[int, accounts.Author]:
        return {self.member.pk: accounts.author(self.member)}


class MyReview(ShowsReviews):
    """A review of the member who asks, be it hidden or not. It is changed at its own address."""

    serializer_class = MyReviewSerializer

    def get(self, request: Request, review_id: int) -> Response:
        review = selectors.reviews_by(self.member.pk).filter(pk=review_id).first()
        if review is None:
            raise NotFound(f"You have no review {review_id}.")
        return self.shown(review)

"""What moderators see of reviews, and do about them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import selectors as accounts
from apps.reviews import selectors, services
from apps.reviews.api.permissions import IsModerator
from apps.reviews.api.reviews import ShowsReviews
from apps.reviews.api.serializers import ModeratedReviewSerializer, ReasonSerializer, RestoreSerializer
from apps.reviews.models import ReportedReview, Review
from movieverse.api.degraded import Degraded
from movieverse.api.scopes import Scopes
from movieverse.api.views import ListView


class ShowsModeratedReviews(ShowsReviews):
    scopes = Scopes("moderate", "moderate")
    serializer_class = ModeratedReviewSerializer
    permission_classes = (IsModerator,)

    def page_context(self, page: Sequence[Review], degraded: Degraded) -> dict[str, Any]:
        ids = [review.pk for review in page]
        self.reports = selectors.open_reports_of(ids) if self.wants("reports") else {}
        self.acts = selectors.acts_of(ids) if self.wants("acts") else {}
        context = super().page_context(page, degraded)
        return context | {"reports": self.reports, "acts": self.acts}

    def authors(self, page: Sequence[Review], degraded: Degraded) -> dict[int, accounts.Author]:
        """Of everybody who is named."""
        named = {user_id for review in page for user_id in self._named(review) if user_id is not None}
        return degraded.read(lambda: accounts.authors_by_id(named), {}) if named else {}

    def _named(self, review: Review) -> Iterator[int | None]:
        yield from (review.user_id, review.hidden_by)
        yield from (report.user_id for report in self.reports.get(review.pk, ()))
        yield from (act.by for act in self.acts.get(review.pk, ()))

    def review(self, review_id: int) -> Review:
        review = Review.objects.filter(pk=review_id).first()
        if review is None:
            raise NotFound(f"There is no review {review_id}.")
        return review


class ModerationQueue(ShowsModeratedReviews, ListView):
    """Reviews that somebody has reported and no moderator has decided about, the most reported first."""

    queryset: QuerySet[Any] = ReportedReview.objects.all()
    orderings = {"open_reports": "open_reports"}
    default_ordering = "-open_reports"
    problems = {"GET": (403,)}


class ModeratedReview(ShowsModeratedReviews):
    """A review as moderators see it, be it hidden or not."""

    problems = {"GET": (403,)}

    def get(self, request: Request, review_id: int) -> Response:
        return self.shown(self.review(review_id))


class HiddenReview(ShowsModeratedReviews):
    """Whether the review is hidden from everybody but its author and moderators."""

    problems = {"DELETE": (409,)}

    @extend_schema(request=ReasonSerializer)
    def put(self, request: Request, review_id: int) -> Response:
        """Hide it. Its author is told the reason."""
        reason = self._reason(ReasonSerializer)
        return self.shown(services.review_hide(review=self.review(review_id), by=self.member.pk, reason=reason))

    @extend_schema(responses={200: ModeratedReviewSerializer})
    def delete(self, request: Request, review_id: int) -> Response:
        """Show it to everybody again. The body may say the `reason`, for the record."""
        reason = self._reason(RestoreSerializer)
        return self.shown(services.review_restore(review=self.review(review_id), by=self.member.pk, reason=reason))

    def _reason(self, serializer: type[RestoreSerializer]) -> str:
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        reason: str = given.validated_data["reason"]
        return reason


class DismissedReports(ShowsModeratedReviews):
    """The open reports of a review."""

    @extend_schema(request=ReasonSerializer, responses={200: ModeratedReviewSerializer})
    def post(self, request: Request, review_id: int) -> Response:
        """Dismiss them: the review stays as it is."""
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        review = self.review(review_id)
        return self.shown(services.reports_dismiss(review=review, by=self.member.pk, **given.validated_data))

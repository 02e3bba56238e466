"""What members report, and what moderators do about it: each in one transaction with its act, which stays on record."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

import movieverse
from apps.reviews.models import LONGEST_REASON, ModerationAct, Review, ReviewReport, ReviewRevision
from apps.reviews.services.events import reviews_changed
from apps.reviews.services.locks import locked_review, locked_reviews, locked_shown_review
from apps.reviews.services.votes import OwnReview
from movieverse.exceptions import DomainError

_BATCH = 500
_Kind = ModerationAct.Kind


class AlreadyReported(DomainError):
    code = "already-reported"
    detail = "You have reported this review. A moderator will look at it."


class NotHidden(DomainError):
    code = "not-hidden"
    detail = "This review is not hidden."


class NotReported(DomainError):
    code = "not-reported"
    detail = "Nobody has an open report of this review."


@movieverse.atomic("reviews")
def review_report(*, user_id: int, review_id: int, reason: str, text: str = "") -> ReviewReport:
    review = locked_shown_review(review_id)
    if review.user_id == user_id:
        raise OwnReview
    if _open(review).filter(user_id=user_id).exists():
        raise AlreadyReported
    report = ReviewReport(review=review, user_id=user_id, reason=reason, text=text.strip())
    report.clean_fields()
    report.save()
    review.open_reports += 1
    review.save(update_fields=["open_reports"])
    return report


@movieverse.atomic("reviews")
def review_hide(*, review: Review, by: int, reason: str) -> Review:
    """From everybody but its author and moderators. Of one that is hidden already, the reason is another one."""
    held = locked_review(review.pk)
    held.hidden_at, held.hidden_by, held.hidden_reason = timezone.now(), by, _given(reason)
    return _decided(held, _Kind.HIDE, by, held.hidden_reason)


@movieverse.atomic("reviews")
def review_restore(*, review: Review, by: int, reason: str = "") -> Review:
    """Show a hidden one to everybody again."""
    held = locked_review(review.pk)
    if held.hidden_at is None:
        raise NotHidden
    held.hidden_at, held.hidden_by, held.hidden_reason = None, None, ""
    return _decided(held, _Kind.RESTORE, by, reason.strip())


@movieverse.atomic("reviews")
def reports_dismiss(*, review: Review, by: int, reason: str) -> Review:
    """Leave the review as it is."""
    held = locked_review(review.pk)
    if not held.open_reports:
        raise NotReported
    return _decided(held, _Kind.DISMISS, by, _given(reason))


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why: the author and other moderators will ask."})
    return reason


def _decided(held: Review, kind: ModerationAct.Kind, by: int, reason: str) -> Review:
    if by == held.user_id:
        raise OwnReview
    act = ModerationAct(kind=kind, review_id=held.pk, user_id=held.user_id, by=by, reason=reason)
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"A reason has at most {LONGEST_REASON} characters."})
    act.save()
    _open(held).update(resolved_at=act.at, resolved_by=by, resolution=kind)
    held.open_reports = 0
    held.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "open_reports"])
    if kind != _Kind.DISMISS:
        reviews_changed([held])
    return held


def _open(review: Review) -> QuerySet[ReviewReport]:
    return ReviewReport.objects.filter(review=review, resolved_at=None)


@movieverse.atomic("reviews")
def reports_forget(user_id: int) -> int:
    """Delete some of those that a member has made. Returns how many there were left."""
    theirs = ReviewReport.objects.filter(user_id=user_id).order_by("review_id")
    reviews = locked_reviews(theirs.values_list("review_id", flat=True).distinct()[:_BATCH])
    theirs.filter(review__in=reviews).delete()
    _count_open(reviews)
    return len(reviews)


@movieverse.atomic("reviews")
def moderator_forget(user_id: int) -> None:
    """Of who is gone, what was done about their words is no longer kept; nor by whom, where they did it."""
    ModerationAct.objects.filter(user_id=user_id).delete()
    acts = ModerationAct.objects.filter(by=user_id)
    reviews = [act.review_id for act in acts if act.review_id is not None]
    ReviewReport.objects.filter(review__in=reviews, resolved_by=user_id).update(resolved_by=None)
    Review.objects.filter(pk__in=reviews, hidden_by=user_id).update(hidden_by=None)
    ReviewRevision.objects.filter(by=user_id).update(by=None)
    acts.update(by=None)


def _count_open(reviews: Iterable[Review]) -> None:
    """Of reviews that are held."""
    is_open = Q(reports__resolved_at=None, reports__isnull=False)
    ids = [review.pk for review in reviews]
    counted = Review.objects.filter(pk__in=ids).order_by().annotate(number=Count("reports", filter=is_open))
    for review in counted:
        Review.objects.filter(pk=review.pk).update(open_reports=review.number)

"""What members report, and what moderators have done."""

from typing import Any

from django.db import models

from apps.reviews.models.reviews import LONGEST_REASON, Review
from movieverse.fields import MomentField


class ModerationAct(models.Model):
    """Who has hidden what from everybody, or shown it again, and why. It is written once, and outlives the review."""

    class Kind(models.TextChoices):
        HIDE = "hide"
        RESTORE = "restore"
        DISMISS = "dismiss", "Dismiss reports"
        WITHHOLD = "withhold", "Withhold all that a member says"
        RELEASE = "release", "Release all that a member says"

    kind = models.CharField(max_length=10, choices=Kind)
    review_id = models.BigIntegerField(null=True, help_text="Empty where it is all that the member says.")
    user_id = models.BigIntegerField(help_text="Who had said it.")
    by = models.BigIntegerField(
        null=True, db_index=True, help_text="Who did it; empty where it followed from the account's state."
    )
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    at = MomentField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["review_id", "id"], name="act_review"),
            models.Index(fields=["user_id", "id"], name="act_user"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}" if self.reason else self.get_kind_display()

    def save(self, **options: Any) -> None:  # type: ignore[override]
        """Once: what was done is not changed afterwards."""
        super().save(**{**options, "force_insert": True})


class ReviewReport(models.Model):
    """Somebody thinks that a review should not be there. It is open until a moderator has decided."""

    class Reason(models.TextChoices):
        SPAM = "spam"
        ABUSE = "abuse"
        SPOILER = "spoiler"
        OFF_TOPIC = "off-topic"
        OTHER = "other"

    review = models.ForeignKey(Review, models.CASCADE, related_name="reports")
    user_id = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    text = models.CharField(max_length=1_000, blank=True)
    created_at = MomentField(auto_now_add=True)
    resolved_at = MomentField(null=True, blank=True)
    resolved_by = models.BigIntegerField(null=True, blank=True)
    resolution = models.CharField(max_length=10, blank=True, choices=ModerationAct.Kind)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["user_id", "id"], name="report_user"),)

    def __str__(self) -> str:
        """As with reviews, not what it says."""
        return f"Report of review {self.review_id} by user {self.user_id}"

    @property
    def headline(self) -> str:
        return f"{self.get_reason_display()}: {self.text}" if self.text else self.get_reason_display()


class Reported(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(open_reports__gt=0)


class ReportedReview(Review):
    """A review that somebody has reported and no moderator has decided about."""

    objects = Reported()  # type: ignore[misc]

    class Meta:
        proxy = True
        default_permissions = ()  # whoever may moderate reviews sees it

"""Reviews, what they said before they were changed, and who found them helpful."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import Truncator

from apps.reviews.models.shown import NOT_ITS_OWN, WITHHELD, NeitherHiddenNorWithheld
from movieverse.fields import MomentField

LONGEST_REASON = 1_000


class ReviewText(models.Model):
    """What its author says, and may change."""

    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(help_text="Markdown.")
    is_spoiler = models.BooleanField("spoiler", default=False, help_text="Tells what happens.")
    language = models.CharField(
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{2,3}\Z", "A language is two or three letters of ISO 639, such as en.")],
        help_text="ISO 639-1, such as en; empty if nobody has said.",
    )

    class Meta:
        abstract = True

    @property
    def headline(self) -> str:
        return self.title or Truncator(self.body).chars(60)


TEXT = ("title", "body", "is_spoiler", "language")


class Review(ReviewText):
    movie_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)
    edited_at = MomentField(null=True, editable=False, help_text="When its text was last changed, if ever.")
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")
    helpful_count = models.PositiveIntegerField(default=0, editable=False, help_text="How many found it helpful.")
    open_reports = models.PositiveIntegerField(default=0, editable=False, help_text="Those that nobody has decided.")
    withheld = models.BooleanField(default=False, editable=False, help_text=WITHHELD)
    hidden_at = MomentField(null=True, editable=False, help_text="Since when only its author and moderators see it.")
    hidden_by = models.BigIntegerField(null=True, editable=False)
    hidden_reason = models.CharField(max_length=LONGEST_REASON, blank=True, editable=False)

    objects = models.Manager()
    shown = NeitherHiddenNorWithheld()

    NOT_ITS_OWN = NOT_ITS_OWN

    class Meta:
        ordering = ("-id",)
        permissions = (("moderate_review", "Can moderate reviews"),)
        constraints = (models.UniqueConstraint(fields=["user_id", "movie_id"], name="one_review_per_user_and_movie"),)
        indexes = (
            models.Index(fields=["movie_id", "id"], name="review_movie"),
            models.Index(fields=["movie_id", "helpful_count", "id"], name="review_movie_helpful"),
            models.Index(fields=["created_at", "id"], name="review_created"),
            models.Index(fields=["helpful_count", "id"], name="review_helpful"),
            models.Index(fields=["language", "created_at", "id"], name="review_language"),
            models.Index(fields=["is_spoiler", "created_at", "id"], name="review_spoiler"),
            models.Index(fields=["open_reports", "id"], name="review_reported"),
        )

    def __str__(self) -> str:
        """Nothing of what it says: the admin's log keeps this when the review is gone."""
        return f"Review of movie {self.movie_id} by user {self.user_id}"

    @property
    def is_shown(self) -> bool:
        """To everybody."""
        return self.hidden_at is None and not self.withheld

    @property
    def text(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TEXT}


class ReviewRevision(ReviewText):
    """What a review said as one of its versions, before somebody changed it."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    by = models.BigIntegerField(null=True, db_index=True, help_text="Who changed it; empty: somebody erased since.")
    at = MomentField(auto_now_add=True, help_text="When it was changed.")

    class Meta:
        ordering = ("-version",)
        constraints = (models.UniqueConstraint(fields=["review", "version"], name="one_revision_per_version"),)

    def __str__(self) -> str:
        return f"Review {self.review_id}, version {self.version}"

    @property
    def user_id(self) -> int:
        """Whose words they are."""
        return self.review.user_id


class HelpfulVote(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="helpful_votes")
    user_id = models.BigIntegerField()
    created_at = MomentField(auto_now_add=True)
    withheld = models.BooleanField(default=False, editable=False, help_text=WITHHELD)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user_id", "review"], name="one_vote_per_user_and_review"),)

    def __str__(self) -> str:
        return f"{self.review_id} is helpful to {self.user_id}"

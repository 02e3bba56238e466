from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.api.serializers.fields import LanguageField
from apps.catalog.api.titles import MovieMixin
from apps.reviews.models import (
    HALF_STARS,
    LONGEST_REASON,
    ModerationAct,
    Rating,
    RatingSummary,
    Review,
    ReviewReport,
    ReviewRevision,
    Tag,
)
from apps.reviews.selectors import MOST_TAGS_SHOWN
from movieverse.api.serializers import AuthorSerializer, InputSerializer, RowSerializer
from movieverse.markdown import rendered


@extend_schema_field(AuthorSerializer)
class AuthorField(serializers.Field):
    """The user of an id. The serializer's context has `authors`, {id: what they are called}, of those shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, user_id: int) -> dict[str, Any]:
        handle, name = self.context["authors"].get(user_id, (None, None))
        return {"id": user_id, "handle": handle, "name": name}


class ReviewSerializer(MovieMixin, RowSerializer):
    author = AuthorField(source="user_id")
    body_html = serializers.SerializerMethodField(help_text="Safe to be shown as it is.")

    class Meta:
        model = Review
        fields: tuple[str, ...] = (
            "id", "movie", "author", "title", "body", "body_html", "is_spoiler", "language", "helpful_count",
            "created_at", "updated_at", "edited_at",
        )  # fmt: skip

    def get_body_html(self, review: Review) -> str:
        return rendered(review.body)


class HiddenSerializer(serializers.Serializer):
    at = serializers.DateTimeField(source="hidden_at")
    reason = serializers.CharField(source="hidden_reason")


class MyReviewSerializer(ReviewSerializer):
    hidden = serializers.SerializerMethodField()

    class Meta(ReviewSerializer.Meta):
        fields = (*ReviewSerializer.Meta.fields, "hidden")

    @extend_schema_field(HiddenSerializer(allow_null=True, help_text="Null unless a moderator has hidden it."))
    def get_hidden(self, review: Review) -> dict[str, Any] | None:
        return HiddenSerializer(review).data if review.hidden_at else None


class ReviewInputSerializer(InputSerializer):
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    body = serializers.CharField(trim_whitespace=False, help_text="Markdown.")
    is_spoiler = serializers.BooleanField(required=False, help_text="Whether it tells what happens.")
    language = LanguageField(required=False, allow_blank=True)


class RevisionSerializer(serializers.ModelSerializer):
    body_html = serializers.SerializerMethodField(help_text="Safe to be shown as it is.")
    by = AuthorField(help_text="Who changed it.")

    class Meta:
        model = ReviewRevision
        fields = ("version", "title", "body", "body_html", "is_spoiler", "language", "by", "at")

    def get_body_html(self, revision: ReviewRevision) -> str:
        return rendered(revision.body)


class HelpfulSerializer(serializers.Serializer):
    review_id = serializers.IntegerField()
    helpful_count = serializers.IntegerField(help_text="How many members find it helpful.")
    voted = serializers.BooleanField(help_text="Whether the member who asks is one of them.")


# --- Moderation -----------------------------------------------------------------------------------


class ReportInputSerializer(InputSerializer):
    reason = serializers.ChoiceField(ReviewReport.Reason.choices)
    text = serializers.CharField(required=False, allow_blank=True, max_length=1_000)


class ReportSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReviewReport
        fields: tuple[str, ...] = ("id", "review_id", "reason", "text", "created_at")


class OpenReportSerializer(ReportSerializer):
    reporter = AuthorField(source="user_id")

    class Meta(ReportSerializer.Meta):
        fields = ("id", "reporter", "reason", "text", "created_at")


class ActSerializer(serializers.ModelSerializer):
    by = AuthorField(allow_null=True)

    class Meta:
        model = ModerationAct
        fields = ("id", "kind", "by", "reason", "at")


class RestoreSerializer(InputSerializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_REASON)


class ReasonSerializer(RestoreSerializer):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class HiddenByModeratorSerializer(HiddenSerializer):
    by = AuthorField(source="hidden_by")


class ModeratedReviewSerializer(MyReviewSerializer):
    """Its context has `reports` and `acts`, {id of the review: those to be shown}."""

    reports = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta(MyReviewSerializer.Meta):
        fields = (*MyReviewSerializer.Meta.fields, "withheld", "open_reports", "reports", "acts")

    @extend_schema_field(HiddenByModeratorSerializer(allow_null=True))
    def get_hidden(self, review: Review) -> dict[str, Any] | None:
        return HiddenByModeratorSerializer(review, context=self.context).data if review.hidden_at else None

    @extend_schema_field(OpenReportSerializer(many=True, help_text="Those that are open, the newest first."))
    def get_reports(self, review: Review) -> Any:
        return OpenReportSerializer(self.context["reports"].get(review.pk, ()), many=True, context=self.context).data

    @extend_schema_field(ActSerializer(many=True, help_text="What moderators have done, the latest first."))
    def get_acts(self, review: Review) -> Any:
        return ActSerializer(self.context["acts"].get(review.pk, ()), many=True, context=self.context).data


# --- Ratings and tags -----------------------------------------------------------------------------


class RatingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Rating
        fields = ("movie_id", "value", "created_at", "updated_at")


class MyRatingSerializer(MovieMixin, serializers.ModelSerializer):
    class Meta:
        model = Rating
        fields = ("movie", "value", "created_at", "updated_at")


class RatingInputSerializer(InputSerializer):
    value = serializers.IntegerField(
        min_value=HALF_STARS[0], max_value=HALF_STARS[-1], help_text="Half-stars, 1 to 10."
    )


class RatingSummarySerializer(serializers.ModelSerializer):
    average = serializers.FloatField(allow_null=True, help_text="In stars, 0.5 to 5; null if nobody has rated.")
    distribution = serializers.ListField(
        child=serializers.IntegerField(),
        min_length=len(HALF_STARS),
        max_length=len(HALF_STARS),
        help_text="How many gave one half-star, two, … ten.",
    )

    class Meta:
        model = RatingSummary
        fields = ("movie_id", "count", "average", "distribution")


class TagSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ("movie_id", "text", "created_at")


class MyTagSerializer(MovieMixin, serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ("movie", "text", "created_at")


class UsedTagSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="As the first who gave it has written it.")
    count = serializers.IntegerField(help_text="How many members have given it, in whatever spelling.")


class MovieTagsSerializer(serializers.Serializer):
    movie_id = serializers.IntegerField()
    tags = UsedTagSerializer(many=True, help_text=f"The most used first, {MOST_TAGS_SHOWN} at most.")

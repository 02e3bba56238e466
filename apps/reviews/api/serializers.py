from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.api.titles import MovieMixin
from apps.reviews.models import HALF_STARS, Rating, RatingSummary, Review, Tag
from apps.reviews.selectors import MOST_TAGS_SHOWN
from movieverse.api.serializers import AuthorSerializer, InputSerializer, RowSerializer


class ReviewSerializer(MovieMixin, RowSerializer):
    """Its context has `authors`, {id: what they are called}, of those shown."""

    author = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = ("id", "movie", "author", "title", "body", "created_at", "updated_at")

    @extend_schema_field(AuthorSerializer)
    def get_author(self, review: Review) -> dict[str, Any]:
        handle, name = self.context["authors"].get(review.user_id, (None, None))
        return {"id": review.user_id, "handle": handle, "name": name}


class ReviewInputSerializer(InputSerializer):
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    body = serializers.CharField(trim_whitespace=False)


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

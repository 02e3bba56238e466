from typing import Any

from rest_framework import serializers

from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.api.titles import MovieMixin
from apps.recommendations.models import Disinterest, ModelVersion
from apps.recommendations.selectors.recommendation import Recommendations


class ReasonSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="Such as director, likers or because.")
    text = serializers.CharField(help_text="For people to read.")


class ScoreField(serializers.FloatField):
    def to_representation(self, value: Any) -> Any:
        return float(f"{value:.4g}")


class SimilarMovieSerializer(serializers.Serializer):
    movie = MovieSerializer()
    score = ScoreField(help_text="To be compared within one answer only; 0: chosen by what many like.")
    reasons = ReasonSerializer(many=True)


class RecommendedMovieSerializer(SimilarMovieSerializer):
    because = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of those of your titles for which it is recommended."
    )


class _AnswerSerializer(serializers.Serializer):
    model = serializers.IntegerField(
        allow_null=True, help_text="Number of the model that answered; null before there is any."
    )


# Their context has what titles need. (A docstring would be in the schema.)
class SimilarSerializer(_AnswerSerializer):
    results = SimilarMovieSerializer(many=True)


class RecommendedSerializer(_AnswerSerializer):
    results = RecommendedMovieSerializer(many=True)


class TitledSerializer(SimilarSerializer):
    movie = MovieSerializer(allow_null=True, help_text="The title that was asked about; null where it may be several.")
    candidates = MovieSerializer(many=True, help_text="Titles that may be meant, where it is not plain which.")

    def to_representation(self, found: Any) -> Any:
        return super().to_representation(_parts_of(found["found"]) | found)


def _parts_of(found: Recommendations) -> dict[str, Any]:
    return {"model": found.model, "results": found.results}


class DisinterestSerializer(MovieMixin, serializers.ModelSerializer):
    """A title that a member does not want to be recommended."""

    class Meta:
        model = Disinterest
        fields = read_only_fields = ("movie", "created_at")


class FiguresSerializer(serializers.Serializer):
    ndcg = serializers.FloatField(help_text="NDCG@10.")
    recall = serializers.FloatField(help_text="Recall@10.")
    coverage = serializers.FloatField(help_text="The share of titles that are recommended to anybody.")
    novelty = serializers.FloatField(help_text="The mean surprise of what is recommended, in bits.")
    popularity_bias = serializers.FloatField(help_text="The share of recommendations of the best known hundredth.")


class ModelSerializer(serializers.ModelSerializer):
    """What one training has learned, and what that is worth."""

    figures = serializers.DictField(
        child=FiguresSerializer(), help_text="By recommender, on likes held out: ours, and others to compare it with."
    )

    class Meta:
        model = ModelVersion
        fields = read_only_fields = (
            "number", "state", "reason", "parameters", "data", "figures", "seconds", "started_at", "activated_at",
        )  # fmt: skip

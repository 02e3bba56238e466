"""Rows as the API shows them, but that of what belongs to another row only its id is left."""

from typing import Any

from apps.catalog.api.serializers.collections import CollectionDetailSerializer
from apps.catalog.api.serializers.lists import CuratedListDetailSerializer, EntrySerializer
from apps.catalog.api.serializers.movies import MovieDetailSerializer
from apps.catalog.models import Movie
from apps.reviews.api.serializers import AuthorField, ReviewSerializer
from apps.reviews.models import Review


def _but(fields: tuple[str, ...], *others: str) -> tuple[str, ...]:
    return tuple(name for name in fields if name not in others)


class MovieRowSerializer(MovieDetailSerializer):
    class Meta(MovieDetailSerializer.Meta):
        fields = _but(MovieDetailSerializer.Meta.fields, "companies", "collection", "lists")  # type: ignore[assignment]

    def get_genres(self, movie: Movie) -> list[dict[str, Any]]:
        return [{"id": genre_id} for genre_id in movie.genre_ids]


class CollectionRowSerializer(CollectionDetailSerializer):
    class Meta(CollectionDetailSerializer.Meta):
        fields = _but(CollectionDetailSerializer.Meta.fields, "parts", "part_count")  # type: ignore[assignment]


class EntryRowSerializer(EntrySerializer):
    class Meta(EntrySerializer.Meta):
        fields = _but(EntrySerializer.Meta.fields, "movie")  # type: ignore[assignment]


class CuratedListRowSerializer(CuratedListDetailSerializer):
    """The list has its `entries`."""

    entries = EntryRowSerializer(many=True)

    class Meta(CuratedListDetailSerializer.Meta):
        fields = (*CuratedListDetailSerializer.Meta.fields, "entries")  # type: ignore[assignment]


class _AuthorIdField(AuthorField):
    """No log tells of another handle or display name."""

    def to_representation(self, user_id: int) -> dict[str, Any]:
        return {"id": user_id}


class ReviewRowSerializer(ReviewSerializer):
    author = _AuthorIdField(source="user_id")

    class Meta(ReviewSerializer.Meta):
        fields = _but(ReviewSerializer.Meta.fields, "body_html")

    def get_movie(self, review: Review) -> dict[str, Any]:  # type: ignore[override]
        return {"id": review.movie_id}

from rest_framework import serializers

from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.models import CuratedList, ListEntry


class CuratedListSerializer(serializers.ModelSerializer):
    class Meta:
        model = CuratedList
        fields = ("id", "name", "slug", "description")


class CuratedListDetailSerializer(CuratedListSerializer):
    class Meta(CuratedListSerializer.Meta):
        fields = (*CuratedListSerializer.Meta.fields, "created_at", "updated_at")  # type: ignore[assignment]


class EntrySerializer(serializers.ModelSerializer):
    """A title's place in a list. The entry has the title as `movie`."""

    movie = MovieSerializer(allow_null=True, help_text="Null where it has just been deleted.")

    class Meta:
        model = ListEntry
        fields = ("movie_id", "position", "rank", "year", "movie")

"""What rows of other apps show of the movie that they are about."""

from collections.abc import Iterable
from typing import Any, Protocol

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import selectors
from movieverse.api.degraded import Degraded
from movieverse.api.serializers import MovieReferenceSerializer


class AboutMovie(Protocol):
    movie_id: Any


# Its context has `titles`, {id: title}, of the movies shown. (A docstring would be in the schema.)
class MovieMixin(serializers.Serializer):
    movie = serializers.SerializerMethodField()

    @extend_schema_field(MovieReferenceSerializer)
    def get_movie(self, row: AboutMovie) -> dict[str, Any]:
        return {"id": row.movie_id, "title": self.context["titles"].get(row.movie_id)}


def titles_of(rows: Iterable[AboutMovie], degraded: Degraded) -> dict[int, str]:
    """For the context, in one query; in none where there are no rows."""
    movie_ids = {row.movie_id for row in rows}
    return degraded.read(lambda: selectors.titles_by_id(movie_ids), {}) if movie_ids else {}

from rest_framework import serializers

from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.api.serializers.names import CollectionSerializer, CompanySerializer, GenreSerializer
from apps.catalog.api.serializers.people import PersonSerializer


class FoundSerializer(serializers.Serializer):
    """What a source's id means: a row of each kind at most. Its context has what titles need."""

    movies = MovieSerializer(many=True)
    people = PersonSerializer(many=True)
    genres = GenreSerializer(many=True)
    companies = CompanySerializer(many=True)
    collections = CollectionSerializer(many=True)

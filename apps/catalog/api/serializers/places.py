from rest_framework import serializers

from apps.catalog.models import CuratedList, ListEntry


class ListReferenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = CuratedList
        fields = ("id", "name", "slug")


class PlaceSerializer(serializers.ModelSerializer):
    """Where a list has a title. The entry has the list as `list`."""

    list = ListReferenceSerializer()

    class Meta:
        model = ListEntry
        fields = ("list", "position", "rank", "year")

from rest_framework import serializers

from apps.catalog.api.titles import MovieMixin
from apps.profiles.models import DiaryEntry, WatchlistItem
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer


class WatchlistItemSerializer(MovieMixin, serializers.ModelSerializer):
    class Meta:
        model = WatchlistItem
        fields = ("movie", "added_at")


class DiaryEntrySerializer(MovieMixin, serializers.ModelSerializer):
    class Meta:
        model = DiaryEntry
        fields = ("id", "movie", "watched_on", "note", "created_at")


class DiaryChangeSerializer(InputSerializer):
    watched_on = serializers.DateField(help_text="Not before 1888-01-01, and not in the future.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=1_000)


class DiaryInputSerializer(DiaryChangeSerializer):
    movie_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)

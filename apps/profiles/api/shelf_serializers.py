from datetime import date
from typing import Any

from rest_framework import serializers

from apps.catalog.api.titles import MovieMixin
from apps.profiles.models import DiaryEntry, WatchlistItem
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer


class WatchlistItemSerializer(MovieMixin, serializers.ModelSerializer):
    """A movie that a member wants to see."""

    class Meta:
        model = WatchlistItem
        fields = read_only_fields = ("movie", "added_at")


class DiaryEntrySerializer(MovieMixin, serializers.ModelSerializer):
    """A day on which a member has seen a movie."""

    class Meta:
        model = DiaryEntry
        fields = read_only_fields = ("id", "movie", "watched_on", "note", "created_at")


class DayField(serializers.DateField):
    """As it is shown, and in no other form of ISO 8601 that Python would read."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if str(value) != day.isoformat():
            self.fail("invalid", format="YYYY-MM-DD")
        return day


class DiaryChangeSerializer(InputSerializer):
    watched_on = DayField(help_text="Not before 1888-01-01, and not in the future.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=1_000)


class DiaryInputSerializer(DiaryChangeSerializer):
    movie_id = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)

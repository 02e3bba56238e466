from rest_framework import serializers

from apps.profiles.models import Profile
from apps.profiles.services import MOST_FAVOURITES
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer


class ProfileSerializer(serializers.ModelSerializer):
    favourite_movie_ids = serializers.ListField(child=serializers.IntegerField())
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null for a profile nobody has written to.")

    class Meta:
        model = Profile
        fields = ("bio", "favourite_movie_ids", "updated_at")


class ProfileChangeSerializer(InputSerializer):
    bio = serializers.CharField(required=False, allow_blank=True, max_length=2_000)
    favourite_movie_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_ID), required=False, max_length=MOST_FAVOURITES
    )

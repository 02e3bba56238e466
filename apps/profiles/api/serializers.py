from typing import Any

from rest_framework import serializers

from apps.catalog.api.serializers.names import GenreSerializer
from apps.profiles.models import Part, Profile, Visibility
from apps.profiles.pictures import picture_url
from apps.profiles.services import MOST_FAVOURITES
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer, MovieReferenceSerializer
from movieverse.markdown import rendered

_PICTURE = "An address, or for the uploaded one a path from our root on; null without one"


class VisibilitySerializer(InputSerializer):
    """Who sees what of a member; their name everybody does."""

    about = serializers.ChoiceField(
        Visibility.choices, source="about_visibility", required=False, help_text="Bio and picture."
    )
    favourites = serializers.ChoiceField(Visibility.choices, source="favourites_visibility", required=False)
    watchlist = serializers.ChoiceField(Visibility.choices, source="watchlist_visibility", required=False)
    diary = serializers.ChoiceField(Visibility.choices, source="diary_visibility", required=False)


class ProfileSerializer(serializers.ModelSerializer):
    bio = serializers.CharField(help_text="Markdown.")
    bio_html = serializers.SerializerMethodField(help_text="Safe to be shown as it is.")
    picture = serializers.SerializerMethodField(help_text=f"{_PICTURE}.")
    picture_url = serializers.CharField(
        help_text="What is shown where there is no uploaded picture; empty without one."
    )
    favourite_genre_ids = serializers.ListField(child=serializers.IntegerField())
    favourite_movie_ids = serializers.ListField(child=serializers.IntegerField())
    visibility = VisibilitySerializer(source="*")
    updated_at = serializers.DateTimeField(allow_null=True, help_text="Null for a profile nobody has written to.")

    class Meta:
        model = Profile
        fields = (
            "display_name", "bio", "bio_html", "picture", "picture_url", "favourite_genre_ids", "favourite_movie_ids",
            "visibility", "updated_at",
        )  # fmt: skip
        read_only_fields = ("display_name",)

    def get_bio_html(self, profile: Profile) -> str:
        return rendered(profile.bio)

    def get_picture(self, profile: Profile) -> str | None:
        return picture_url(profile)


def _favourites(**field: Any) -> serializers.ListField:
    child = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    return serializers.ListField(child=child, required=False, max_length=MOST_FAVOURITES, **field)


class ProfileChangeSerializer(InputSerializer):
    display_name = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="Empty: the handle is shown."
    )
    bio = serializers.CharField(required=False, allow_blank=True, max_length=2_000, help_text="Markdown.")
    picture_url = serializers.URLField(
        required=False, allow_blank=True, max_length=500, help_text="https only; shown while no picture is uploaded."
    )
    favourite_genre_ids = _favourites()
    favourite_movie_ids = _favourites()
    visibility = VisibilitySerializer(source="*", required=False)


class UserSerializer(serializers.Serializer):
    """A member as whoever asks may see them."""

    id = serializers.IntegerField()
    handle = serializers.CharField()
    name = serializers.CharField(help_text="The display name, else the handle.")
    joined_at = serializers.DateTimeField()
    bio_html = serializers.CharField(allow_null=True, help_text="Safe to be shown as it is. Null where it is not seen.")
    picture = serializers.CharField(allow_null=True, help_text=f"{_PICTURE}, and where it is not seen.")
    favourite_genres = GenreSerializer(many=True, allow_null=True, help_text="Null where they are not seen.")
    favourite_movies = MovieReferenceSerializer(many=True, allow_null=True, help_text="Null where they are not seen.")
    visible = serializers.ListField(
        child=serializers.ChoiceField(Part.choices), help_text="The parts that whoever asks may see."
    )

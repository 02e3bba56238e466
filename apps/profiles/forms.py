from django import forms

from apps.accounts.selectors import handles_by_id
from apps.catalog.models import Genre, Movie
from apps.profiles.models import Profile
from movieverse.admin.picks import PickManyField
from movieverse.admin.versions import VersionedForm

WRITTEN = (
    "display_name", "bio", "picture_url", "favourite_genre_ids", "favourite_movie_ids", "about_visibility",
    "favourites_visibility", "watchlist_visibility", "diary_visibility",
)  # fmt: skip


class ProfileForm(VersionedForm):
    favourite_genre_ids = PickManyField(Genre, label="Favourite genres", required=False)
    favourite_movie_ids = PickManyField(Movie, label="Favourite movies", required=False)

    class Meta:
        model = Profile
        fields = ("user_id",)  # the others are those of the admin's fieldsets

    def clean_user_id(self) -> int:
        user_id = self.cleaned_data["user_id"]
        if not handles_by_id([user_id]):
            raise forms.ValidationError(f"There is no user {user_id}.")
        return user_id

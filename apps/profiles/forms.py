from django import forms

from apps.accounts.selectors import handles_by_id
from apps.catalog.models import Movie
from apps.profiles.models import Profile
from movieverse.admin.picks import PickManyField
from movieverse.admin.versions import VersionedForm


class ProfileForm(VersionedForm):
    favourite_movie_ids = PickManyField(Movie, label="Favourites", required=False)

    class Meta:
        model = Profile
        fields = ("user_id", "bio", "favourite_movie_ids")

    def clean_user_id(self) -> int:
        user_id = self.cleaned_data["user_id"]
        if not handles_by_id([user_id]):
            raise forms.ValidationError(f"There is no user {user_id}.")
        return user_id

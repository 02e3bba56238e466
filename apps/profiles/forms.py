from django import forms

from apps.accounts.selectors import handles_by_id
from apps.profiles.models import Profile


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = ("user_id", "bio", "favourite_movie_ids")

    def clean_user_id(self) -> int:
        user_id = self.cleaned_data["user_id"]
        if not handles_by_id([user_id]):
            raise forms.ValidationError(f"There is no user {user_id}.")
        return user_id

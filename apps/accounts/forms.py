"""The forms of the accounts' admin, and of its sign-in."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from unfold.forms import AuthenticationForm, UserChangeForm, UserCreationForm

from apps.accounts.models import User, fold_identifier


class AdminLoginForm(AuthenticationForm):
    """Signs in through allauth's adapter, so that guesses at passwords are limited as everywhere else."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            email = fold_identifier(email)
            self.user_cache = get_adapter(self.request).authenticate(self.request, email=email, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class FoldedIdentifiers(forms.ModelForm):
    """Fold before validation: `ALICE` is not an invalid handle, but `alice`."""

    def clean_email(self) -> str:
        return fold_identifier(self.cleaned_data["email"])

    def clean_handle(self) -> str:
        return fold_identifier(self.cleaned_data["handle"])


class NewUserForm(FoldedIdentifiers, UserCreationForm):
    class Meta:
        model = User
        fields = ("email", "handle")


class ChangedUserForm(FoldedIdentifiers, UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "handle")

"""The forms of the accounts' admin."""

from django import forms
from unfold.forms import UserChangeForm, UserCreationForm

from apps.accounts.models import User, fold_identifier


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

"""The forms of the accounts' admin."""

from django import forms
from unfold.forms import BaseDialogForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.accounts.models import User, fold_identifier
from apps.accounts.roles import Role


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


class RoleForm(BaseDialogForm):
    role = forms.ChoiceField(choices=Role.choices, widget=UnfoldAdminSelectWidget)


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(max_length=2_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))

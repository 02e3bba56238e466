"""The forms of the catalogue's admin."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.catalog.models import ExternalId, Movie, Setting
from apps.catalog.selectors import genres_by_id
from apps.catalog.settings_registry import DEFINITIONS


def genre_choices() -> list[tuple[int, str]]:
    return [(genre.pk, genre.name) for genre in sorted(genres_by_id().values(), key=lambda genre: genre.slug)]


class MovieForm(forms.ModelForm):
    genre_ids = forms.TypedMultipleChoiceField(
        label="Genres", coerce=int, required=False, choices=genre_choices, widget=UnfoldAdminSelect2MultipleWidget
    )

    class Meta:
        model = Movie
        fields = ("genre_ids",)  # the others are those of the admin's fieldsets

    def clean_genre_ids(self) -> list[int]:
        """Keep the order that is stored: sources name the main genre first."""
        chosen = self.cleaned_data["genre_ids"]
        kept = [genre_id for genre_id in self.instance.genre_ids if genre_id in chosen]
        return kept + [genre_id for genre_id in chosen if genre_id not in kept]


class ExternalIdForm(forms.ModelForm):
    class Meta:
        model = ExternalId
        fields = ("kind", "source", "value", "object_id")

    def clean_source(self) -> str:
        return self.cleaned_data["source"].strip().lower()


def _value_field(name: str) -> forms.Field:
    """A field for the setting's own type; while it is not chosen yet, one that takes any of them as text."""
    definition = DEFINITIONS.get(name)
    wanted = definition.type if definition else None
    if wanted is bool:
        return forms.TypedChoiceField(
            choices=[("true", "Yes"), ("false", "No")],
            coerce=lambda value: value == "true",
            empty_value=None,
            widget=UnfoldAdminSelectWidget,
            error_messages={"invalid_choice": "Write true or false."},
        )
    if wanted is int:
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget)
    text = "" if wanted else "true or false, a whole number, or text: whatever the setting holds."
    return forms.CharField(widget=UnfoldAdminTextInputWidget, help_text=text)


class SettingForm(forms.ModelForm):
    class Meta:
        model = Setting
        fields = ("name", "value")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.instance.pk or self.data.get("name") or self.initial.get("name", "")
        self.fields["value"] = _value_field(name)
        if name in DEFINITIONS:
            self.fields["value"].help_text = DEFINITIONS[name].help
        value = self.initial.get("value", DEFINITIONS[name].default if name in DEFINITIONS else None)
        self.initial["value"] = str(value).lower() if isinstance(value, bool) else value

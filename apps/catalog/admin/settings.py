"""The curators' pages of the site's settings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.catalog import services
from apps.catalog.models import Setting
from apps.catalog.settings_registry import DEFINITIONS
from movieverse.admin.options import StoreModelAdmin


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


@admin.register(Setting)
class SettingAdmin(StoreModelAdmin):
    form = SettingForm
    list_display = ("pk", "meaning", "value", "updated_at")
    list_before_template = "admin/catalog/unset_settings.html"
    sortable_by = ()
    fields = ("name", "value")

    def get_readonly_fields(self, request: HttpRequest, obj: Setting | None = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        stored = set(Setting.objects.values_list("pk", flat=True))
        unset = [
            {"name": name, "help": definition.help, "default": definition.default}
            for name, definition in DEFINITIONS.items()
            if name not in stored
        ]
        return super().changelist_view(request, {"unset_settings": unset} | (extra_context or {}))

    @admin.display
    def meaning(self, setting: Setting) -> str:
        return DEFINITIONS[setting.name].help if setting.name in DEFINITIONS else "No longer used."

    def save_model(self, request: HttpRequest, obj: Setting, form: Any, change: bool) -> None:
        services.setting_set(name=obj.name, value=obj.value, by=request.user.pk)

    def delete_model(self, request: HttpRequest, obj: Setting) -> None:
        services.setting_reset(name=obj.name, by=request.user.pk)

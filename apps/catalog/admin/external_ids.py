"""The curators' pages of what other sources call our rows: to find one by, and to let it mean another row."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.catalog import lookup, services
from apps.catalog.admin.filters import OfKindFilter
from apps.catalog.models import ExternalId
from apps.catalog.services.external_ids import MODELS
from movieverse.admin.html import row_link
from movieverse.admin.options import StoreModelAdmin


class ExternalIdForm(forms.ModelForm):
    class Meta:
        model = ExternalId
        fields = ("kind", "source", "value", "object_id")

    def clean_source(self) -> str:
        return self.cleaned_data["source"].strip().lower()


@admin.register(ExternalId)
class ExternalIdAdmin(StoreModelAdmin):
    form = ExternalIdForm
    list_display = ("key", "source", "value", "row")
    list_filter = (OfKindFilter,)
    list_filter_submit = True
    sortable_by = ("key",)
    search_fields = ("key",)
    search_help_text = "tt0113277, tmdb:949, movie:tmdb: or one of our ids"
    fields = (("kind", "object_id"), ("source", "value"))

    def get_readonly_fields(self, request: HttpRequest, obj: ExternalId | None = None) -> tuple[str, ...]:
        return ("kind", "source", "value", "row") if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ExternalId], search_term: str
    ) -> tuple[QuerySet[ExternalId], bool]:
        return (lookup.external_ids(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description="row of ours")
    def row(self, external_id: ExternalId) -> SafeString:
        label = f"{external_id.kind} {external_id.object_id}"
        return row_link(MODELS[external_id.kind], external_id.object_id, label)

    def save_model(self, request: HttpRequest, obj: ExternalId, form: Any, change: bool) -> None:
        if change:
            services.external_id_move(external_id=obj, object_id=obj.object_id, by=request.user.pk)
        else:
            obj.key = services.external_id_add(
                kind=obj.kind, source=obj.source, value=obj.value, object_id=obj.object_id, by=request.user.pk
            ).key

    def delete_model(self, request: HttpRequest, obj: ExternalId) -> None:
        services.external_id_delete(key=obj.key, by=request.user.pk)

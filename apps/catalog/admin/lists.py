"""The curators' pages of curated lists."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.catalog import lookup, services
from apps.catalog.admin.base import ORIGINS_TAB, CatalogAdmin, CatalogForm
from apps.catalog.admin.origins import LocksField
from apps.catalog.models import CuratedList, ListEntry, Movie
from apps.catalog.selectors import counts_by
from apps.catalog.services.lists import Entry, entries_of
from movieverse.admin.picks import PickField
from movieverse.admin.rows import RowForm, RowsField


class EntryRow(RowForm):
    movie_id = PickField(Movie, label="Title")
    rank = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.NumberInput(attrs={"class": "mv-input", "aria-label": "Rank", "placeholder": "as placed"}),
    )
    year = forms.IntegerField(
        required=False,
        min_value=1870,
        max_value=2200,
        widget=forms.NumberInput(attrs={"class": "mv-input", "aria-label": "Year"}),
    )


def _entries(curated_list: CuratedList) -> list[dict[str, Any]]:
    """A rank that is the place in the list is shown empty: it follows when the entry is moved."""
    return [
        {**entry._asdict(), "rank": None if _is_place(entry, place) else entry.rank}
        for place, entry in enumerate(entries_of(curated_list), 1)
    ]


def _is_place(entry: Entry, place: int) -> bool:
    return entry.year is None and entry.rank == place


class CuratedListForm(CatalogForm):
    entries = RowsField(
        EntryRow,
        read=_entries,
        ordered=True,
        unique=("movie_id",),
        add="Add a title",
        help_text="Drag by the dots, or give a row another number. Without a rank a title's place is its rank.",
    )
    locks = LocksField(CuratedList)


@admin.register(CuratedList)
class CuratedListAdmin(CatalogAdmin):
    edited_as = CuratedList.COUNTER
    form = CuratedListForm
    list_display = ("name", "slug", "entry_count", "id")
    list_display_links = ("name",)
    sortable_by = ()
    search_fields = ("sort_name",)
    search_help_text = "Start of the name, or id"
    fieldsets = (
        ("Entries", {"fields": (("name", "slug"), "description", "entries"), "classes": ("tab",)}),
        ORIGINS_TAB,
    )

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.lists(rows, term)

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        counts = counts_by(ListEntry.objects.all(), "list_id", [row.pk for row in rows])
        for row in rows:
            row.entries = counts.get(row.pk, 0)

    @admin.display(description="titles")
    def entry_count(self, curated_list: Any) -> int:
        return curated_list.entries

    def goes_along(self, row: CuratedList) -> list[str]:
        return [f"Its entries: {ListEntry.objects.filter(list_id=row.pk).count()}"]

    def save_row(self, row: CuratedList, **how: Any) -> None:
        services.list_save(curated_list=row, **how)

    def save_parts(self, request: HttpRequest, row: CuratedList, form: Any, version: int | None) -> int | None:
        if "entries" not in form.changed_data:
            return version
        how = {"by": request.user.pk, "version": version}
        return services.list_entries_set(curated_list=row, entries=_typed(form), **how).version

    def delete_row(self, row: CuratedList, **how: Any) -> None:
        services.list_delete(curated_list=row, **how)


def _typed(form: forms.ModelForm) -> list[Entry]:
    return [
        Entry(row["movie_id"], row["rank"] or place, row["year"])
        for place, row in enumerate(form.cleaned_data["entries"], 1)
    ]

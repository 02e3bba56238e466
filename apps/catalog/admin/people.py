"""The curators' pages of people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.template.defaultfilters import pluralize
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.catalog import lookup, posters, services
from apps.catalog.admin.base import ORIGINS_TAB, SOURCES_TAB, CatalogForm, MergeableAdmin, ids_field
from apps.catalog.admin.origins import LocksField
from apps.catalog.admin.rows import images_field
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.selectors import movies_of_person
from movieverse.admin.html import list_link, once, row_link, table

_NEWEST = 50


class PersonForm(CatalogForm):
    kind = ExternalId.Kind.PERSON

    images = images_field()
    external_ids = ids_field(ExternalId.Kind.PERSON)
    locks = LocksField(Person)


@admin.register(Person)
class PersonAdmin(MergeableAdmin):
    edited_as = Person.COUNTER
    form = PersonForm
    list_display = ("shown_name", "known_for", "birth_date", "rounded", "id")
    list_display_links = ("shown_name",)
    sortable_by = ("shown_name", "rounded")
    search_fields = ("sort_name",)
    search_help_text = "Start of the name, id, nm0000199 or tmdb:1158"
    label_fields = ("name", "known_for", "birth_date")
    readonly_fields = (*MergeableAdmin.readonly_fields, "portrait", "movies")
    fieldsets = (
        (
            "Facts",
            {
                "fields": (
                    ("name", "known_for"),
                    "biography",
                    ("birth_date", "death_date", "birth_place"),
                    ("also_known_as", "portrait"),
                    ("homepage", "popularity"),
                ),
                "classes": ("tab",),
            },
        ),
        ("Titles", {"fields": ("movies",), "classes": ("tab",)}),
        ("Pictures", {"fields": ("images",), "classes": ("tab",)}),
        SOURCES_TAB,
        ORIGINS_TAB,
    )

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.people(rows, term)

    def offer(self, row: Person) -> str:
        """Namesakes are told apart by what is known of them."""
        known = (row.known_for, f"born {row.birth_date.year}" if row.birth_date else "", str(row.pk))
        return " · ".join((row.name, *filter(None, known)))

    @admin.display(description="name", ordering="sort_name")
    def shown_name(self, person: Person) -> str:
        return person.name

    @admin.display(description="popularity", ordering="popularity")
    def rounded(self, person: Person) -> str:
        return f"{person.popularity:.1f}"

    @admin.display
    def portrait(self, person: Person) -> SafeString | str:
        url = posters.picture_url(person.images, "profile", "w185")
        drawn = '<img class="mv-poster" src="{}" alt="" width="120">'
        return format_html(drawn, url) if url else "No picture is known."

    @admin.display(description="newest titles")
    @once
    def movies(self, person: Person) -> SafeString:
        found = movies_of_person(person.pk, limit=_NEWEST) if person.pk else []
        rows = [
            (row_link(Movie, movie.pk, movie), _parts(movie.cast, person.pk), _parts(movie.crew, person.pk))
            for movie in found
        ]
        shown = table(["Title", "Characters", "Jobs"], rows, empty="No title credits this person.")
        return shown + list_link(Movie, "All titles that credit this person", person=person.pk) if rows else shown

    def goes_along(self, row: Person) -> list[str]:
        credited = len(movies_of_person(row.pk, limit=_NEWEST))
        number = f"{credited} title{pluralize(credited)}{' or more' if credited == _NEWEST else ''}"
        own = [list_link(Movie, f"The credits in {number}", person=row.pk)] if credited else []
        return [*super().goes_along(row), *own]

    def save_row(self, row: Person, **how: Any) -> None:
        services.person_save(person=row, **how)

    def delete_row(self, row: Person, **how: Any) -> None:
        services.person_delete(person=row, **how)


def _parts(credits_of_movie: list[dict[str, Any]], person_id: int) -> str:
    own = [credit for credit in credits_of_movie if credit["person_id"] == person_id]
    return ", ".join(filter(None, (credit.get("character") or credit.get("job") for credit in own)))

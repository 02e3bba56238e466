"""The curators' pages of what titles have in common: genres, companies and collections."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.catalog import lookup, services
from apps.catalog.admin.base import ORIGINS_TAB, SOURCES_TAB, CatalogAdmin, CatalogForm, ids_field
from apps.catalog.admin.origins import LocksField
from apps.catalog.admin.rows import TitleRow, images_field
from apps.catalog.models import Collection, Company, ExternalId, Genre, Movie
from apps.catalog.selectors import counts_by, movie_summaries
from movieverse.admin.html import list_link, once, row_link, table
from movieverse.admin.rows import RowsField

_SHOWN = 20


class GenreForm(CatalogForm):
    kind = ExternalId.Kind.GENRE

    external_ids = ids_field(ExternalId.Kind.GENRE)


class CompanyForm(CatalogForm):
    kind = ExternalId.Kind.COMPANY

    external_ids = ids_field(ExternalId.Kind.COMPANY)


def _parts(collection: Collection) -> list[dict[str, Any]]:
    rows = Movie.objects.filter(collection_id=collection.pk).order_by("release_day", "pk")
    return [{"movie_id": pk} for pk in rows.values_list("pk", flat=True)]


class CollectionForm(CatalogForm):
    kind = ExternalId.Kind.COLLECTION

    titles = RowsField(
        TitleRow,
        read=_parts,
        unique=("movie_id",),
        label="Its titles, in order of release",
        add="Add a title",
        help_text="A title is part of one collection: one that you add leaves the other.",
    )
    images = images_field()
    external_ids = ids_field(ExternalId.Kind.COLLECTION)
    locks = LocksField(Collection)


class _NamedAdmin(CatalogAdmin):
    """What titles may have. While some do it is protected by them: taking it off thousands is no click's work."""

    def titles_of(self, row: Any) -> QuerySet[Movie]:
        raise NotImplementedError

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        for row in objs:
            some = self.titles_of(row).only("title", "release_year")[:5]
            protected += [row_link(Movie, movie.pk, movie) for movie in some]
        return to_delete, counts, missing, protected


@admin.register(Genre)
class GenreAdmin(_NamedAdmin):
    edited_as = Genre.COUNTER
    form = GenreForm
    list_display = ("name", "slug", "id")
    list_display_links = ("name",)
    search_fields = ("slug",)
    search_help_text = "Start of the name, or id"
    pick_ordering = ("slug",)
    fields = ("name", "slug", "external_ids")
    readonly_fields = ("slug",)

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.genres(rows, term)

    def titles_of(self, row: Genre) -> QuerySet[Movie]:
        return Movie.objects.filter(genre_ids__has=row.pk)

    def save_row(self, row: Genre, **how: Any) -> None:
        services.genre_save(genre=row, **how)

    def delete_row(self, row: Genre, **how: Any) -> None:
        services.genre_delete(genre=row, **how)


@admin.register(Company)
class CompanyAdmin(_NamedAdmin):
    edited_as = Company.COUNTER
    form = CompanyForm
    list_display = ("name", "id")
    list_display_links = ("name",)
    sortable_by = ()
    search_fields = ("sort_name",)
    search_help_text = "Start of the name, id, co0005073 or tmdb:33"
    fields = ("name", "titles", "external_ids")
    readonly_fields = ("titles",)

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.companies(rows, term)

    def titles_of(self, row: Company) -> QuerySet[Movie]:
        return Movie.objects.filter(company_ids__has=row.pk)

    @admin.display(description="most popular titles")
    @once
    def titles(self, company: Company) -> SafeString:
        found = movie_summaries().filter(company_ids__has=company.pk) if company.pk else Movie.objects.none()
        rows = [(row_link(Movie, movie.pk, movie),) for movie in found.order_by("-popularity", "-pk")[:_SHOWN]]
        shown = table(["Title"], rows, empty="No title is known.")
        return shown + list_link(Movie, "All its titles", company=company.pk) if rows else shown

    def save_row(self, row: Company, **how: Any) -> None:
        services.company_save(company=row, **how)

    def delete_row(self, row: Company, **how: Any) -> None:
        services.company_delete(company=row, **how)


@admin.register(Collection)
class CollectionAdmin(_NamedAdmin):
    edited_as = Collection.COUNTER
    form = CollectionForm
    list_display = ("name", "title_count", "id")
    list_display_links = ("name",)
    sortable_by = ()
    search_fields = ("sort_name",)
    search_help_text = "Start of the name, id or tmdb:1241"
    fieldsets = (
        ("Facts", {"fields": ("name", "overview", "titles"), "classes": ("tab",)}),
        ("Pictures", {"fields": ("images",), "classes": ("tab",)}),
        SOURCES_TAB,
        ORIGINS_TAB,
    )

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.collections(rows, term)

    def titles_of(self, row: Collection) -> QuerySet[Movie]:
        return Movie.objects.filter(collection_id=row.pk)

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        counts = counts_by(Movie.objects.all(), "collection_id", [row.pk for row in rows])
        for row in rows:
            row.titles = counts.get(row.pk, 0)

    @admin.display(description="titles")
    def title_count(self, collection: Any) -> int:
        return collection.titles

    def only_shown(self, request: HttpRequest, obj: Any) -> set[str]:
        shown = super().only_shown(request, obj)
        return shown if request.user.has_perm("catalog.change_movie") else {*shown, "titles"}  # type: ignore[union-attr]

    def save_row(self, row: Collection, **how: Any) -> None:
        services.collection_save(collection=row, **how)

    def save_parts(self, request: HttpRequest, row: Collection, form: Any, version: int | None) -> int | None:
        if "titles" in form.changed_data:
            before = {part["movie_id"] for part in form.initial.get("titles", [])}
            after = {part["movie_id"] for part in form.cleaned_data["titles"]}
            _move(after - before, row.pk, request.user.pk)
            _move(before - after, None, request.user.pk)
        return version

    def delete_row(self, row: Collection, **how: Any) -> None:
        services.collection_delete(collection=row, **how)


def _move(movie_ids: set[int], collection_id: int | None, by: int | None) -> None:
    for movie in Movie.objects.filter(pk__in=movie_ids):
        movie.collection_id = collection_id
        services.movie_save(movie=movie, by=by, version=movie.version)

"""The curators' pages of ratings and their summaries, and of tags."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter

from apps.catalog import lookup
from apps.catalog.models import Movie
from apps.catalog.selectors import titles_by_id
from apps.reviews import services
from apps.reviews.admin.base import NEWEST, MembersWordAdmin
from apps.reviews.models import HALF_STARS, Rating, RatingSummary, Tag
from apps.reviews.models.batches import of_shown_batches
from movieverse.admin.html import row_link, table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.lookups import as_number


class StarsFilter(DropdownFilter):
    title = "rating"
    parameter_name = "stars"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return [(value, str(Rating(value=value))) for value in HALF_STARS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rating]) -> QuerySet[Rating]:
        value = as_number(self.value() or "")
        return queryset if value is None else queryset.filter(value=value)


class BatchedAdmin(MembersWordAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return of_shown_batches(super().get_queryset(request))


@admin.register(Rating)
class RatingAdmin(BatchedAdmin):
    edited_as = "rating"
    list_display = ("id", "stars", "movie", "author", "created_at")
    list_display_links = ("id", "stars")
    list_filter = (StarsFilter,)
    list_filter_submit = True
    sortable_by = ("id",)
    fields = (("movie", "author"), "value", ("created_at", "updated_at"))
    readonly_fields = ("movie", "author", "created_at", "updated_at")

    @admin.display(description="rating")
    def stars(self, rating: Rating) -> str:
        return str(rating)

    def save_model(self, request: HttpRequest, obj: Rating, form: Any, change: bool) -> None:
        services.rating_set(user_id=obj.user_id, movie_id=obj.movie_id, value=obj.value, by=request.user.pk)

    def delete_model(self, request: HttpRequest, obj: Rating) -> None:
        services.rating_delete(user_id=obj.user_id, movie_id=obj.movie_id, by=request.user.pk)


@admin.register(Tag)
class TagAdmin(BatchedAdmin):
    """There is nothing to correct in a tag: it stays, or it goes."""

    list_display = ("text", "movie", "author", "created_at")
    sortable_by = ()
    fields = (("movie", "author"), "text", "created_at")
    readonly_fields = ("movie", "author", "text", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        services.tag_remove(user_id=obj.user_id, movie_id=obj.movie_id, text=obj.text, by=request.user.pk)


@admin.register(RatingSummary)
class RatingSummaryAdmin(ReadOnlyAdmin):
    """Derived from the ratings, in the transaction that changes one: there is nothing to edit."""

    list_display = ("movie_id", "movie", "count", "stars")
    sortable_by = ("movie_id",)
    search_fields = ("movie_id",)
    search_help_text = "Start of a title, or a movie's id"
    fields = ("movie", ("count", "stars"), "distribution")
    readonly_fields = ("movie", "count", "stars", "distribution")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RatingSummary], search_term: str
    ) -> tuple[QuerySet[RatingSummary], bool]:
        if not search_term.strip():
            return queryset, False
        found = lookup.movies(Movie.objects.all(), search_term).values_list("pk", flat=True)[:NEWEST]
        return queryset.filter(pk__in=list(found)), False

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        titles = self.look_up(request, titles_by_id, [row.pk for row in rows])
        for row in rows:
            row.movie_title = titles.get(row.pk)

    @admin.display
    def movie(self, summary: Any) -> SafeString:
        return row_link(Movie, summary.pk, summary.movie_title or f"movie {summary.pk}")

    @admin.display(description="average stars")
    def stars(self, summary: RatingSummary) -> str:
        return "none" if summary.average is None else f"{summary.average:.2f}"

    @admin.display
    def distribution(self, summary: RatingSummary) -> SafeString:
        most = max(summary.distribution) or 1
        rows = [
            (f"{half / 2:g} ★", number, format_html('<meter value="{}" max="{}"></meter>', number, most))
            for half, number in enumerate(summary.distribution, start=1)
        ]
        return table(["Rating", "Ratings", "Share of the most common"], rows, empty="")

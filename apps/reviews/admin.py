"""The curators' pages of reviews, ratings and their summaries, and tags."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id
from apps.catalog import lookup
from apps.catalog.models import Movie
from apps.catalog.selectors import titles_by_id
from apps.reviews import services
from apps.reviews.models import HALF_STARS, Event, Rating, RatingSummary, Review, Tag
from movieverse.admin.html import row_link, table
from movieverse.admin.options import ReadOnlyAdmin, StoreModelAdmin
from movieverse.admin.outbox import OutboxAdmin
from movieverse.admin.versions import VersionedAdmin
from movieverse.lookups import as_number

_TITLES = 20  # movies that a search by the start of a title takes into account, the most popular first
_NEWEST = 1_000  # rows that a search finds for each reason

admin.site.register(Event, OutboxAdmin)


def _newest(rows: QuerySet, **wanted: Any) -> set[int]:
    return set(rows.filter(**wanted).order_by("-pk").values_list("pk", flat=True)[:_NEWEST])


class StarsFilter(DropdownFilter):
    title = "rating"
    parameter_name = "stars"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return [(value, str(Rating(value=value))) for value in HALF_STARS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rating]) -> QuerySet[Rating]:
        value = as_number(self.value() or "")
        return queryset if value is None else queryset.filter(value=value)


class MembersWordAdmin(StoreModelAdmin):
    """What a member said about a movie: rows with a movie_id and a user_id."""

    search_fields = ("movie_id",)
    search_help_text = "Start of a title, @handle, movie:12 or user:7"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        return (queryset.filter(pk__in=self._matching(queryset, term)) if term else queryset), False

    def _matching(self, rows: QuerySet, term: str) -> set[int]:
        """Ids, found by a query for each reason, each with an index of its own; an OR would read the table."""
        what, _, rest = term.rpartition(":")
        number = as_number(rest)
        if number is not None and what in ("movie", "user"):
            return _newest(rows, **{f"{what}_id": number})
        if term.startswith("@"):
            return _newest(rows, user_id__in=_user_ids(term[1:]))
        movie_ids = lookup.movies(Movie.objects.all(), term).values_list("pk", flat=True)[:_TITLES]
        return _newest(rows, movie_id__in=list(movie_ids)) | _newest(rows, user_id__in=_user_ids(term))

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        titles = self.look_up(request, titles_by_id, [row.movie_id for row in rows])
        handles = self.look_up(request, handles_by_id, [row.user_id for row in rows])
        for row in rows:
            row.movie_title, row.handle = titles.get(row.movie_id), handles.get(row.user_id)

    @admin.display
    def movie(self, row: Any) -> SafeString:
        return row_link(Movie, row.movie_id, row.movie_title or f"movie {row.movie_id}")

    @admin.display
    def author(self, row: Any) -> SafeString | str:
        """A rater without an account has a name of no use: only the id."""
        return row_link(User, row.user_id, f"@{row.handle}") if row.handle else f"user {row.user_id}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Curators correct what members say; they do not speak for them."""
        return False


def _user_ids(handle: str) -> list[int]:
    return list(User.objects.filter(handle=handle.lower()).values_list("pk", flat=True))


@admin.register(Review)
class ReviewAdmin(VersionedAdmin, MembersWordAdmin):
    list_display = ("id", "text", "movie", "author", "created_at")
    list_display_links = ("id", "text")
    list_filter = ("created_at",)
    ordering = ("-created_at", "-id")  # the index that serves the filter, too
    sortable_by = ("created_at",)
    fields = (("movie", "author"), "title", "body", ("created_at", "updated_at"))
    readonly_fields = ("movie", "author", "created_at", "updated_at")

    @admin.display(description="review")
    def text(self, review: Review) -> str:
        return review.headline

    def save_model(self, request: HttpRequest, obj: Review, form: Any, change: bool) -> None:
        services.review_update(review=obj, title=obj.title, body=obj.body, version=form.stored_version)

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        services.review_delete(review=obj, version=self.deleted_version(request))


@admin.register(Rating)
class RatingAdmin(MembersWordAdmin):
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
        services.rating_set(user_id=obj.user_id, movie_id=obj.movie_id, value=obj.value)

    def delete_model(self, request: HttpRequest, obj: Rating) -> None:
        services.rating_delete(user_id=obj.user_id, movie_id=obj.movie_id)


@admin.register(Tag)
class TagAdmin(MembersWordAdmin):
    """There is nothing to correct in a tag: it stays, or it goes."""

    list_display = ("text", "movie", "author", "created_at")
    sortable_by = ()
    fields = (("movie", "author"), "text", "created_at")
    readonly_fields = ("movie", "author", "text", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        services.tag_remove(user_id=obj.user_id, movie_id=obj.movie_id, text=obj.text)


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
        found = lookup.movies(Movie.objects.all(), search_term).values_list("pk", flat=True)[:_NEWEST]
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

"""The curators' pages of watchlists and diaries. There is nothing to correct in them: a row stays, or it goes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id, user_id_of
from apps.catalog.models import Movie
from apps.catalog.selectors import titles_by_id
from apps.profiles.models import DiaryEntry, WatchlistItem
from apps.profiles.services import diary, watchlist
from movieverse.admin.html import row_link
from movieverse.admin.options import StoreModelAdmin
from movieverse.lookups import as_number


class ShelfAdmin(StoreModelAdmin):
    ordering = ("-pk",)  # no index serves an order over all members but that of the keys
    sortable_by = ()
    search_fields = ("user_id",)
    search_help_text = "The whole @handle, or the user's id"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        number = as_number(term)
        user_id = user_id_of(term.lstrip("@")) if number is None else number
        return (queryset.none() if user_id is None else queryset.filter(user_id=user_id)), False

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        titles = self.look_up(request, titles_by_id, [row.movie_id for row in rows])
        handles = self.look_up(request, handles_by_id, [row.user_id for row in rows])
        for row in rows:
            row.movie_title, row.handle = titles.get(row.movie_id), handles.get(row.user_id)

    @admin.display
    def movie(self, row: Any) -> SafeString:
        return row_link(Movie, row.movie_id, row.movie_title or f"movie {row.movie_id}")

    @admin.display
    def member(self, row: Any) -> SafeString | str:
        return row_link(User, row.user_id, f"@{row.handle}") if row.handle else f"user {row.user_id}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(WatchlistItem)
class WatchlistItemAdmin(ShelfAdmin):
    list_display = ("id", "movie", "member", "added_at")
    fields = (("movie", "member"), "added_at")
    readonly_fields = ("movie", "member")

    def delete_model(self, request: HttpRequest, obj: WatchlistItem) -> None:
        watchlist.watchlist_remove(user_id=obj.user_id, movie_id=obj.movie_id)


@admin.register(DiaryEntry)
class DiaryEntryAdmin(ShelfAdmin):
    list_display = ("id", "movie", "member", "watched_on", "beginning")
    fields = (("movie", "member"), "watched_on", "note", "created_at")
    readonly_fields = ("movie", "member")

    @admin.display(description="note")
    def beginning(self, entry: DiaryEntry) -> str:
        return Truncator(entry.note).chars(80)

    def delete_model(self, request: HttpRequest, obj: DiaryEntry) -> None:
        diary.diary_remove(user_id=obj.user_id, entry_id=obj.pk)

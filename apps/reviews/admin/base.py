"""What the pages of all that members say of movies have in common."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id
from apps.catalog import lookup
from apps.catalog.models import Movie
from apps.catalog.selectors import titles_by_id
from movieverse.admin.html import row_link
from movieverse.admin.options import StoreModelAdmin
from movieverse.lookups import as_number

_TITLES = 20  # movies that a search by the start of a title takes into account, the most popular first
NEWEST = 1_000  # rows that a search finds for each reason


def _newest(rows: QuerySet, **wanted: Any) -> set[int]:
    return set(rows.filter(**wanted).order_by("-pk").values_list("pk", flat=True)[:NEWEST])


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

"""Watchlists and diaries: one's own, and those that others let one see."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts.selectors import member_by_handle
from apps.catalog.api.titles import titles_of
from apps.profiles.api.shelf_serializers import (
    DiaryChangeSerializer,
    DiaryEntrySerializer,
    DiaryInputSerializer,
    WatchlistItemSerializer,
)
from apps.profiles.models import DiaryEntry, Part, WatchlistItem
from apps.profiles.selectors import may_see, profile_of
from apps.profiles.services import diary, watchlist
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, ListView


class ShowsMovies(ApiView):
    """Reads the titles of the movies that its rows are about, as far as the answer shows them."""

    degrades = True

    def page_context(self, page: Sequence[Any], degraded: Degraded) -> dict[str, Any]:
        return {"titles": titles_of(page, degraded) if self.wants("movie") else {}}

    def shown(self, row: Any, **answer: Any) -> Response:
        degraded = Degraded()
        return self.answer(row, self.page_context([row], degraded), degraded, **answer)


class Shelf(ShowsMovies, ListView):
    model: ClassVar[type[WatchlistItem | DiaryEntry]]

    def owner_id(self) -> int:
        return self.member.pk

    def get_queryset(self) -> QuerySet[Any]:
        return self.model.objects.filter(user_id=self.owner_id())


class SomebodysShelf(Shelf):
    """That of whoever the address names, who says who may see it."""

    permission_classes = (IsAuthenticatedOrReadOnly,)
    problems = {"GET": (401, 403)}
    part: ClassVar[Part]

    def owner_id(self) -> int:
        handle = self.kwargs["handle"]
        user = member_by_handle(handle)
        if user is None:
            raise NotFound(f"There is no member {handle!r}.")
        if not may_see(self.request.user.pk, profile_of(user.pk), self.part):
            self.permission_denied(self.request, f"@{handle} keeps their {self.part} to themselves.")
        return user.pk


class WatchlistShelf(Shelf):
    model = WatchlistItem
    serializer_class = WatchlistItemSerializer
    orderings = {"added": "added_at"}
    default_ordering = "-added"


class MyWatchlist(WatchlistShelf):
    """The movies that the member who asks wants to see."""


class SomebodysWatchlist(SomebodysShelf, WatchlistShelf):
    """The movies that a member wants to see."""

    part = Part.WATCHLIST


class MyWatchlistItem(ShowsMovies):
    """A movie that the member who asks wants to see."""

    serializer_class = WatchlistItemSerializer
    problems = {"PUT": (409,)}

    @extend_schema(request=None, responses={200: WatchlistItemSerializer, 201: WatchlistItemSerializer})
    def put(self, request: Request, movie_id: int) -> Response:
        """Put it on the watchlist."""
        item, created = watchlist.watchlist_add(user_id=self.member.pk, movie_id=movie_id)
        return self.shown(item, status=201 if created else 200)

    def delete(self, request: Request, movie_id: int) -> Response:
        """Take it off the watchlist."""
        if not watchlist.watchlist_remove(user_id=self.member.pk, movie_id=movie_id):
            raise NotFound(f"Movie {movie_id} is not on your watchlist.")
        return Response(status=204)


class DiaryShelf(Shelf):
    model = DiaryEntry
    serializer_class = DiaryEntrySerializer
    orderings = {"watched": "watched_on"}
    default_ordering = "-watched"


class MyDiary(DiaryShelf):
    """The movies that the member who asks has seen, and when."""

    @extend_schema(request=DiaryInputSerializer, responses={201: DiaryEntrySerializer})
    def post(self, request: Request) -> Response:
        """Write down that one has seen a movie."""
        given = DiaryInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = diary.diary_add(user_id=self.member.pk, **given.validated_data)
        location = reverse("v1:my-diary-entry", args=[entry.pk], request=request)
        return self.shown(entry, status=201, headers={"Location": location})


class SomebodysDiary(SomebodysShelf, DiaryShelf):
    """The movies that a member has seen, and when."""

    part = Part.DIARY


class MyDiaryEntry(ShowsMovies):
    """A day on which the member who asks has seen a movie."""

    serializer_class = DiaryEntrySerializer
    versioned = True

    def get(self, request: Request, entry_id: int) -> Response:
        entry = DiaryEntry.objects.filter(pk=entry_id, user_id=self.member.pk).first()
        if entry is None:
            raise NotFound(f"There is no entry {entry_id} in your diary.")
        return self.shown(entry)

    @extend_schema(request=DiaryChangeSerializer)
    def patch(self, request: Request, entry_id: int) -> Response:
        """Change the day, the note or both."""
        changes = DiaryChangeSerializer(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        mine = {"user_id": self.member.pk, "entry_id": entry_id, "version": self.expected_version}
        return self.shown(diary.diary_change(**mine, **changes.validated_data))

    def delete(self, request: Request, entry_id: int) -> Response:
        """Delete the entry."""
        diary.diary_remove(user_id=self.member.pk, entry_id=entry_id, version=self.expected_version)
        return Response(status=204)

from django.urls import path

from apps.profiles.api import shelves

urlpatterns = [
    path("me/watchlist/", shelves.MyWatchlist.as_view(), name="my-watchlist"),
    path("me/watchlist/<id:movie_id>/", shelves.MyWatchlistItem.as_view(), name="my-watchlist-item"),
    path("me/diary/", shelves.MyDiary.as_view(), name="my-diary"),
    path("me/diary/<id:entry_id>/", shelves.MyDiaryEntry.as_view(), name="my-diary-entry"),
    path("users/<str:handle>/watchlist/", shelves.SomebodysWatchlist.as_view(), name="watchlist"),
    path("users/<str:handle>/diary/", shelves.SomebodysDiary.as_view(), name="diary"),
]

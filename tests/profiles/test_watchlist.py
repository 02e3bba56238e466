import pytest

from apps.profiles.models import Event, WatchlistItem
from apps.profiles.services import shelves, watchlist
from apps.profiles.services.shelves import ShelfFull
from apps.profiles.services.watchlist import UnknownMovie, watchlist_add, watchlist_remove
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


def events() -> list[tuple]:
    return list(Event.objects.order_by("pk").values_list("kind", "object_id", "action", "data"))


def on_watchlists() -> set[tuple[int, int]]:
    return set(WatchlistItem.objects.values_list("user_id", "movie_id"))


def test_a_movie_is_put_on_the_watchlist_and_taken_off():
    heat = make_movie("Heat")
    item, created = watchlist_add(user_id=1, movie_id=heat.pk)
    assert (item.pk, created) == (f"1-{heat.pk}", True)
    assert on_watchlists() == {(1, heat.pk)}
    assert watchlist_remove(user_id=1, movie_id=heat.pk) is True
    assert on_watchlists() == set()
    about = {"movie_id": heat.pk}
    assert events() == [("watchlist", 1, "saved", about), ("watchlist", 1, "deleted", about)]


def test_what_is_on_it_already_stays_as_it_is_and_nobody_is_told(take_away):
    heat = make_movie("Heat")
    first, _ = watchlist_add(user_id=1, movie_id=heat.pk)
    take_away("catalog")
    again, created = watchlist_add(user_id=1, movie_id=heat.pk)
    assert (again.added_at, created) == (first.added_at, False)
    assert len(events()) == 1


def test_what_is_not_on_it_is_not_taken_off():
    heat = make_movie("Heat")
    watchlist_add(user_id=2, movie_id=heat.pk)
    assert watchlist_remove(user_id=1, movie_id=heat.pk) is False
    assert on_watchlists() == {(2, heat.pk)}
    assert len(events()) == 1


def test_a_movie_that_there_is_not_is_refused():
    with pytest.raises(UnknownMovie, match="There is no movie 999"):
        watchlist_add(user_id=1, movie_id=999)
    assert on_watchlists() == set()


def test_a_watchlist_has_an_end(monkeypatch):
    monkeypatch.setattr(watchlist, "MOST_ITEMS", 2)
    first, second, third = make_movie(), make_movie(), make_movie()
    watchlist_add(user_id=1, movie_id=first.pk)
    watchlist_add(user_id=1, movie_id=second.pk)
    with pytest.raises(ShelfFull, match="Your watchlist has 2 entries"):
        watchlist_add(user_id=1, movie_id=third.pk)
    assert watchlist_add(user_id=1, movie_id=first.pk)[1] is False
    assert watchlist_add(user_id=2, movie_id=third.pk)[1] is True
    watchlist_remove(user_id=1, movie_id=first.pk)
    assert watchlist_add(user_id=1, movie_id=third.pk)[1] is True


def test_members_and_movies_that_are_gone_are_forgotten_in_batches(monkeypatch):
    monkeypatch.setattr(shelves, "_BATCH", 2)
    movies = [make_movie() for _ in range(5)]
    for user_id in (1, 2, 3):
        for movie in movies:
            watchlist_add(user_id=user_id, movie_id=movie.pk)
    Event.objects.all().delete()
    watchlist.forget(user_ids=[1], movie_ids=[movies[0].pk])
    assert on_watchlists() == {(user_id, movie.pk) for user_id in (2, 3) for movie in movies[1:]}
    forgotten = {(user_id, data["movie_id"]) for _, user_id, action, data in events() if action == "deleted"}
    assert forgotten == {(1, movie.pk) for movie in movies} | {(2, movies[0].pk), (3, movies[0].pk)}
    watchlist.forget(user_ids=[1], movie_ids=[movies[0].pk])
    assert len(events()) == 7

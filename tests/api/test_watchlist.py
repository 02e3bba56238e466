from datetime import UTC, datetime, timedelta

import pytest

from apps.profiles.models import Profile, Visibility, WatchlistItem
from apps.profiles.services import watchlist
from apps.profiles.services.watchlist import watchlist_add
from tests.api.conftest import counted_queries, last_page
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/me/watchlist/"


def titles(client, url: str) -> list[str]:
    return [row["movie"]["title"] for row in client.get(url).json()["results"]]


def test_a_member_keeps_a_watchlist(signed_in, member, heat):
    put = signed_in.put(f"{URL}{heat.pk}/")
    assert put.status_code == 201
    assert put.json()["movie"] == {"id": heat.pk, "title": "Heat"}
    assert put.json()["added_at"].endswith("Z")
    again = signed_in.put(f"{URL}{heat.pk}/")
    assert (again.status_code, again.json()) == (200, put.json())
    assert signed_in.get(URL).json()["results"] == [put.json()]
    assert signed_in.delete(f"{URL}{heat.pk}/").status_code == 204
    assert signed_in.get(URL).json()["results"] == []


def test_what_is_not_there_is_404(signed_in, heat):
    assert signed_in.put(f"{URL}999/").status_code == 404
    gone = signed_in.delete(f"{URL}{heat.pk}/")
    assert gone.status_code == 404
    assert gone.json()["detail"] == f"Movie {heat.pk} is not on your watchlist."


def test_a_full_watchlist_is_a_conflict(signed_in, heat, monkeypatch):
    monkeypatch.setattr(watchlist, "MOST_ITEMS", 0)
    full = signed_in.put(f"{URL}{heat.pk}/")
    assert full.status_code == 409
    assert full.json()["type"] == "/api/problems/shelf-full/"


def test_a_watchlist_is_ones_own(api, signed_in, somebody_else, heat):
    signed_in.put(f"{URL}{heat.pk}/")
    assert somebody_else.get(URL).json()["results"] == []
    assert somebody_else.delete(f"{URL}{heat.pk}/").status_code == 404
    assert api.get(URL).status_code == api.put(f"{URL}{heat.pk}/").status_code == 401


@pytest.mark.parametrize("ordering", ["added", "-added"])
@pytest.mark.parametrize("limit", [1, 2, 3, 11])
def test_moments_a_millisecond_apart_and_ties_are_paged_both_ways(signed_in, member, ordering, limit):
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for number in range(11):  # three at each moment; that of the first three has no fraction of a second
        movie = make_movie(f"Movie {number}")
        watchlist_add(user_id=member.pk, movie_id=movie.pk)
        moment = start + timedelta(milliseconds=number // 3)
        WatchlistItem.objects.filter(movie_id=movie.pk).update(added_at=moment)
    sign = ordering.removesuffix("added")
    expected = list(WatchlistItem.objects.order_by(f"{sign}added_at", f"{sign}pk").values_list("movie_id", flat=True))

    def walk(url: str, link: str) -> list[list[int]]:
        pages = []
        while url:
            answer = signed_in.get(url).json()
            pages.append([row["movie"]["id"] for row in answer["results"]])
            url = answer[link]
        return pages

    url = f"{URL}?ordering={ordering}&limit={limit}"
    assert [pk for page in walk(url, "next") for pk in page] == expected
    assert [pk for page in reversed(walk(last_page(signed_in, url), "previous")) for pk in page] == expected


def test_a_page_reads_titles_once_and_only_if_they_are_shown(signed_in, member):
    for _ in range(5):
        watchlist_add(user_id=member.pk, movie_id=make_movie().pk)
    with counted_queries() as numbers:
        assert all(titles(signed_in, URL))
    assert (numbers["profiles"], numbers["catalog"]) == (1, 1)
    with counted_queries() as numbers:
        signed_in.get(URL, {"fields": "added_at"})
    assert numbers["catalog"] == 0


def test_without_the_catalogue_movies_have_no_titles(signed_in, heat, take_away):
    signed_in.put(f"{URL}{heat.pk}/")
    other = make_movie()
    take_away("catalog")
    answer = signed_in.get(URL).json()
    assert answer["results"][0]["movie"] == {"id": heat.pk, "title": None}
    assert answer["degraded"] == ["catalog"]
    again = signed_in.put(f"{URL}{heat.pk}/")
    assert (again.status_code, again.json()["degraded"]) == (200, ["catalog"])
    assert signed_in.put(f"{URL}{other.pk}/").status_code == 503


@pytest.mark.parametrize("part", ["watchlist", "diary"])
@pytest.mark.parametrize(
    ("visibility", "of_anybody", "of_members"),
    [(Visibility.EVERYBODY, 200, 200), (Visibility.MEMBERS, 401, 200), (Visibility.NOBODY, 401, 403)],
)
def test_others_see_what_they_may(api, signed_in, somebody_else, member, part, visibility, of_anybody, of_members):
    Profile.objects.create(pk=member.pk, **{f"{part}_visibility": visibility})
    url = f"/api/v1/users/MEMBER/{part}/"
    assert api.get(url).status_code == of_anybody
    assert somebody_else.get(url).status_code == of_members
    assert signed_in.get(url).status_code == 200


@pytest.mark.parametrize("part", ["watchlist", "diary"])
def test_who_has_said_nothing_shares_nothing(somebody_else, member, part):
    refused = somebody_else.get(f"/api/v1/users/member/{part}/")
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"@member keeps their {part} to themselves."


@pytest.mark.parametrize("part", ["watchlist", "diary"])
def test_a_member_that_there_is_not_is_404(api, part):
    unknown = api.get(f"/api/v1/users/nobody/{part}/")
    assert unknown.status_code == 404
    assert unknown.json()["detail"] == "There is no member 'nobody'."


def test_what_others_see_is_that_members_and_for_nobody_to_keep(api, signed_in, member, heat):
    ali, other = make_movie("Ali"), make_user("other")
    Profile.objects.create(pk=other.pk, watchlist_visibility=Visibility.EVERYBODY)
    watchlist_add(user_id=other.pk, movie_id=heat.pk)
    watchlist_add(user_id=member.pk, movie_id=ali.pk)
    url = "/api/v1/users/other/watchlist/"
    assert titles(api, url) == titles(signed_in, url) == ["Heat"]
    answer = api.get(url)
    assert answer["Cache-Control"] == "private, no-store"
    assert {"Cookie", "X-Session-Token"} <= set(answer["Vary"].split(", "))

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.profiles.models import DiaryEntry, Profile, Visibility
from apps.profiles.services import diary
from apps.profiles.services.diary import diary_add
from tests.api.conftest import ANY_VERSION, counted_queries, last_page, refusals
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/me/diary/"


def seen(user, movie, day: date = date(2025, 12, 25), note: str = "") -> DiaryEntry:
    return diary_add(user_id=user.pk, movie_id=movie.pk, watched_on=day, note=note)


def test_a_member_keeps_a_diary(signed_in, heat):
    body = {"movie_id": heat.pk, "watched_on": "2025-12-25", "note": "With Ali."}
    made = signed_in.post(URL, body)
    assert made.status_code == 201
    entry = made.json()
    assert entry["movie"] == {"id": heat.pk, "title": "Heat"}
    assert (entry["watched_on"], entry["note"]) == ("2025-12-25", "With Ali.")
    assert entry["created_at"].endswith("Z")
    assert signed_in.get(made["Location"]).json() == entry
    assert signed_in.get(URL).json()["results"] == [entry]


def test_an_entry_is_changed_and_deleted(signed_in, member, heat):
    url = f"{URL}{seen(member, heat, note='Fine.').pk}/"
    changed = signed_in.patch(url, {"watched_on": "2026-01-01"}, headers={"If-Match": signed_in.get(url)["ETag"]})
    assert changed.status_code == 200
    assert (changed.json()["watched_on"], changed.json()["note"]) == ("2026-01-01", "Fine.")
    assert signed_in.patch(url, {"note": ""}, headers={"If-Match": changed["ETag"]}).json()["note"] == ""
    assert signed_in.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 412
    assert signed_in.delete(url, headers={"If-Match": signed_in.get(url)["ETag"]}).status_code == 204
    assert signed_in.get(url).status_code == 404
    assert signed_in.delete(url, headers=ANY_VERSION).status_code == 404


def test_an_entry_is_ones_own(api, somebody_else, member, heat):
    Profile.objects.create(pk=member.pk, diary_visibility=Visibility.EVERYBODY)
    url = f"{URL}{seen(member, heat, note='Fine.').pk}/"
    assert somebody_else.get(URL).json()["results"] == []
    assert somebody_else.get(url).status_code == 404
    assert somebody_else.patch(url, {"note": "Mine."}, headers=ANY_VERSION).status_code == 404
    assert somebody_else.delete(url, headers=ANY_VERSION).status_code == 404
    assert api.get(URL).status_code == api.get(url).status_code == api.post(URL, {}).status_code == 401
    assert DiaryEntry.objects.get().note == "Fine."


def body_of(movie, **changes) -> dict:
    return {"movie_id": movie.pk, "watched_on": "2025-12-25"} | changes


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"movie_id": 999}, "/movie_id"),
        ({"movie_id": 0}, "/movie_id"),
        ({"movie_id": 2**70}, "/movie_id"),
        ({"movie_id": "Heat"}, "/movie_id"),
        ({"watched_on": None}, "/watched_on"),
        ({"watched_on": "yesterday"}, "/watched_on"),
        ({"watched_on": "2025-02-30"}, "/watched_on"),
        ({"watched_on": "1887-12-31"}, "/watched_on"),
        ({"watched_on": "9999-12-31"}, "/watched_on"),
        ({"watched_on": 20251225}, "/watched_on"),
        ({"watched_on": "20251225"}, "/watched_on"),
        ({"watched_on": "2025-W52-4"}, "/watched_on"),
        ({"note": "x" * 1_001}, "/note"),
        ({"note": "a\0b"}, "/note"),
        ({"note": ["x"]}, "/note"),
        ({"user_id": 5}, "/user_id"),
    ],
)
def test_what_no_diary_can_say_is_422(signed_in, heat, changes, pointer):
    assert list(refusals(signed_in.post(URL, body_of(heat, **changes)))) == [pointer]
    assert not DiaryEntry.objects.exists()


@pytest.mark.parametrize("changes", [{"movie_id": 1}, {"watched_on": "1700-01-01"}, {"note": None}])
def test_nor_is_an_entry_changed_to_that(signed_in, member, heat, changes):
    entry = seen(member, heat)
    answer = signed_in.patch(f"{URL}{entry.pk}/", changes, headers=ANY_VERSION)
    assert list(refusals(answer)) == [f"/{name}" for name in changes]
    assert DiaryEntry.objects.get().version == 1


def test_a_day_and_a_movie_have_to_be_given(signed_in):
    assert set(refusals(signed_in.post(URL, {}))) == {"/movie_id", "/watched_on"}


def test_today_is_no_future_anywhere(signed_in, heat):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert signed_in.post(URL, body_of(heat, watched_on=str(tomorrow))).status_code == 201


def test_a_full_diary_is_a_conflict(signed_in, heat, monkeypatch):
    monkeypatch.setattr(diary, "MOST_ENTRIES", 0)
    full = signed_in.post(URL, body_of(heat))
    assert full.status_code == 409
    assert full.json()["type"] == "/api/problems/shelf-full/"


def test_a_post_sent_again_is_one_entry(signed_in, heat):
    key = {"Idempotency-Key": "once"}
    first, again = (signed_in.post(URL, body_of(heat), headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert DiaryEntry.objects.count() == 1


@pytest.mark.parametrize("ordering", ["watched", "-watched"])
@pytest.mark.parametrize("limit", [1, 2, 3, 11])
def test_days_and_ties_are_paged_both_ways(api, walk, member, heat, ordering, limit):
    Profile.objects.create(pk=member.pk, diary_visibility=Visibility.EVERYBODY)
    for number in range(11):
        seen(member, heat, date(2025, 12, 30) + timedelta(days=number * 7 % 4))
    sign = ordering.removesuffix("watched")
    expected = list(DiaryEntry.objects.order_by(f"{sign}watched_on", f"{sign}pk").values_list("pk", flat=True))
    url = f"/api/v1/users/member/diary/?ordering={ordering}&limit={limit}"
    assert [pk for page in walk(url) for pk in page] == expected
    assert [pk for page in reversed(walk(last_page(api, url), "previous")) for pk in page] == expected


def test_a_page_reads_titles_once(signed_in, member, heat):
    seen(member, heat), seen(member, make_movie("Ali"), date(2026, 1, 1))
    with counted_queries() as numbers:
        rows = signed_in.get(URL).json()["results"]
    assert [row["movie"]["title"] for row in rows] == ["Ali", "Heat"]
    assert (numbers["profiles"], numbers["catalog"]) == (1, 1)


def test_without_the_catalogue_movies_have_no_titles(signed_in, member, heat, take_away):
    entry = seen(member, heat)
    take_away("catalog")
    for answer in (
        signed_in.get(f"{URL}{entry.pk}/"),
        signed_in.patch(f"{URL}{entry.pk}/", {"note": "Dark."}, headers=ANY_VERSION),
    ):
        assert answer.status_code == 200
        assert (answer.json()["movie"]["title"], answer.json()["degraded"]) == (None, ["catalog"])
    assert signed_in.get(URL).json()["degraded"] == ["catalog"]
    assert signed_in.post(URL, body_of(heat)).status_code == 503


def test_a_diary_that_is_everybodys_shows_its_notes(api, member, heat):
    Profile.objects.create(pk=member.pk, diary_visibility=Visibility.EVERYBODY)
    seen(member, heat, note="With Ali.")
    url = "/api/v1/users/member/diary/"
    assert [row["note"] for row in api.get(url).json()["results"]] == ["With Ali."]
    assert api.get(url)["Cache-Control"] == "private, no-store"
    assert api.post(url, body_of(heat)).status_code == 401

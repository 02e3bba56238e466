"""What curators write of titles, and what of it is refused."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.catalog import services
from apps.catalog.models import ExternalId, Movie
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_collection, make_company, make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"


def patched(desk: APIClient, movie: Movie, **changes: Any) -> Any:
    return desk.patch(f"{URL}{movie.pk}/", changes, headers=ANY_VERSION)


def test_a_title_is_added_with_all_its_facts(desk, curator):
    make_genre("Crime")
    drama, pacino = make_genre("Drama"), make_person("Al Pacino")
    regency, series = make_company("Regency"), make_collection("Heat Collection")
    facts = {
        "kind": "movie", "title": "Heat", "original_title": "Heat", "tagline": "A Los Angeles crime saga",
        "overview": "Two men.", "status": "released", "release_date": "1995-12-15", "runtime": 170,
        "original_language": "EN", "homepage": "https://example.org/heat", "genres": ["crime", drama.pk],
        "main_genre_id": drama.pk, "countries": ["us"], "languages": ["en", "es"], "keywords": ["heist"],
        "company_ids": [regency.pk], "collection_id": series.pk, "budget": 60_000_000, "revenue": None,
        "popularity": 12.5, "cast": [{"person_id": pacino.pk, "character": "Hanna"}],
        "crew": [{"person_id": pacino.pk, "department": "Production", "job": "Producer"}],
        "releases": [{"country": "US", "type": "theatrical", "date": "1995-12-15", "certification": "R"}],
        "translations": [{"language": "de", "title": "Heat – Die Hitze"}],
        "awards": [{"award": "Saturn", "category": "Best Film", "year": 1996, "outcome": "nominated"}],
        "images": [{"type": "poster", "source": "tmdb", "path": "/p.jpg"}],
        "videos": [{"site": "YouTube", "key": "2GfZl4kuVNI", "published_at": "2013-01-01T01:00+01:00"}],
        "alternative_titles": [{"title": "Pressure", "country": "US"}],
        "source_scores": [{"source": "imdb", "value": 8.3, "votes": 700_000}],
    }  # fmt: skip
    created = desk.post(URL, facts)
    assert created.status_code == 201, created.content
    answer = desk.get(created["Location"])
    assert (created.json(), created["ETag"]) == (answer.json(), answer["ETag"])
    expanded = desk.get(created["Location"], {"expand": "cast,crew,releases,videos,translations,origins"}).json()
    assert expanded["cast"] == [
        {"person_id": pacino.pk, "name": "Al Pacino", "character": "Hanna", "source": "curator"}
    ]
    assert [genre["slug"] for genre in expanded["genres"]] == ["crime", "drama"]
    assert (expanded["main_genre_id"], expanded["main_country"], expanded["original_language"]) == (
        drama.pk,
        "US",
        "en",
    )
    assert expanded["certifications"] == ["US:R"]
    assert expanded["releases"][0]["note"] == ""
    assert expanded["videos"][0]["published_at"] == "2013-01-01T00:00:00Z"
    assert expanded["origins"]["genres"]["by"] == curator.pk
    assert expanded["origins"]["title"]["locked"]


def test_a_title_needs_nothing_but_its_title(desk):
    assert desk.post(URL, {"title": "Heat"}).json()["kind"] == "movie"
    assert refusals(desk.post(URL, {})) == {"/title": "This field is required."}


def test_a_change_leaves_everything_else(desk):
    heat = make_movie("Heat", overview="Two men.", countries=["US"])
    answer = patched(desk, heat, tagline="A saga", kind="show")
    assert answer.status_code == 200
    assert (answer.json()["tagline"], answer.json()["kind"], answer.json()["overview"]) == (
        "A saga",
        "show",
        "Two men.",
    )
    stored = Movie.objects.get()
    assert (stored.version, stored.countries) == (2, ["US"])
    assert stored.is_locked("tagline")
    assert not stored.is_locked("runtime")


def test_facts_are_emptied_by_null_or_nothing(desk):
    heat = make_movie("Heat", runtime=170, collection_id=make_collection().pk, genre_ids=[make_genre().pk])
    answer = patched(desk, heat, runtime=None, collection_id=None, genres=[], release_date=None, overview="").json()
    assert (answer["runtime"], answer["collection_id"], answer["genres"]) == (None, None, [])
    assert (answer["release_date"], answer["main_genre_id"]) == (None, None)


def test_genres_are_taken_as_they_are_shown(desk):
    heat = make_movie("Heat", genre_ids=[make_genre().pk, make_genre().pk])
    shown = desk.get(f"{URL}{heat.pk}/").json()["genres"]
    assert patched(desk, heat, genres=shown[::-1]).json()["genres"] == shown[::-1]
    assert set(refusals(patched(desk, heat, genres=[{"name": "Crime"}]))) == {"/genres/0"}


def test_what_is_named_twice_is_there_once(desk):
    crime = make_genre("Crime")
    answer = patched(desk, make_movie(), genres=["crime", crime.pk], countries=["US", "us"], keywords=["a", "b", "a"])
    assert (len(answer.json()["genres"]), answer.json()["countries"]) == (1, ["US"])
    assert answer.json()["keywords"] == ["a", "b"]


def test_a_change_to_what_somebody_else_has_changed_is_412(desk):
    heat = make_movie("Heat")
    url = f"{URL}{heat.pk}/"
    seen = desk.get(url)["ETag"]
    assert desk.patch(url, {"tagline": "First"}, headers={"If-Match": seen}).status_code == 200
    for refused in (
        desk.patch(url, {"tagline": "Second"}, headers={"If-Match": seen}),
        desk.put(f"{url}credits/", {"cast": [], "crew": []}, headers={"If-Match": seen}),
        desk.put(f"{url}locks/", {"facts": []}, headers={"If-Match": seen}),
        desk.delete(url, headers={"If-Match": seen}),
    ):
        assert refused.status_code == 412, refused.content
    assert Movie.objects.get().tagline == "First"


def test_whatever_is_there_is_changed_but_not_what_came_in_between(desk, monkeypatch):
    """`*` means any version, not that somebody's change of another fact is undone."""
    heat, save = make_movie("Heat"), services.movie_save

    def slow_save(**arguments: Any) -> Movie:
        monkeypatch.setattr(services, "movie_save", save)
        other = Movie.objects.get()
        other.tagline = "Theirs"
        save(movie=other)
        return save(**arguments)

    monkeypatch.setattr(services, "movie_save", slow_save)
    answer = patched(desk, heat, overview="Ours")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["tagline"], answer.json()["overview"]) == ("Theirs", "Ours")


def test_a_title_is_deleted_with_what_others_call_it(desk):
    heat = make_movie("Heat")
    services.external_id_add(kind="movie", source="tmdb", value="949", object_id=heat.pk)
    assert desk.delete(f"{URL}{heat.pk}/", headers=ANY_VERSION).status_code == 204
    assert not Movie.objects.exists()
    assert not ExternalId.objects.exists()
    assert desk.delete(f"{URL}{heat.pk}/", headers=ANY_VERSION).status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"release_year": 1900}, "/release_year"),
        ({"title": None}, "/title"),
        ({"title": "x" * 301}, "/title"),
        ({"title": "He\0at"}, "/title"),
        ({"title": ["Heat"]}, "/title"),
        ({"kind": "film"}, "/kind"),
        ({"runtime": -1}, "/runtime"),
        ({"runtime": 40_000}, "/runtime"),
        ({"runtime": "long"}, "/runtime"),
        ({"budget": 10**30}, "/budget"),
        ({"release_date": "1995-13-01"}, "/release_date"),
        ({"release_year": 0}, "/release_year"),
        ({"original_language": "english"}, "/original_language"),
        ({"homepage": "javascript:alert(1)"}, "/homepage"),
        ({"overview": "x" * 20_001}, "/overview"),
        ({"genres": "crime"}, "/genres"),
        ({"genres": ["crime", "no-such-genre"]}, "/genres/1"),
        ({"genres": [999]}, "/genres"),
        ({"genres": [None]}, "/genres/0"),
        ({"genres": [[1]]}, "/genres/0"),
        ({"main_genre_id": 999}, "/main_genre_id"),
        ({"countries": ["USA"]}, "/countries/0"),
        ({"keywords": ["x" * 101]}, "/keywords/0"),
        ({"keywords": ["a\0b"]}, "/keywords/0"),
        ({"keywords": [str(number) for number in range(501)]}, "/keywords"),
        ({"company_ids": [999]}, "/company_ids"),
        ({"company_ids": [10**30]}, "/company_ids/0"),
        ({"collection_id": 999}, "/collection_id"),
        ({"cast": {"person_id": 1}}, "/cast"),
        ({"cast": [{"character": "Hanna"}]}, "/cast/0/person_id"),
        ({"cast": [{"person_id": 999}]}, "/cast"),
        ({"cast": [{"person_id": 1, "billing": 1}]}, "/cast/0/billing"),
        ({"cast": [{"person_id": 1}] * 501}, "/cast"),
        ({"images": [{"type": "poster", "source": "tmdb", "path": "/../../etc/passwd?x"}]}, "/images/0/path"),
        ({"images": [{"type": "selfie", "source": "tmdb", "path": "/a.jpg"}]}, "/images/0/type"),
        ({"videos": [{"site": "YouTube", "key": "\"><script>"}]}, "/videos/0/key"),
        ({"translations": [{"language": "de-AT"}]}, "/translations/0/language"),
        ({"releases": [{"country": "US", "date": "soon"}]}, "/releases/0/date"),
        ({"awards": [{"award": "Oscar", "year": 1996, "outcome": "lost"}]}, "/awards/0/outcome"),
        ({"source_scores": [{"source": "imdb", "value": 11}]}, "/source_scores/0/value"),
        ({"id": 7}, "/id"),
        ({"genre_ids": [1]}, "/genre_ids"),
        ({"version": 7}, "/version"),
        ({"origins": {}}, "/origins"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_fact_is_422_and_named(desk, changes, pointer):
    make_genre("Crime")
    heat = make_movie("Heat")
    assert pointer in refusals(patched(desk, heat, **changes))
    assert Movie.objects.get().version == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (r'{"title": "half a pair \ud83d"}', "/title"),
        (r'{"status": "\ud83d"}', "/status"),
        (r'{"keywords": ["\ud83d"]}', "/keywords/0"),
        (r'{"genres": ["\ud83d"]}', "/genres/0"),
        (r'{"cast": [{"person_id": 1, "character": "\ud83d"}]}', "/cast/0/character"),
        (r'{"\ud83d": 1}', r"/\ud83d"),
        ('{"popularity": 1e400}', "/popularity"),
        ('{"popularity": -1e400}', "/popularity"),
    ],
)
def test_json_that_no_store_can_hold_is_422(desk, body, pointer):
    url = f"{URL}{make_movie('Heat').pk}/"
    answer = desk.patch(url, body, content_type="application/json", headers=ANY_VERSION)
    assert pointer in refusals(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"main_country": "USA"}, "ISO 3166-1, such as US"),
        ({"original_language": "english"}, "ISO 639, such as en"),
        ({"images": [{"type": "poster", "source": "tmdb", "path": "https://x/y.jpg"}]}, "such as /poster.jpg"),
        ({"videos": [{"site": "YouTube", "key": "https://youtu.be/x"}]}, "the id in a video's address"),
        ({"release_date": "1995-12-15", "release_year": 1996}, "1995-12-15"),
    ],
)
def test_why_a_value_is_not_acceptable_says_which_would_be(desk, changes, said):
    assert said in " ".join(refusals(patched(desk, make_movie("Heat"), **changes)).values())

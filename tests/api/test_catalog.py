from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import ExternalId
from tests.api.conftest import counted_queries
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"


def titles(api, **filters: object) -> list[str]:
    response = api.get(URL, filters)
    assert response.status_code == 200, response.json()
    return sorted(row["title"] for row in response.json()["results"])


def problem_with(api, url: str, **parameters: object) -> tuple[int, str]:
    """Status and the parameter that the problem names."""
    response = api.get(url, parameters)
    return response.status_code, response.json()["errors"][0]["parameter"]


@pytest.fixture
def shelf():
    """Three movies that differ in everything one can filter by."""
    crime, drama, war = make_genre("Crime"), make_genre("Drama"), make_genre("War & Peace")
    pacino, mann = make_person("Al Pacino"), make_person("Michael Mann")
    acts = {"person_id": pacino.pk, "name": pacino.name, "character": "Hanna"}
    directs = {"person_id": mann.pk, "name": mann.name, "department": "Directing", "job": "Director"}
    produces = directs | {"department": "Production", "job": "Producer"}
    heat = make_movie(
        "Heat", genre_ids=[crime.pk, drama.pk], countries=["US"], languages=["en", "es"], original_language="en",
        keywords=["heist", "los angeles"], cast=[acts], crew=[directs], release_date=date(1995, 12, 15),
    )  # fmt: skip
    other = make_movie(
        "Other", genre_ids=[drama.pk], countries=["US", "FR"], languages=["fr"], original_language="fr",
        keywords=["heist"], crew=[produces], release_date=date(2004, 1, 1),
    )  # fmt: skip
    make_movie("Undated", genre_ids=[war.pk], original_language="de", release_date=None)
    external_id(ExternalId.Kind.MOVIE, "imdb", "tt0113277", heat.pk)
    return {"crime": crime, "drama": drama, "pacino": pacino, "mann": mann, "heat": heat, "other": other}


def external_id(kind: str, source: str, value: str, object_id: int) -> None:
    services.external_id_add(kind=kind, source=source, value=value, object_id=object_id)


def test_genres_are_ids_or_slugs_all_or_any_of_them(api, shelf):
    crime, drama = shelf["crime"].pk, shelf["drama"].pk
    assert titles(api, genre=crime) == titles(api, genre="crime") == titles(api, genre="CRIME") == ["Heat"]
    assert titles(api, genre=f"crime,{drama}") == ["Heat"]
    assert titles(api, genre="crime|drama") == ["Heat", "Other"]
    assert titles(api, genre="war-peace") == ["Undated"]
    assert titles(api, genre="999") == []


def test_lists_filter_by_all_or_any_of_their_items(api, shelf):
    assert titles(api, country="us") == ["Heat", "Other"]
    assert titles(api, country="US,FR") == ["Other"]
    assert titles(api, language="es|fr") == ["Heat", "Other"]
    assert titles(api, keyword="heist, los angeles") == ["Heat"]
    assert titles(api, original_language="fr|de") == ["Other", "Undated"]


def test_people_are_found_in_cast_and_crew(api, shelf):
    pacino, mann = shelf["pacino"].pk, shelf["mann"].pk
    assert titles(api, person=mann) == ["Heat", "Other"]
    assert titles(api, person=f"{mann},{pacino}") == ["Heat"]
    assert titles(api, person=f"{mann}|{pacino}") == ["Heat", "Other"]
    assert titles(api, cast=pacino) == ["Heat"]
    assert titles(api, cast=mann) == []
    assert titles(api, crew=mann) == ["Heat", "Other"]
    assert titles(api, director=mann) == ["Heat"]


def test_dates_filter_on_both_sides_and_leave_out_unknown_ones(api, shelf):
    assert titles(api, year=1995) == ["Heat"]
    assert titles(api, year__gte=1996) == ["Other"]
    assert titles(api, year__lte=2004) == ["Heat", "Other"]
    assert titles(api, release_date="1995-12-15") == ["Heat"]
    assert titles(api, release_date__gte="1995-12-16") == ["Other"]
    assert titles(api, release_date__lte="1995-12-15") == ["Heat"]
    assert titles(api, release_date__gte="1995-01-01", release_date__lte="2003-12-31") == ["Heat"]


def test_movies_are_found_by_ids_and_by_what_others_call_them(api, shelf):
    assert titles(api, external_id="imdb:tt0113277") == ["Heat"]
    assert titles(api, external_id="imdb:tt0000000") == []
    assert titles(api, ids=f"{shelf['heat'].pk},{shelf['other'].pk},999") == ["Heat", "Other"]


def test_filters_add_up(api, shelf):
    assert titles(api, country="US", genre="drama", year__gte=2000) == ["Other"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genre", "no-such-genre"),
        ("genre", "1,2|3"),
        ("genre", ","),
        ("genre", "99999999999999999999"),
        ("person", "x"),
        ("person", "-1"),
        ("person", "²"),
        ("ids", ",".join(map(str, range(1, 102)))),
        ("external_id", "tt0113277"),
        ("external_id", "imdb:"),
        ("original_language", "en,fr"),
        ("year", "abc"),
        ("year", "0"),
        ("year", "10000"),
        ("year__gte", "1995.5"),
        ("release_date", "1995-13-01"),
        ("release_date__lte", "yesterday"),
        ("keyword", "a\x00b"),
    ],
)
def test_a_filter_with_an_impossible_value_is_422_and_named(api, name, value):
    assert problem_with(api, URL, **{name: value}) == (422, name)


def test_a_movie_in_a_list_is_short_and_its_page_reads_no_credits(api, shelf):
    row = next(row for row in api.get(URL).json()["results"] if row["title"] == "Heat")
    assert set(row) == {
        "id", "title", "original_title", "overview", "release_date", "original_language", "runtime", "genres",
        "popularity",
    }  # fmt: skip
    assert row["genres"] == [
        {"id": shelf["crime"].pk, "name": "Crime", "slug": "crime"},
        {"id": shelf["drama"].pk, "name": "Drama", "slug": "drama"},
    ]
    assert row["release_date"] == "1995-12-15"


def test_a_movie_has_its_credits_genres_and_external_ids(api, shelf):
    heat = shelf["heat"]
    with counted_queries() as numbers:
        answer = api.get(f"{URL}{heat.pk}/").json()
    assert numbers == {"default": 0, "reviews": 0, "catalog": 3, "profiles": 0}
    assert answer["cast"] == [{"person_id": shelf["pacino"].pk, "name": "Al Pacino", "character": "Hanna"}]
    assert answer["crew"][0]["job"] == "Director"
    assert answer["external_ids"] == {"imdb": "tt0113277"}
    assert [genre["slug"] for genre in answer["genres"]] == ["crime", "drama"]
    assert answer["countries"] == ["US"]
    assert answer["source_scores"] == []


@pytest.mark.parametrize("path", ["movies/999/", "people/999/", "genres/999/", f"movies/{10**30}/", "movies/0/"])
def test_what_there_is_not_is_404(api, path):
    response = api.get(f"/api/v1/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_people_are_found_by_id_name_and_external_id(api):
    ana, anna, bo = make_person("Ána"), make_person("anna", popularity=3), make_person("Bo")
    external_id(ExternalId.Kind.PERSON, "imdb", "nm1", bo.pk)

    def names(**filters: object) -> list[str]:
        return [row["name"] for row in api.get("/api/v1/people/", filters).json()["results"]]

    assert names()[0] == "anna"
    assert names(ordering="name") == ["Ána", "anna", "Bo"]
    assert names(name__startswith="AN", ordering="-name") == ["anna", "Ána"]
    assert names(external_id="imdb:nm1") == ["Bo"]
    assert names(ids=f"{ana.pk},{anna.pk}", ordering="name") == ["Ána", "anna"]
    detail = api.get(f"/api/v1/people/{bo.pk}/").json()
    assert detail["external_ids"] == {"imdb": "nm1"}


def test_genres_are_listed_by_name(api):
    for name in ("War", "Crime", "Drama"):
        make_genre(name)
    rows = api.get("/api/v1/genres/").json()["results"]
    assert [row["slug"] for row in rows] == ["crime", "drama", "war"]
    assert api.get(f"/api/v1/genres/{rows[0]['id']}/").json() == rows[0]


def test_the_catalogue_asks_no_other_store_not_even_for_who_is_signed_in(signed_in, shelf):
    paths = ["", "movies/", f"movies/{shelf['heat'].pk}/", "people/", f"people/{shelf['mann'].pk}/", "genres/"]
    for path in paths:
        with counted_queries() as numbers:
            assert signed_in.get(f"/api/v1/{path}").status_code == 200
        assert (numbers["default"], numbers["reviews"], numbers["profiles"]) == (0, 0, 0), path


def test_a_page_of_people_is_one_query(api):
    for _ in range(5):
        make_person()
    with counted_queries() as numbers:
        api.get("/api/v1/people/")
    assert numbers["catalog"] == 1

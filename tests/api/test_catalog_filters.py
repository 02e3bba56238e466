from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import ExternalId
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person

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
    series, regency, forward = make_collection("Series"), make_company("Regency"), make_company("Forward Pass")
    acts = {"person_id": pacino.pk, "name": pacino.name, "character": "Hanna"}
    directs = {"person_id": mann.pk, "name": mann.name, "department": "Directing", "job": "Director"}
    produces = directs | {"department": "Production", "job": "Producer"}
    heat = make_movie(
        "Heat", genre_ids=[crime.pk, drama.pk], countries=["US"], languages=["en", "es"], original_language="en",
        keywords=["heist", "los angeles"], cast=[acts], crew=[directs], release_date=date(1995, 12, 15),
        status="released", company_ids=[regency.pk], releases=[release("US", "R"), release("DE", "16")],
    )  # fmt: skip
    other = make_movie(
        "Other", genre_ids=[drama.pk], countries=["US", "FR"], languages=["fr"], original_language="fr",
        keywords=["heist"], crew=[produces], release_date=date(2004, 1, 1), collection_id=series.pk,
        company_ids=[regency.pk, forward.pk], releases=[release("US", "PG-13")], status="released",
    )  # fmt: skip
    make_movie("Undated", genre_ids=[war.pk], original_language="de", release_date=None, kind="show")
    external_id(ExternalId.Kind.MOVIE, "imdb", "tt0113277", heat.pk)
    rows = {"crime": crime, "drama": drama, "pacino": pacino, "mann": mann, "heat": heat, "other": other}
    return rows | {"series": series, "regency": regency, "forward": forward}


def release(country: str, certification: str) -> dict[str, object]:
    return {"country": country, "type": "theatrical", "date": None, "certification": certification, "note": ""}


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
    assert titles(api, spoken_language="es|fr") == ["Heat", "Other"]
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


def test_kinds_statuses_companies_collections_and_certifications(api, shelf):
    assert titles(api, kind="show") == ["Undated"]
    assert titles(api, kind="movie|show") == ["Heat", "Other", "Undated"]
    assert titles(api, status="released|ended") == ["Heat", "Other"]
    regency, forward = shelf["regency"].pk, shelf["forward"].pk
    assert titles(api, company=f"{regency},{forward}") == ["Other"]
    assert titles(api, company=f"{regency}|{forward}") == ["Heat", "Other"]
    assert titles(api, collection=shelf["series"].pk) == ["Other"]
    assert titles(api, certification="US:R|US:PG-13") == ["Heat", "Other"]
    assert titles(api, certification="us:R,de:16") == ["Heat"]
    assert titles(api, certification="US:r") == []


def test_the_main_genre_and_country_are_the_first_unless_somebody_says_otherwise(api, shelf):
    assert titles(api, main_genre="crime") == titles(api, main_genre=shelf["crime"].pk) == ["Heat"]
    assert titles(api, main_genre="drama|war-peace") == ["Other", "Undated"]
    assert titles(api, main_country="us") == ["Heat", "Other"]
    assert titles(api, main_country="FR|DE") == []


def test_a_list_s_titles_are_found_by_its_id_or_slug(api, shelf):
    best = make_list("best", movies=[shelf["other"], shelf["heat"]])
    make_list("worst", movies=[shelf["other"]])
    empty = make_list("empty")
    assert titles(api, list="best") == titles(api, list=best.pk) == ["Heat", "Other"]
    assert titles(api, list="best,worst") == ["Other"]
    assert titles(api, list="best|worst", genre="crime") == ["Heat"]
    assert titles(api, list=empty.pk) == titles(api, list=999) == []
    assert titles(api, list__not="worst") == ["Heat", "Undated"]


def test_a_list_too_long_to_filter_by_says_where_to_read_it(api, shelf, monkeypatch):
    make_list("best", movies=[shelf["other"], shelf["heat"]])
    monkeypatch.setattr("apps.catalog.selectors.MOST_LISTED", 1)
    monkeypatch.setattr("apps.catalog.api.filters.MOST_LISTED", 1)
    response = api.get(URL, {"list": "best"})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "list")
    assert "lists/{id}/entries/" in response.json()["detail"]


def test_what_is_null_is_not_what_somebody_leaves_out(api, shelf):
    assert titles(api, collection__not=shelf["series"].pk) == ["Heat", "Undated"]
    assert titles(api, kind__not="show", genre__not="crime") == ["Other"]
    assert titles(api, certification__not="US:R") == ["Other", "Undated"]


def test_filters_add_up(api, shelf):
    assert titles(api, country="US", genre="drama", year__gte=2000) == ["Other"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genre", "no-such-genre"),
        ("genre", "1,2|3"),
        ("genre", ","),
        ("genre", "99999999999999999999"),
        ("main_genre", "1,2"),
        ("kind", "film"),
        ("status", "lost"),
        ("certification", "PG-13"),
        ("certification", "US:"),
        ("collection", "1,2"),
        ("collection", "x"),
        ("company", "1|x"),
        ("main_country", "US,FR"),
        ("list", "no-such-list"),
        ("genre__not", "no-such-genre"),
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
        ("release_date", "12/15/1995"),
        ("release_date__lte", "yesterday"),
        ("keyword", "a\x00b"),
    ],
)
def test_a_filter_with_an_impossible_value_is_422_and_named(api, name, value):
    assert problem_with(api, URL, **{name: value}) == (422, name)

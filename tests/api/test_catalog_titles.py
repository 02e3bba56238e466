"""Titles as readers see them: in lists, whole, and part by part."""

import pytest

from apps.catalog import services
from apps.catalog.models import Movie
from tests.api.conftest import counted_queries
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"
PARTS = ("credits", "images", "videos", "translations", "alternative-titles", "releases", "awards")

IMAGE = {"type": "poster", "source": "tmdb", "path": "/p.jpg", "width": 2000, "height": 3000, "language": "en"}
GERMAN = {"language": "de", "country": "", "title": "Die Hitze", "overview": "", "tagline": ""}


@pytest.fixture
def heat(stores: None) -> Movie:
    """With something of everything."""
    pacino, mann = make_person("Al Pacino"), make_person("Michael Mann")
    heat = make_movie(
        "Heat",
        overview="Los Angeles.",
        genre_ids=[make_genre("Crime").pk, make_genre("Drama").pk],
        countries=["US"],
        company_ids=[make_company("Regency").pk, make_company("Forward Pass").pk],
        collection_id=make_collection("Heat Collection").pk,
        original_language="en",
        cast=[{"person_id": pacino.pk, "character": "Hanna"}],
        crew=[{"person_id": mann.pk, "department": "Directing", "job": "Director"}],
        images=[IMAGE, IMAGE | {"source": "attic"}],
        translations=[GERMAN],
        awards=[{"award": "Saturn", "category": "Best Film", "year": 1996, "outcome": "nominated"}],
    )
    services.external_id_add(kind="movie", source="imdb", value="tt0113277", object_id=heat.pk)
    services.external_id_add(kind="movie", source="imdb", value="tt0000001", object_id=heat.pk)
    services.external_id_add(kind="movie", source="attic", value="1", object_id=heat.pk)
    make_list("best", movies=[heat], name="Best of all")
    return heat


def page(api, movie: Movie, **parameters: str) -> dict:
    return api.get(f"{URL}{movie.pk}/", parameters).json()


def test_a_title_in_a_list_is_short(api, heat):
    (row,) = api.get(URL).json()["results"]
    assert set(row) == {
        "id", "kind", "title", "original_title", "overview", "release_date", "release_year", "original_language",
        "runtime", "genres", "popularity", "rating_avg", "rating_count", "answered_in",
    }  # fmt: skip
    assert [genre["slug"] for genre in row["genres"]] == ["crime", "drama"]
    assert (row["kind"], row["release_date"], row["release_year"]) == ("movie", "1995-12-15", 1995)


def test_pictures_come_to_a_list_where_they_are_asked_for(api, heat):
    with counted_queries() as numbers:
        (row,) = api.get(URL, {"expand": "images"}).json()["results"]
    assert row["images"][0]["url"] == "https://image.tmdb.org/t/p/original/p.jpg"
    assert numbers["catalog"] == 2 + 1  # once a second, the setting that says where pictures are


def test_a_title_has_its_genres_scores_and_external_ids(api, heat):
    with counted_queries() as numbers:
        answer = page(api, heat)
    assert numbers == {"default": 0, "reviews": 0, "catalog": 3, "profiles": 0}
    assert [genre["slug"] for genre in answer["genres"]] == ["crime", "drama"]
    assert (answer["countries"], answer["main_country"]) == (["US"], "US")
    assert answer["source_scores"] == []
    assert answer["external_ids"] == [
        {"source": "attic", "value": "1", "url": None},
        {"source": "imdb", "value": "tt0000001", "url": "https://www.imdb.com/title/tt0000001/"},
        {"source": "imdb", "value": "tt0113277", "url": "https://www.imdb.com/title/tt0113277/"},
    ]


def test_what_is_long_is_neither_shown_nor_read_unless_named(api, heat):
    assert not {"cast", "crew", "images", "origins", "companies", "collection", "lists"} & page(api, heat).keys()
    with counted_queries() as numbers:
        answer = page(api, heat, fields="title", expand="cast,crew,awards")
    assert numbers["catalog"] == 1
    assert answer.keys() == {"id", "title", "cast", "crew", "awards"}
    assert (answer["cast"][0]["name"], answer["crew"][0]["job"]) == ("Al Pacino", "Director")


def test_what_is_beside_a_title_comes_with_one_query_each(api, heat):
    with counted_queries() as numbers:
        answer = page(api, heat, fields="title", expand="companies,collection,lists")
    assert numbers["catalog"] == 1 + 1 + 1 + 2
    assert [company["name"] for company in answer["companies"]] == ["Regency", "Forward Pass"]
    assert answer["collection"] == {"id": heat.collection_id, "name": "Heat Collection"}
    assert answer["lists"][0]["list"]["slug"] == "best"
    assert answer["lists"][0]["rank"] == 1


def test_a_title_without_anything_expands_to_nothing(api):
    answer = page(api, make_movie("Bare"), expand="companies,collection,lists,images,cast")
    assert (answer["companies"], answer["collection"], answer["lists"]) == ([], None, [])
    assert (answer["images"], answer["cast"]) == ([], [])


def test_pictures_of_sources_that_nobody_knows_have_no_address(api, heat):
    images = api.get(f"{URL}{heat.pk}/images/").json()["images"]
    assert [image["url"] for image in images] == ["https://image.tmdb.org/t/p/original/p.jpg", None]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_what_the_title_has_of_it(api, heat, part):
    with counted_queries() as numbers:
        answer = api.get(f"{URL}{heat.pk}/{part}/").json()
    settings = part == "images"  # one says where pictures are
    assert numbers == {"default": 0, "reviews": 0, "catalog": 1 + settings, "profiles": 0}
    names = ("cast", "crew") if part == "credits" else (part.replace("-", "_"),)
    assert answer == {name: page(api, heat, expand=name)[name] for name in names}


@pytest.mark.parametrize("part", [*PARTS, "lists", "external-ids", "origins", "locks"])
def test_a_part_of_what_there_is_not_is_404(api, part):
    assert api.get(f"{URL}999/{part}/").status_code == 404


def test_every_fact_says_where_it_comes_from(api, curator):
    movie = make_movie("Bare")
    then = "2026-01-01T00:00:00Z"
    movie.origins = {"overview": {"source": "tmdb", "at": then}, "genre_ids": {"source": "lost", "at": then}}
    movie.save()
    movie.title = "Heat"
    services.movie_save(movie=movie, by=curator.pk)
    with counted_queries() as numbers:
        origins = api.get(f"{URL}{movie.pk}/origins/").json()["origins"]
    assert numbers["catalog"] == 1
    assert origins["overview"] == {
        "source": "tmdb", "title": "TMDB", "licence": "TMDB API terms of use, with attribution",
        "url": "https://www.themoviedb.org/", "at": "2026-01-01T00:00:00Z", "by": None, "locked": False,
    }  # fmt: skip
    assert (origins["genres"]["title"], origins["genres"]["licence"]) == ("lost", "Not known")
    assert (origins["title"]["source"], origins["title"]["by"], origins["title"]["locked"]) == (
        "curator",
        curator.pk,
        True,
    )
    assert origins == page(api, movie, expand="origins")["origins"]


def test_texts_come_in_the_languages_asked_for_and_say_in_which(api, heat):
    answer = page(api, heat, language="de-AT,fr")
    assert (answer["title"], answer["overview"], answer["original_title"]) == ("Die Hitze", "Los Angeles.", "Heat")
    assert answer["answered_in"] == {"title": "de", "overview": "en", "tagline": None}
    assert "translations" not in answer
    (row,) = api.get(URL, {"language": "de"}).json()["results"]
    assert (row["title"], row["answered_in"]) == ("Die Hitze", {"title": "de", "overview": "en"})


def test_a_title_that_nobody_has_translated_is_no_text_in_the_site_s_language(api):
    german = {"language": "de", "country": "", "title": "Lola rennt", "overview": "", "tagline": ""}
    lola = make_movie("Corre Lola", original_language="es", translations=[german])
    answer = api.get(f"/api/v1/movies/{lola.pk}/?language=en,de").json()
    assert (answer["title"], answer["answered_in"]["title"]) == ("Lola rennt", "de")
    assert api.get(f"/api/v1/movies/{lola.pk}/?language=en,fr").json()["answered_in"]["title"] == "es"


def test_languages_cost_nothing_unless_asked_for(api, heat):
    assert page(api, heat)["answered_in"] is None
    with counted_queries() as numbers:
        api.get(URL, {"language": "de"})
    assert numbers["catalog"] == 2
    assert page(api, heat, fields="title", language="de") == {"id": heat.pk, "title": "Die Hitze"}


@pytest.mark.parametrize("path", ["movies/", "movies/{}/", "find/imdb/tt0113277/"])
def test_a_language_that_is_none_is_422(api, heat, path):
    response = api.get(f"/api/v1/{path.format(heat.pk)}", {"language": "german"})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "language")


def test_the_lists_that_have_a_title_say_where(api, heat):
    make_list("worst", movies=[make_movie(), heat])
    with counted_queries() as numbers:
        rows = api.get(f"{URL}{heat.pk}/lists/").json()["results"]
    assert numbers["catalog"] == 2
    assert [(row["list"]["slug"], row["rank"]) for row in rows] == [("best", 1), ("worst", 2)]
    assert api.get(f"{URL}{make_movie().pk}/lists/").json()["results"] == []


@pytest.mark.parametrize("path", ["movies/999/", "people/999/", "genres/999/", f"movies/{10**30}/", "movies/0/"])
def test_what_there_is_not_is_404(api, path):
    response = api.get(f"/api/v1/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_the_catalogue_asks_no_other_store_not_even_for_who_is_signed_in(signed_in, heat):
    paths = ["", "movies/", f"movies/{heat.pk}/", f"movies/{heat.pk}/credits/", "people/", "genres/", "lists/"]
    for path in paths:
        with counted_queries() as numbers:
            assert signed_in.get(f"/api/v1/{path}").status_code == 200
        assert (numbers["default"], numbers["reviews"], numbers["profiles"]) == (0, 0, 0), path

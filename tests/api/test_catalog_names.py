"""People, genres, companies, collections, curated lists, and what is asked about all of them."""

from datetime import date

import pytest

from apps.catalog import services
from tests.api.conftest import counted_queries
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

API = "/api/v1/"


def rows(api, path: str, **parameters: object) -> list[dict]:
    response = api.get(f"{API}{path}", parameters)
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def queries(api, path: str) -> int:
    with counted_queries() as numbers:
        assert api.get(f"{API}{path}").status_code == 200
    assert (numbers["default"], numbers["reviews"], numbers["profiles"]) == (0, 0, 0)
    return numbers["catalog"]


def test_people_are_found_by_id_name_and_external_id(api):
    ana, anna, bo = make_person("Ána"), make_person("anna", popularity=3), make_person("Bo")
    services.external_id_add(kind="person", source="imdb", value="nm1", object_id=bo.pk)

    def names(**filters: object) -> list[str]:
        return [row["name"] for row in rows(api, "people/", **filters)]

    assert names()[0] == "anna"
    assert names(ordering="name") == ["Ána", "anna", "Bo"]
    assert names(name__startswith="AN", ordering="-name") == ["anna", "Ána"]
    assert names(external_id="imdb:nm1") == ["Bo"]
    assert names(ids=f"{ana.pk},{anna.pk}", ordering="name") == ["Ána", "anna"]
    assert names(ids__not=f"{ana.pk},{anna.pk}") == ["Bo"]


def test_a_page_of_people_is_one_query(api):
    for _ in range(5):
        make_person()
    assert queries(api, "people/") == 1


def test_a_person_has_a_life_pictures_and_external_ids(api):
    portrait = {"type": "profile", "source": "tmdb", "path": "/a.jpg", "width": 1, "height": 1, "language": ""}
    pacino = make_person(
        "Al Pacino", birth_date=date(1940, 4, 25), birth_place="New York", also_known_as=["アル・パチーノ"],
        biography="An actor.", images=[portrait],
    )  # fmt: skip
    services.external_id_add(kind="person", source="tmdb", value="1158", object_id=pacino.pk)
    answer = api.get(f"{API}people/{pacino.pk}/").json()
    assert (answer["birth_date"], answer["death_date"], answer["also_known_as"]) == (
        "1940-04-25",
        None,
        ["アル・パチーノ"],
    )
    assert answer["images"][0]["url"] == "https://image.tmdb.org/t/p/original/a.jpg"
    assert answer["external_ids"] == [
        {"source": "tmdb", "value": "1158", "url": "https://www.themoviedb.org/person/1158"}
    ]
    assert queries(api, f"people/{pacino.pk}/?fields=name") == 1


@pytest.fixture
def welles():
    """A person with a film that they direct, write and play two parts in, a show, and one more film."""
    welles, other = make_person("Orson Welles"), make_person("Somebody Else")

    def crew(department: str, job: str) -> dict[str, object]:
        return {"person_id": welles.pk, "department": department, "job": job}

    def cast(character: str, person=welles) -> dict[str, object]:
        return {"person_id": person.pk, "character": character}

    make_movie(
        "Kane", release_date=date(1941, 9, 5), cast=[cast("Kane"), cast("Leland", other), cast("A voice")],
        crew=[crew("Directing", "Director"), crew("Writing", "Screenplay")],
    )  # fmt: skip
    make_movie("Third Man", release_date=date(1949, 9, 1), cast=[cast("Harry Lime")])
    make_movie("Sketch Book", kind="show", release_date=date(1955, 4, 24), crew=[crew("Directing", "Director")])
    make_movie("Without", cast=[cast("Somebody", other)])
    return welles


def test_a_filmography_tells_each_title_once_with_all_that_somebody_did(api, welles):
    url = f"people/{welles.pk}/credits/"
    assert [row["movie"]["title"] for row in rows(api, url)] == ["Sketch Book", "Third Man", "Kane"]
    kane = rows(api, url, ordering="release_date")[0]
    assert kane["characters"] == ["Kane", "A voice"]
    assert kane["jobs"] == [
        {"department": "Directing", "job": "Director"},
        {"department": "Writing", "job": "Screenplay"},
    ]
    assert [row["movie"]["title"] for row in rows(api, url, kind="show")] == ["Sketch Book"]
    assert queries(api, url) == 1


def test_a_filmography_has_pages(api, welles):
    url, found = f"{API}people/{welles.pk}/credits/?limit=1", []
    while url:
        answer = api.get(url).json()
        found += [row["movie"]["title"] for row in answer["results"]]
        url = answer["next"]
    assert found == ["Sketch Book", "Third Man", "Kane"]


def test_somebody_without_credits_has_an_empty_filmography_and_nobody_has_none(api):
    assert rows(api, f"people/{make_person().pk}/credits/") == []
    assert api.get(f"{API}people/999/credits/").status_code == 404


def test_genres_are_listed_by_name(api):
    for name in ("War", "Crime", "Drama"):
        make_genre(name)
    found = rows(api, "genres/")
    assert [row["slug"] for row in found] == ["crime", "drama", "war"]
    assert api.get(f"{API}genres/{found[0]['id']}/").json() == found[0]


def test_companies_and_collections_are_found_by_name_and_external_id(api):
    for path, kind, make in (("companies/", "company", make_company), ("collections/", "collection", make_collection)):
        warner = make("Warner Bros.")
        make("Éclair")
        services.external_id_add(kind=kind, source="tmdb", value="174", object_id=warner.pk)
        assert [row["name"] for row in rows(api, path)] == ["Éclair", "Warner Bros."]
        assert [row["name"] for row in rows(api, path, name__startswith="ec")] == ["Éclair"]
        assert [row["name"] for row in rows(api, path, external_id="tmdb:174")] == ["Warner Bros."]
        answer = api.get(f"{API}{path}{warner.pk}/").json()
        assert answer["external_ids"][0]["url"] == f"https://www.themoviedb.org/{kind}/174"
        assert queries(api, path) == 1


def test_a_collection_has_its_titles_in_order_of_release(api):
    collection = make_collection("Godfather", overview="A family.")
    for title, year in (("Part III", 1990), ("Part I", 1972), ("Part II", 1974)):
        make_movie(title, release_date=date(year, 1, 1), collection_id=collection.pk)
    answer = api.get(f"{API}collections/{collection.pk}/").json()
    assert [part["title"] for part in answer["parts"]] == ["Part I", "Part II", "Part III"]
    assert answer["part_count"] == {"value": 3, "kind": "exact"}
    assert answer["overview"] == "A family."
    assert queries(api, f"collections/{collection.pk}/") == 3
    assert queries(api, f"collections/{collection.pk}/?fields=name") == 1


def test_a_collection_too_large_to_show_says_so(api, monkeypatch):
    monkeypatch.setattr("apps.catalog.selectors.MOST_PARTS", 2)
    collection = make_collection()
    for _ in range(3):
        make_movie(collection_id=collection.pk)
    answer = api.get(f"{API}collections/{collection.pk}/").json()
    assert len(answer["parts"]) == 2
    assert answer["part_count"] == {"value": 2, "kind": "at_least"}


def test_lists_have_their_titles_in_their_order(api):
    crime = make_genre("Crime")
    movies = [make_movie(title, genre_ids=[crime.pk]) for title in ("Heat", "Ran", "Alien")]
    best = make_list("best", movies=movies, name="The Best", description="Of all.")
    make_list("all", name="All")
    assert [row["name"] for row in rows(api, "lists/")] == ["All", "The Best"]
    assert [row["id"] for row in rows(api, "lists/", slug="best")] == [best.pk]
    assert api.get(f"{API}lists/{best.pk}/").json()["description"] == "Of all."
    entries = rows(api, f"lists/{best.pk}/entries/")
    assert [(entry["rank"], entry["movie"]["title"]) for entry in entries] == [(1, "Heat"), (2, "Ran"), (3, "Alien")]
    assert entries[0]["movie"]["genres"][0]["slug"] == "crime"
    assert queries(api, f"lists/{best.pk}/entries/") == 4  # the list, entries, movies, genres
    assert queries(api, f"lists/{best.pk}/entries/?fields=rank") == 2
    assert api.get(f"{API}lists/999/entries/").status_code == 404
    one = api.get(f"{API}lists/{best.pk}/entries/{movies[1].pk}/")
    assert (one.json(), one["ETag"][:3]) == (entries[1], '"2-')
    assert api.get(f"{API}lists/{best.pk}/entries/999/").status_code == 404


def test_a_show_s_page_is_elsewhere_than_a_film_s(api):
    for kind, source, page in (("movie", "tmdb", "movie"), ("show", "tmdb", "tv"), ("show", "tmdb-tv", "tv")):
        title = make_movie(kind=kind)
        services.external_id_add(kind="movie", source=source, value=kind, object_id=title.pk)
        (known,) = api.get(f"{API}movies/{title.pk}/external-ids/").json()["external_ids"]
        assert known["url"] == f"https://www.themoviedb.org/{page}/{kind}"


def test_what_another_source_means_may_be_a_row_of_each_kind(api):
    heat, pacino = make_movie("Heat", genre_ids=[make_genre().pk]), make_person("Al Pacino")
    services.external_id_add(kind="movie", source="tmdb", value="949", object_id=heat.pk)
    services.external_id_add(kind="person", source="tmdb", value="949", object_id=pacino.pk)
    answer = api.get(f"{API}find/tmdb/949/").json()
    assert [row["title"] for row in answer["movies"]] == ["Heat"]
    assert [row["name"] for row in answer["people"]] == ["Al Pacino"]
    assert (answer["genres"], answer["companies"], answer["collections"]) == ([], [], [])
    assert queries(api, "find/tmdb/949/") == 4  # ids, movies, genres, people


def test_what_nobody_knows_is_found_to_be_nothing(api):
    nothing = {"movies": [], "people": [], "genres": [], "companies": [], "collections": []}
    for path in ("tmdb/0", "nobody/x", "imdb/tt0113277", "4-k_uhd/a:b/c", "tmdb/é%20%F0%9F%8E%AC"):
        response = api.get(f"{API}find/{path}/")
        assert (response.status_code, response.json()) == (200, nothing), path


@pytest.mark.parametrize("path", ["find/tmdb/", "find/tmdb/%00/", f"find/tmdb/{'x' * 81}/"])
def test_what_no_source_can_mean_is_404(api, path):
    assert api.get(f"{API}{path}").status_code == 404


def test_the_configuration_says_where_pictures_are_and_who_the_sources_are(api):
    answer = api.get(f"{API}configuration/").json()
    assert answer["images"]["tmdb"]["base_url"] == "https://image.tmdb.org/t/p/"
    assert answer["images"]["tmdb"]["sizes"]["poster"][-1] == "original"
    assert answer["sources"]["movielens"]["licence"] == "Research use, not commercial, with attribution"
    assert answer["sources"]["movielens"].keys() == {"title", "licence", "url"}
    assert (answer["kinds"], answer["default_language"]) == (["movie", "show"], "en")
    assert {"poster", "backdrop"} <= set(answer["image_types"])
    assert queries(api, "configuration/") == 0

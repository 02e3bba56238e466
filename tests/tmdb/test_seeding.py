"""Seeding from TMDB: what is asked for, and what becomes of it."""

import pytest
from django.core.management import CommandError

from apps.catalog import services
from apps.catalog.models import Collection, Company, ExternalId, Movie, Person
from apps.catalog.selectors import setting
from apps.catalog.sources import page_of
from movieverse.bulk import Counts
from tests.catalog.loads import credited, ids_of, movie_of, person_of
from tests.catalog.loads import tmdb as tmdb_id
from tests.seed.seeding import assert_nothing_to_do, seeded
from tests.tmdb import bodies
from tests.tmdb.server import PAGE, Tmdb

pytestmark = pytest.mark.usefixtures("stores")


def ids_file(tmp_path, *lines: object):
    path = tmp_path / "ids.txt"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_film_is_stored_with_everything_that_tmdb_says_of_it(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie(belongs_to_collection={"id": 264, "name": "Heats"}))
    tmdb.has("collection", bodies.collection(name="Heats"))
    run = seeded("tmdb", "--ids", ids_file(tmp_path, 949))
    assert run.lines == []
    heat = Movie.objects.get()
    assert (heat.title, heat.release_day, heat.runtime, heat.status) == ("Heat", 19951215, 170, "released")
    assert credited(heat) == ["Al Pacino", "Robert De Niro"]
    assert heat.certifications == ["US:R"]
    assert (heat.main_country, heat.keywords) == ("US", ["robbery"])
    assert [image["path"] for image in heat.images] == ["/poster.jpg", "/back.jpg", "/other.jpg"]
    assert heat.videos[0]["published_at"] == "2010-06-16T23:26:16Z"
    assert ids_of("movie", heat) == {"tmdb:949", "wikidata:Q949"}
    assert {said["source"] for said in heat.origins.values()} == {"tmdb"}
    series = Collection.objects.get(pk=heat.collection_id)
    assert (series.overview, series.images[0]["path"]) == ("Through time.", "/series.jpg")


def test_a_show_is_stored_with_its_network_creators_and_ratings_of_boards(tmdb: Tmdb, tmp_path):
    tmdb.has("tv", bodies.show())
    assert seeded("tmdb", "--shows", "--ids", ids_file(tmp_path, 1396)).lines == []
    show = Movie.objects.get()
    assert (show.kind, show.season_count, show.episode_count, show.runtime) == ("show", 5, 62, 47)
    assert (str(show.end_date), show.certifications) == ("2013-09-29", ["US:TV-MA"])
    assert [entry["job"] for entry in show.crew] == ["Creator"]
    assert ids_of("movie", show) == {"tmdb-tv:1396", "imdb:tt0903747", "tvdb:81189", "wikidata:Q1079"}
    network = ExternalId.objects.get(kind="company")
    assert page_of("company", network.source, network.value) == "https://www.themoviedb.org/network/174"
    assert Company.objects.get(pk=network.object_id).name == "AMC"


def test_a_second_run_finds_nothing_to_do(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}") for number in range(1, 8)))
    tmdb.has("person", bodies.person())
    path = ids_file(tmp_path, *range(1, 8), "person/1158")
    created = seeded("tmdb", "--ids", path).created()
    assert created["movies"] == 7
    counts, lines = seeded("tmdb", "--ids", path)
    assert_nothing_to_do(counts)
    assert lines == []


def test_a_dry_run_writes_nothing_and_counts_what_the_real_run_then_does(tmdb: Tmdb, tmp_path, settings):
    tmdb.has("movie", bodies.movie(1, "One"), bodies.movie(2, ""))
    path = ids_file(tmp_path, 1, 2, 3)
    dry = seeded("tmdb", "--dry-run", "--ids", path)
    assert not Movie.objects.exists()
    assert not (settings.VAR_DIR / "tmdb").exists()
    assert dry == seeded("tmdb", "--ids", path)
    assert dry.counts["movies"] == Counts(created=1, failed=2)


def test_people_credited_are_fetched_where_they_are_wanted_each_once(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie(1, "One"), bodies.movie(2, "Two"))
    tmdb.has("person", bodies.person(), bodies.person(380, "Robert De Niro", imdb_id=None, external_ids=None))
    lines = seeded("tmdb", "--people", "--ids", ids_file(tmp_path, 1, 2)).lines
    assert lines == ["TMDB person/638 (Michael Mann): TMDB has no such id (any more); what is here stays as it is"]
    al = person_of(tmdb_id(1158))
    assert (al.biography, al.popularity, ids_of("person", al)) == (
        "An actor.",
        30.5,
        {"tmdb:1158", "imdb:nm0000199", "wikidata:Q41163"},
    )
    assert max(tmdb.times().values()) == 1
    assert Person.objects.count() == 3


def test_what_a_curator_locked_stays(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie())
    path = ids_file(tmp_path, 949)
    seeded("tmdb", "--ids", path)
    heat = movie_of(tmdb_id(949))
    heat.overview = "Mine."
    services.movie_save(movie=heat)
    tmdb.has("movie", bodies.movie(overview="Theirs.", runtime=171))
    assert seeded("tmdb", "--ids", path).counts["movies"] == Counts(updated=1)
    heat.refresh_from_db()
    assert (heat.overview, heat.runtime) == ("Mine.", 171)


# --- What is asked for ----------------------------------------------------------------------------


def test_lists_are_read_page_by_page_and_a_title_in_several_is_fetched_once(tmdb: Tmdb):
    numbers = list(range(1, 2 * PAGE + 6))
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}") for number in numbers))
    tmdb.lists = {"movie/popular": numbers, "movie/top_rated": numbers[::-1], "trending/movie/week": numbers[:3]}
    run = seeded("tmdb", "--popular", 25, "--top-rated", 1, "--trending", "--region", "DE")
    assert run.counts["movies"] == Counts(created=26)
    assert (tmdb.times()["movie/popular"], tmdb.times()["movie/1"]) == (2, 1)
    first = next(one for one in tmdb.asked if one.path == "movie/popular")
    assert (first.parameters["region"], first.parameters["language"]) == ("DE", "en-US")


def test_shows_are_read_from_the_lists_of_shows(tmdb: Tmdb):
    tmdb.has("tv", bodies.show())
    tmdb.lists["tv/popular"] = [1396]
    assert seeded("tmdb", "--shows", "--popular", 5).counts["movies"] == Counts(created=1)


def test_filters_are_handed_on_and_read_to_the_end_or_the_limit(tmdb: Tmdb):
    numbers = list(range(1, PAGE + 6))
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}") for number in numbers))
    tmdb.lists["discover/movie"] = numbers
    assert seeded("tmdb", "--discover", "with_genres=18&vote_count.gte=5", "--limit", 3).created()["movies"] == 3
    assert seeded("tmdb", "--discover", "with_genres=18&vote_count.gte=5").created()["movies"] == PAGE + 2
    first = tmdb.asked[1]
    assert (first.parameters["with_genres"], first.parameters["vote_count.gte"]) == ("18", "5")


def test_texts_are_asked_for_in_the_language_wanted(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie())
    seeded("tmdb", "--language", "de-DE", "--ids", ids_file(tmp_path, 949))
    asked = tmdb.asked[-1].parameters
    assert (asked["language"], asked["include_image_language"]) == ("de-DE", "de,en,null")
    assert len(asked["append_to_response"].split(",")) <= 20


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), r"^What of TMDB\? Say at least one of --popular, .* tells of each\.$"),
        (("--popular", "0"), "'0' is not a whole number from 1 on"),
        (("--popular", "many"), "'many' is not a whole number from 1 on"),
        (("--changes", "--since", "soon"), "'soon' is not a date such as 2026-01-31"),
        (("--trending", "--since", "2026-01-31"), "--since says since when --changes are wanted"),
        (("--changes",), r"^Since when\? .* say --since, such as 2026-01-31\.$"),
        (("--changes", "--since", "2999-01-01"), "--since 2999-01-01 is yet to come"),
        (("--trending", "--language", "German"), "'German' is not a language such as en or de-DE"),
        (("--trending", "--region", "Germany"), "'Germany' is not a country"),
        (("--discover", "drama"), "--discover 'drama' cannot be read: write filters as TMDB has them"),
        (("--discover", "api_key=1"), "--discover takes no api_key: MovieVerse sets that itself"),
        (("--ids", "/nowhere/ids.txt"), r"/nowhere/ids.txt cannot be read: No such file or directory\.$"),
        (("--export", "/nowhere/ids.gz"), r"/nowhere/ids.gz cannot be read: No such file or directory\.$"),
        (("--popular", "5"), r"^TMDB movie/popular, page 1 cannot be had: TMDB has no such list\. Run"),
    ],
)
def test_what_cannot_be_asked_for_ends_the_run_in_one_line(tmdb: Tmdb, args, message):
    with pytest.raises(CommandError, match=message) as error:
        seeded("tmdb", *args)
    assert "\n" not in str(error.value)


# --- Where pictures are ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://image.tmdb.org/pictures/", "https://image.tmdb.org/pictures/"),
        ("https://elsewhere.example/t/p/", "https://image.tmdb.org/t/p/"),
        ("https://image.tmdb.org.evil.example/", "https://image.tmdb.org/t/p/"),
        (7, "https://image.tmdb.org/t/p/"),
    ],
)
def test_where_pictures_are_is_kept_unless_pages_may_not_show_them_from_there(tmdb: Tmdb, tmp_path, api, told, kept):
    tmdb.bodies["configuration"] = {"images": {"secure_base_url": told}}
    tmdb.has("movie", bodies.movie())
    lines = seeded("tmdb", "--ids", ids_file(tmp_path, 949)).lines
    assert setting("tmdb_image_address") == kept
    assert bool(lines) is ("example" in str(told))
    assert api.get("/api/v1/configuration/").json()["images"]["tmdb"]["base_url"] == kept
    images = api.get(f"/api/v1/movies/{Movie.objects.get().pk}/images/").json()["images"]
    assert images[0]["url"] == f"{kept}original/poster.jpg"

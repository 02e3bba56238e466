"""Whom a title's facts are taken from, what is kept of that, and what curators have locked."""

from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import Genre, Movie
from apps.catalog.services import rows
from movieverse.bulk import Counts
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    actor,
    credited,
    genre,
    is_done,
    known_as,
    loaded,
    movie_of,
    named,
    netflix,
    record,
    tmdb,
    worker,
)
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")


def score(source: str, value: float, votes: int | None = None) -> dict[str, object]:
    return {"source": source, "value": value, "votes": votes}


# --- Rank -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(TMDB5000, NETFLIX), (NETFLIX, TMDB5000)])
def test_of_two_sources_that_differ_the_one_of_higher_rank_is_believed_in_either_order(order):
    said = {TMDB5000: {"runtime": 170, "tagline": "A Los Angeles crime saga"}, NETFLIX: {"runtime": 171}}
    for source in order:
        loaded(record(title="Heat", **said[source]), source=source)
    heat = Movie.objects.get()
    assert (heat.runtime, heat.tagline) == (170, "A Los Angeles crime saga")
    assert heat.origins["runtime"]["source"] == TMDB5000


def test_what_only_the_source_of_lower_rank_knows_is_taken():
    loaded(record(title="Heat", runtime=170), source=TMDB5000)
    result = loaded(record(title="Heat", runtime=171, overview="Los Angeles."), source=NETFLIX)
    assert result.counts["movies"] == Counts(updated=1)
    heat = Movie.objects.get()
    assert (heat.runtime, heat.overview) == (170, "Los Angeles.")
    assert (heat.origins["runtime"]["source"], heat.origins["overview"]["source"]) == (TMDB5000, NETFLIX)


def test_what_is_empty_says_nothing():
    full = record(title="Heat", overview="Los Angeles.", runtime=170, keywords=["robbery"], budget=60_000_000)
    loaded(full, source=NETFLIX)
    assert is_done(loaded(record(title="Heat"), source=NETFLIX))
    result = loaded(record(title="Heat"), source=TMDB5000)
    assert result.counts["movies"] == Counts(updated=1)  # its title is now as TMDB 5000 has it
    heat = Movie.objects.get()
    assert (heat.overview, heat.runtime, heat.keywords, heat.budget) == ("Los Angeles.", 170, ["robbery"], 60_000_000)
    assert heat.origins["overview"]["source"] == NETFLIX


def test_a_source_that_says_something_new_replaces_what_it_said_before():
    loaded(record(runtime=170, keywords=["robbery", "heist"], genres=[genre("Crime", tmdb(80)), genre()]))
    result = loaded(record(runtime=171, keywords=["heist"], genres=[genre()]))
    assert result.counts["movies"] == Counts(updated=1)
    movie = Movie.objects.get()
    assert (movie.runtime, movie.keywords) == (171, ["heist"])
    assert movie.genre_ids == [Genre.objects.get(slug="drama").pk]


def test_every_fact_has_its_own_believed_source():
    loaded(
        record(release_date=date(1995, 12, 15), countries=["US"], popularity=35.2, collection=named(tmdb(1), "Heats")),
        source=TMDB5000,
    )
    loaded(
        record(
            release_date=date(1996, 1, 1),
            countries=["US", "GB"],
            popularity=1.0,
            languages=["en"],
            main_genre=genre("Crime", netflix("crime")),
        ),
        source=NETFLIX,
    )
    movie = Movie.objects.get()
    assert (movie.release_date, movie.release_day, movie.countries) == (date(1995, 12, 15), 19951215, ["US"])
    assert (movie.popularity, movie.languages) == (35.2, ["en"])
    assert movie.main_genre_id == Genre.objects.get(slug="crime").pk
    assert {fact for fact, origin in movie.origins.items() if origin["source"] == NETFLIX} == {
        "languages",
        "main_genre_id",
    }


# --- Where a fact comes from ----------------------------------------------------------------------


def test_of_every_fact_that_was_told_and_of_no_other_its_source_and_time_are_kept():
    full = record(
        overview="Los Angeles.",
        release_date=date(1995, 12, 15),
        genres=[genre()],
        companies=[named(tmdb(508), "Regency")],
        source_scores=[score("tmdb", 7.7)],
        cast=[actor()],
        crew=[worker("Michael Mann", tmdb(638))],
    )
    loaded(full)
    origins = Movie.objects.get().origins
    assert origins.keys() == {
        "title", "overview", "release_date", "genre_ids", "company_ids", "source_scores", "cast", "crew"
    }  # fmt: skip
    assert {origin["source"] for origin in origins.values()} == {TMDB5000}
    assert all(origin.keys() == {"source", "at"} for fact, origin in origins.items() if fact != "source_scores")


def test_the_time_is_kept_while_a_fact_stays_as_it_is(monkeypatch):
    for module in ("movies", "people", "collections", "lists"):
        monkeypatch.setattr(f"apps.catalog.loading.{module}.now", lambda: "2020-01-01T00:00:00Z")
    loaded(record(runtime=170, cast=[actor()], source_scores=[score("tmdb", 7.7)]))
    monkeypatch.undo()
    loaded(record(runtime=171, cast=[actor()], source_scores=[score("tmdb", 7.7)]))
    origins = Movie.objects.get().origins
    changed = {fact for fact, origin in origins.items() if origin["at"] != "2020-01-01T00:00:00Z"}
    assert changed == {"runtime"}
    assert origins["runtime"]["at"] <= rows.now()


@pytest.mark.parametrize("again", [DEMO, NETFLIX])
def test_a_source_of_lower_rank_that_says_the_same_is_not_credited_with_it(again):
    loaded(record(runtime=170), source=TMDB5000)
    assert is_done(loaded(record(runtime=170), source=again))
    assert Movie.objects.get().origins["runtime"]["source"] == TMDB5000


def test_a_version_grows_with_changes_and_only_with_them():
    loaded(record(runtime=170), record(2), source=NETFLIX)
    versions = dict(Movie.objects.values_list("title", "version"))
    assert versions == {"Film 1": 1, "Film 2": 1}
    loaded(record(runtime=170), record(2), source=NETFLIX)
    assert dict(Movie.objects.values_list("title", "version")) == versions
    loaded(record(runtime=171), record(2), source=NETFLIX)
    assert dict(Movie.objects.values_list("title", "version")) == versions | {"Film 1": 2}


# --- Locks ----------------------------------------------------------------------------------------


def edited(movie: Movie, **facts: object) -> Movie:
    for fact, value in facts.items():
        setattr(movie, fact, value)
    return services.movie_save(movie=movie, by=CURATOR, version=movie.version)


def test_what_a_curator_wrote_survives_every_data_set():
    loaded(record(title="Heat", overview="Los Angeles.", runtime=170), source=NETFLIX)
    mine = edited(Movie.objects.get(), overview="Mine.", runtime=None, tagline="Mine as well.")
    for source in (NETFLIX, DEMO, TMDB5000, "tmdb"):
        loaded(record(title="Heat", overview="Theirs.", runtime=171, tagline="Theirs."), source=source)
    heat = Movie.objects.get()
    assert (heat.overview, heat.runtime, heat.tagline) == ("Mine.", None, "Mine as well.")
    assert {fact: heat.origins[fact] for fact in ("overview", "runtime", "tagline")} == {
        fact: mine.origins[fact] for fact in ("overview", "runtime", "tagline")
    }
    assert heat.origins["overview"].items() >= {"source": "curator", "by": CURATOR, "locked": True}.items()
    assert heat.origins["title"]["source"] == "tmdb"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"release_date": date(1995, 12, 6)}, {"release_date": date(1995, 12, 15)}),
        ({"countries": ["FR"], "main_country": "FR"}, {"countries": ["US"], "main_country": "US"}),
        ({"awards": [{"award": "Oscar", "category": "Sound", "year": 1996, "outcome": "won"}]}, {"awards": []}),
        ({"source_scores": [score("tmdb", 1)]}, {"source_scores": [score("tmdb", 9), score("imdb", 8)]}),
        ({"cast": []}, {"cast": [actor("Val Kilmer", tmdb(5))]}),
        ({"status": "canceled", "homepage": ""}, {"status": "released", "homepage": "https://heat.example/"}),
    ],
)
def test_facts_of_every_shape_stay_as_a_curator_wrote_them(mine, theirs):
    before = {
        "release_date": date(1995, 1, 1),
        "countries": ["GB"],
        "main_country": "GB",
        "awards": [{"award": "Oscar", "category": "Sound", "year": 1996, "outcome": "nominated"}],
        "source_scores": [score("tmdb", 5)],
        "cast": [actor()],
        "homepage": "https://before.example/",
    }
    loaded(record(**before), source=NETFLIX)
    edited(Movie.objects.get(), **mine)
    loaded(record(**before | theirs), source=TMDB5000)
    movie = Movie.objects.get()
    assert {fact: getattr(movie, fact) for fact in mine} == mine


def test_genres_and_companies_that_a_curator_chose_stay():
    western = make_genre("Western")
    loaded(record(genres=[genre()], companies=[named(tmdb(508), "Regency")]), source=NETFLIX)
    edited(Movie.objects.get(), genre_ids=[western.pk], company_ids=[], main_genre_id=western.pk)
    loaded(record(genres=[genre()], main_genre=genre(), companies=[named(tmdb(508), "Regency")]), source=TMDB5000)
    movie = Movie.objects.get()
    assert (movie.genre_ids, movie.company_ids, movie.main_genre_id) == ([western.pk], [], western.pk)


def test_what_a_curator_unlocks_the_next_data_set_that_tells_of_it_replaces():
    loaded(record(title="Heat", overview="Los Angeles.", runtime=170), source=NETFLIX)
    mine = edited(Movie.objects.get(), overview="Mine.", runtime=1)
    services.facts_unlock(row=mine, facts=["overview"])
    loaded(record(title="Heat", runtime=171), source=TMDB5000)
    assert (Movie.objects.get().overview, Movie.objects.get().runtime) == ("Mine.", 1)
    loaded(record(title="Heat", overview="Theirs.", runtime=171), source=NETFLIX)
    heat = Movie.objects.get()
    assert (heat.overview, heat.runtime) == ("Theirs.", 1)
    assert heat.origins["overview"].keys() == {"source", "at"}


def test_a_data_set_s_own_fact_can_be_locked_as_it_is():
    loaded(record(runtime=170), source=NETFLIX)
    services.facts_lock(row=Movie.objects.get(), facts=["runtime"], by=CURATOR)
    assert is_done(loaded(record(runtime=171), source=NETFLIX))
    assert Movie.objects.get().runtime == 170


def test_a_title_that_a_curator_made_is_completed_by_data_sets():
    heat = make_movie("Heat (1995)", overview="Mine.", runtime=None)
    known_as("movie", tmdb(1), heat)
    loaded(record(title="Heat", overview="Theirs.", runtime=170))
    heat.refresh_from_db()
    assert (heat.title, heat.overview, heat.runtime) == ("Heat (1995)", "Mine.", 170)


def test_a_deleted_title_comes_back():
    loaded(record(cast=[actor()]))
    services.movie_delete(movie=Movie.objects.get())
    counts = loaded(record(cast=[actor()])).counts
    assert (counts["movies"], counts["people"]) == (Counts(created=1), Counts(unchanged=1))
    assert credited(movie_of(tmdb(1))) == ["Al Pacino"]


# --- Scores ---------------------------------------------------------------------------------------


def test_the_scores_of_all_sites_are_kept_one_of_each():
    loaded(record(source_scores=[score("tmdb", 7.7, 1800)]), source=TMDB5000)
    loaded(record(source_scores=[score("netflix", 8), score("imdb", 8.3, 600_000)]), source=NETFLIX)
    scores = [score("imdb", 8.3, 600_000), score("netflix", 8), score("tmdb", 7.7, 1800)]
    assert Movie.objects.get().source_scores == scores
    loaded(record(source_scores=[score("imdb", 8.4, 700_000)]), source=NETFLIX)
    assert Movie.objects.get().source_scores == [score("imdb", 8.4, 700_000), *scores[1:]]
    assert Movie.objects.get().origins["source_scores"]["source"] == TMDB5000


@pytest.mark.parametrize("order", [(TMDB5000, NETFLIX), (NETFLIX, TMDB5000)])
def test_scores_are_the_same_in_either_order(order):
    said = {TMDB5000: [score("tmdb", 7.7)], NETFLIX: [score("imdb", 8.3), score("netflix", 8)]}
    for source in order:
        loaded(record(source_scores=said[source]), source=source)
    movie = Movie.objects.get()
    assert [one["source"] for one in movie.source_scores] == ["imdb", "netflix", "tmdb"]
    assert movie.origins["source_scores"]["source"] == TMDB5000


@pytest.mark.parametrize("order", [(TMDB5000, NETFLIX), (NETFLIX, TMDB5000)])
def test_of_one_site_s_score_the_source_of_higher_rank_is_believed_in_either_order(order):
    said = {TMDB5000: [score("imdb", 7)], NETFLIX: [score("imdb", 5), score("netflix", 8)]}
    for source in (*order, *order):
        loaded(record(source_scores=said[source]), source=source)
    movie = Movie.objects.get()
    assert movie.source_scores == [score("imdb", 7), score("netflix", 8)]
    assert movie.origins["source_scores"]["told_by"] == {"imdb": TMDB5000, "netflix": NETFLIX}
    assert is_done(loaded(record(source_scores=said[NETFLIX]), source=NETFLIX))


# --- What follows from facts ----------------------------------------------------------------------


def test_the_main_genre_and_country_are_the_first_unless_somebody_has_said_which():
    loaded(record(genres=[genre("Crime", tmdb(80)), genre()], countries=["US", "GB"]), source=NETFLIX)
    movie = Movie.objects.get()
    assert (movie.main_genre_id, movie.main_country) == (Genre.objects.get(slug="crime").pk, "US")
    told = record(genres=[genre("Crime", tmdb(80)), genre()], main_genre=genre(), main_country="GB")
    loaded(told, source=DEMO)
    movie = Movie.objects.get()
    assert (movie.main_genre_id, movie.main_country) == (Genre.objects.get(slug="drama").pk, "GB")


def test_a_year_alone_gives_way_to_a_day():
    loaded(record(release_year=1995), source=NETFLIX)
    assert Movie.objects.get().release_day == 19950000
    loaded(record(release_date=date(1996, 2, 1)), source=TMDB5000)
    movie = Movie.objects.get()
    assert (movie.release_year, movie.release_day) == (1996, 19960201)


def test_a_person_whom_a_curator_renamed_is_credited_by_that_name():
    pacino = make_person("Alfredo Pacino")
    known_as("person", tmdb(1158), pacino)
    loaded(record(cast=[actor()]))
    assert credited(Movie.objects.get()) == ["Alfredo Pacino"]

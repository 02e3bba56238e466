"""What curators, and merges, have made of rows since an import wrote them stays when that is undone."""

import pytest

from apps.catalog import services
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie
from apps.insights.soundness import findings
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    actor,
    best,
    credited,
    genre,
    ids_of,
    imdb,
    movie_of,
    named,
    netflix,
    person_of,
    ranked,
    record,
    titles_of,
    tmdb,
)
from tests.catalog.undoing import edited, held, imported, the_first, undone
from tests.factories import make_list, make_movie

pytestmark = pytest.mark.usefixtures("stores")


def test_a_title_that_a_curator_has_changed_stays_with_all_that_it_names():
    the_first()
    edited(movie_of(tmdb(1)), tagline="A saga")
    left = undone(1)
    assert ("movie", movie_of(tmdb(1)).pk, "locked by a curator since") in left
    assert {kind for kind, _, _ in left} == {"movie", "person", "genre", "company", "collection"}
    assert list(Movie.objects.values_list("title", flat=True)) == ["Film 1"]
    assert list(findings()) == []


def test_facts_that_a_curator_has_changed_stay_and_the_others_are_as_they_were():
    imported(1, record(1, overview="A heist.", tagline="Saga"), source=NETFLIX)
    imported(2, record(1, overview="Two men.", tagline="A saga", runtime=170))
    edited(movie_of(tmdb(1)), overview="Three men.")
    movie = movie_of(tmdb(1))
    assert undone(2) == [("movie", movie.pk, "overview: locked by a curator since")]
    movie = movie_of(tmdb(1))
    assert (movie.overview, movie.tagline, movie.runtime) == ("Three men.", "Saga", None)
    assert (movie.origins["overview"]["source"], movie.origins["tagline"]["source"]) == ("curator", NETFLIX)


def test_a_fact_that_a_curator_has_locked_stays():
    imported(1, record(1), source=NETFLIX)
    imported(2, record(1, overview="Two men."))
    services.facts_lock(row=movie_of(tmdb(1)), facts=["overview"], by=CURATOR)
    assert undone(2) == [("movie", movie_of(tmdb(1)).pk, "overview: locked by a curator since")]
    assert movie_of(tmdb(1)).overview == "Two men."


def test_what_another_import_has_said_since_stays():
    imported(1, record(1, overview="A heist."), source=NETFLIX)
    imported(2, record(1, overview="Two men."), source=DEMO)
    imported(3, record(1, overview="Three men."))
    assert undone(2) == [("movie", movie_of(tmdb(1)).pk, "title, overview: changed since the import")]
    assert movie_of(tmdb(1)).overview == "Three men."


def test_a_title_in_a_curators_list_stays():
    imported(1, record(1), record(2))
    make_list("mine", [movie_of(tmdb(1))])
    assert undone(1) == [("movie", movie_of(tmdb(1)).pk, "in a list")]


def test_a_list_that_a_curator_has_changed_stays_with_its_titles():
    imported(1, record(1), record(2), lists=[best(*ranked(record(1), record(2)))])
    curated, added = CuratedList.objects.get(), make_movie("Mine")
    services.list_entry_add(curated_list=curated, entry=services.lists.Entry(added.pk, 3), by=CURATOR)
    left = undone(1)
    assert ("list", curated.pk, "entries: locked by a curator since") in left
    assert {why for kind, _, why in left if kind == "movie"} == {"in a list"}
    assert [title for title, _, _ in titles_of(curated)] == ["Film 1", "Film 2", "Mine"]
    assert list(findings()) == []


def test_a_list_has_its_former_entries_of_the_titles_that_are_left():
    imported(1, *(record(number) for number in (1, 2, 3)), lists=[best(*ranked(record(1), record(2)))])
    curated, film = CuratedList.objects.get(), movie_of(tmdb(1))
    imported(2, *(record(number) for number in (1, 2, 3)), lists=[best(*ranked(record(3), record(2)))])
    services.movie_delete(movie=film, by=CURATOR)
    assert undone(2) == []
    assert titles_of(curated) == [("Film 2", 2, None)]
    assert not ListEntry.objects.exclude(list_id=curated.pk).exists()


def test_what_somebody_has_deleted_since_is_none_that_is_left():
    imported(1, record(1, overview="A heist."), record(2), source=NETFLIX)
    imported(2, record(1, overview="Two men."))
    for number in (1, 2):
        services.movie_delete(movie=movie_of(tmdb(number)), by=CURATOR)
    assert undone(2) == undone(1) == []
    assert not any(held().values())


def test_what_is_given_back_names_nothing_that_is_gone():
    told = {"companies": [named(netflix(5), "Regency")], "collection": named(netflix(9), "Films")}
    imported(1, record(1, genres=[genre("Crime", netflix(80))], **told), source=NETFLIX)
    former = movie_of(tmdb(1))
    others = {"companies": [named(tmdb(6), "Warner")], "collection": named(tmdb(10), "Heat Collection")}
    imported(2, record(1, genres=[genre()], **others))
    services.genre_delete(genre=Genre(pk=former.genre_ids[0]))
    services.company_delete(company=Company(pk=former.company_ids[0]))
    services.collection_delete(collection=Collection(pk=former.collection_id))
    assert undone(2) == []
    movie = movie_of(tmdb(1))
    assert (movie.genre_ids, movie.main_genre_id, movie.company_ids, movie.collection_id) == ([], None, [], None)
    assert list(findings()) == []


def test_who_was_renamed_merged_or_deleted_since_is_credited_as_that():
    cast = [actor(f"Person {number}", tmdb(number)) for number in range(5)]
    imported(1, record(1, cast=cast))
    imported(2, record(1, cast=cast[:1]))
    _, renamed, merged, deleted, survivor = (person_of(tmdb(number)) for number in range(5))
    renamed.name = "Somebody"
    services.person_save(person=renamed)
    services.rows_merge(kind="person", from_id=merged.pk, into_id=survivor.pk, merge_id=5)
    services.person_delete(person=deleted)
    assert undone(2) == []
    assert credited(movie_of(tmdb(1))) == ["Person 0", "Somebody", "Person 4"]
    assert list(findings()) == []


def test_a_title_that_was_merged_since_is_listed_and_stays_what_it_is_now():
    imported(1, record(1), record(2))
    one, other = movie_of(tmdb(1)), movie_of(tmdb(2))
    services.rows_merge(kind="movie", from_id=one.pk, into_id=other.pk, merge_id=5)
    services.tombstone_settle(kind="movie", pk=one.pk)
    assert undone(1) == [
        ("movie", one.pk, f"merged into {other.pk} since"),
        ("movie", other.pk, "another was merged into it"),
    ]
    assert ids_of("movie", other) == {"tmdb:1", "tmdb:2"}


def test_an_id_that_a_curator_has_given_to_another_title_stays_with_that():
    imported(1, record(1, ids=[tmdb(1), imdb("tt1")]))
    external, mine = ExternalId.objects.get(value="tt1"), make_movie("Mine")
    services.external_id_move(external_id=external, object_id=mine.pk, by=CURATOR)
    assert undone(1) == [("external_id", "movie:imdb:tt1", f"belongs to movie {mine.pk} since")]
    assert ids_of("movie", mine) == {"imdb:tt1"}

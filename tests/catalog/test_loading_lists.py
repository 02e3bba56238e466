"""Curated lists of data sets."""

import pytest

from apps.catalog import services
from apps.catalog.models import CuratedList, ListEntry, Movie
from apps.catalog.records import EntryRecord
from apps.catalog.services.lists import Entry
from movieverse.bulk import Counts
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    best,
    is_done,
    loaded,
    movie_of,
    ranked,
    record,
    titles_of,
    tmdb,
)

pytestmark = pytest.mark.usefixtures("stores")

FILMS = [record(number) for number in (1, 2, 3)]


def load(*entries: EntryRecord, source: str = NETFLIX, **values):
    return loaded(*FILMS, source=source, lists=[best(*entries, **values)])


def test_a_list_is_stored_with_its_entries_in_order_and_where_it_comes_from():
    first, second, third = FILMS
    entries = [EntryRecord(third, 1, 1994), EntryRecord(first, 1, 1995), EntryRecord(second, 2, 1995)]
    counts = load(*entries, description="Of each year.").counts
    assert (counts["lists"], counts["list entries"]) == (Counts(created=1), Counts(created=3))
    stored = CuratedList.objects.get()
    assert (stored.slug, stored.name, stored.description) == ("best", "Best", "Of each year.")
    assert titles_of(stored) == [("Film 3", 1, 1994), ("Film 1", 1, 1995), ("Film 2", 2, 1995)]
    assert {fact: said["source"] for fact, said in stored.origins.items()} == {
        "name": NETFLIX,
        "description": NETFLIX,
        "entries": NETFLIX,
    }


def test_a_second_load_finds_nothing_to_do():
    load(*ranked(*FILMS))
    version = CuratedList.objects.get().version
    result = load(*ranked(*FILMS))
    assert is_done(result)
    assert (result.counts["lists"], result.counts["list entries"]) == (Counts(unchanged=1), Counts(unchanged=3))
    assert CuratedList.objects.get().version == version


def test_entries_that_are_gone_are_deleted_and_the_others_reordered():
    first, second, third = FILMS
    load(*ranked(first, second, third))
    kept = ListEntry.objects.get(movie_id=movie_of(tmdb(3)).pk).pk
    version = CuratedList.objects.get().version
    counts = load(*ranked(third, first)).counts
    assert (counts["list entries"], counts["lists"].updated) == (Counts(updated=2), 1)
    assert titles_of(CuratedList.objects.get()) == [("Film 3", 1, None), ("Film 1", 2, None)]
    assert ListEntry.objects.get(movie_id=movie_of(tmdb(3)).pk).pk == kept
    assert CuratedList.objects.get().version == version + 1


def test_entries_that_a_curator_chose_stay_and_what_is_not_locked_is_taken():
    load(*ranked(*FILMS), description="Old.")
    mine = [Entry(movie_of(tmdb(2)).pk, 1)]
    services.list_entries_set(curated_list=CuratedList.objects.get(), entries=mine, by=CURATOR)
    counts = load(*ranked(*FILMS), source=TMDB5000, description="New.").counts
    assert counts["list entries"] == Counts(unchanged=3)
    stored = CuratedList.objects.get()
    assert (titles_of(stored), stored.description) == ([("Film 2", 1, None)], "New.")


def test_entries_that_a_curator_unlocks_are_replaced():
    load(*ranked(*FILMS))
    services.list_entries_set(curated_list=CuratedList.objects.get(), entries=[], by=CURATOR)
    services.facts_unlock(row=CuratedList.objects.get(), facts=["entries"])
    load(*ranked(*FILMS))
    assert len(titles_of(CuratedList.objects.get())) == 3


@pytest.mark.parametrize("order", [(DEMO, NETFLIX), (NETFLIX, DEMO)])
def test_of_two_sources_with_a_list_of_one_slug_the_one_of_higher_rank_is_believed(order):
    first, second, third = FILMS
    said = {DEMO: ranked(first, second), NETFLIX: ranked(third)}
    for source in order:
        load(*said[source], source=source, name=f"{source}'s best")
    stored = CuratedList.objects.get()
    assert (stored.name, stored.origins["entries"]["source"]) == ("demo's best", DEMO)
    assert titles_of(stored) == [("Film 1", 1, None), ("Film 2", 2, None)]


def test_a_list_that_is_told_without_entries_keeps_those_it_has():
    load(*ranked(*FILMS))
    assert is_done(load())
    assert len(titles_of(CuratedList.objects.get())) == 3


def test_a_title_that_could_not_be_loaded_is_reported_and_the_others_are_listed():
    bad = record(9, title="\0")
    result = loaded(*FILMS, bad, source=NETFLIX, lists=[best(*ranked(bad, *FILMS))])
    assert result.counts["list entries"] == Counts(created=3, failed=1)
    reason = "is not in the catalogue, hence not in the list Best"
    assert str(result.problems[-1]) == f"film 9, column title: '\\x00' {reason}"
    assert [rank for _, rank, _ in titles_of(CuratedList.objects.get())] == [2, 3, 4]


def test_a_title_that_is_gone_is_left_out_of_its_list():
    load(*ranked(*FILMS))
    Movie.objects.filter(title="Film 2").delete()  # without its ids: not by way of the service
    result = load(*ranked(*FILMS))
    assert (result.counts["movies"].failed, result.counts["list entries"].failed) == (1, 1)
    assert titles_of(CuratedList.objects.get()) == [("Film 1", 1, None), ("Film 3", 3, None)]


def test_records_of_one_title_are_one_entry_with_the_first_rank():
    twice = [record(1), record(1, place="film 1 again")]
    result = loaded(*twice, lists=[best(*ranked(*twice))])
    assert result.counts["list entries"] == Counts(created=1)
    assert titles_of(CuratedList.objects.get()) == [("Film 1", 1, None)]


def test_a_title_may_be_in_several_lists():
    loaded(*FILMS, lists=[best(*ranked(*FILMS)), best(*ranked(*FILMS[:1]), slug="worst", name="Worst")])
    assert sorted(ListEntry.objects.values_list("movie_id", flat=True)).count(movie_of(tmdb(1)).pk) == 2


def test_a_deleted_list_comes_back():
    load(*ranked(*FILMS))
    services.list_delete(curated_list=CuratedList.objects.get())
    assert not ListEntry.objects.exists()
    load(*ranked(*FILMS))
    assert len(titles_of(CuratedList.objects.get())) == 3


def test_entries_of_a_deleted_title_come_back_with_it():
    load(*ranked(*FILMS))
    services.movie_delete(movie=movie_of(tmdb(2)))
    assert len(titles_of(CuratedList.objects.get())) == 2
    counts = load(*ranked(*FILMS)).counts
    assert (Movie.objects.count(), counts["list entries"].created) == (3, 1)
    assert [title for title, _, _ in titles_of(CuratedList.objects.get())] == ["Film 1", "Film 2", "Film 3"]

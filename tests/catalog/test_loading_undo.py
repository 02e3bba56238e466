"""What an import wrote is taken back, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.catalog import services
from apps.catalog.digest import digests
from apps.catalog.loading import undoing
from apps.catalog.models import (
    Collection,
    Company,
    CuratedList,
    Event,
    Genre,
    ListEntry,
    LoadNote,
    Movie,
    Person,
)
from apps.insights.soundness import findings
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    actor,
    best,
    collection,
    credited,
    genre,
    ids_of,
    imdb,
    movie_of,
    named,
    netflix,
    person,
    person_of,
    ranked,
    record,
    titles_of,
    tmdb,
    worker,
)
from tests.catalog.undoing import held, imported, undone
from tests.factories import make_list, make_movie

pytestmark = pytest.mark.usefixtures("stores")

ONES_PEOPLE = {"cast": [actor(character="Hanna")], "crew": [worker("Michael Mann", tmdb(638))]}
ONE = record(
    1,
    release_year=1995,
    overview="A heist.",
    genres=[genre(), genre("Crime", tmdb(80))],
    companies=[named(tmdb(5), "Regency")],
    collection=named(tmdb(9), "Heat Collection"),
    **ONES_PEOPLE,
)
OTHERS: dict[str, Any] = {
    "people": [person("Al Pacino", tmdb(1158), imdb("nm199"), biography="An actor.")],
    "collections": [collection("Heat Collection", tmdb(9), "A heist.")],
    "lists": [best(*ranked(ONE, record(2)))],
}
# The same film, and the same people by ids of their own.
THEIRS = record(
    1,
    ids=[netflix(1)],
    release_year=1995,
    tagline="A Los Angeles crime saga",
    genres=[genre("Thriller", netflix(3))],
    cast=[actor("Al Pacino", netflix(7), "Vincent")],
    crew=[worker("Ann", netflix(8), "Producer", "Production")],
)


def the_first() -> None:
    imported(1, ONE, record(2), **OTHERS)


def test_nothing_is_left_of_an_import_that_nobody_has_built_upon():
    the_first()
    assert undone(1) == []
    assert not any(held().values())
    assert not LoadNote.objects.exists()


def test_whoever_follows_the_catalogue_learns_what_is_gone():
    the_first()
    movie_id, person_id = movie_of(tmdb(1)).pk, person_of(tmdb(1158)).pk
    before = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    undone(1)
    told = {(event.kind, event.object_id, event.action) for event in Event.objects.filter(pk__gt=before)}
    assert {("movie", movie_id, "deleted"), ("person", person_id, "deleted")} <= told
    assert {kind for kind, _, action in told if action == "deleted"} == {
        "movie", "person", "genre", "company", "collection", "list"
    }  # fmt: skip


def test_what_was_there_is_as_it_was():
    the_first()
    before = held()
    imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3), THEIRS), description="Of all.")])
    assert held() != before
    assert undone(2) == []
    assert held() == before


@pytest.mark.parametrize("source", [NETFLIX, DEMO])
def test_facts_have_their_former_values_and_origins(source: str):
    imported(1, record(1, overview="A heist.", popularity=7, runtime=170), source=source)
    before = movie_of(tmdb(1))
    imported(2, record(1, overview="Two men.", popularity=8, runtime=171, genres=[genre()]))
    assert movie_of(tmdb(1)).overview == "Two men."
    assert undone(2) == []
    after = movie_of(tmdb(1))
    assert (after.overview, after.popularity, after.origins) == ("A heist.", 7, before.origins)
    assert after.version > before.version + 1


def test_later_imports_are_undone_before_and_then_all_is_gone():
    empty = digests()
    the_first()
    before = digests()
    imported(2, THEIRS, record(1, overview="Two men."), source=NETFLIX)
    assert undone(2) == []
    assert digests() == before
    assert undone(1) == []
    assert digests() == empty


def test_a_row_that_a_later_import_has_changed_stays_and_is_listed():
    imported(1, record(1), record(2))
    imported(2, record(1, overview="Two men."))
    assert undone(1) == [("movie", movie_of(tmdb(1)).pk, "changed since the import")]
    assert [movie.title for movie in Movie.objects.all()] == ["Film 1"]
    assert ids_of("movie", movie_of(tmdb(1))) == {"tmdb:1"}
    assert undone(2) == []
    assert movie_of(tmdb(1)).overview == ""


def test_a_row_to_which_a_later_import_has_given_an_id_stays_until_that_is_undone():
    imported(1, record(1, cast=[actor()]))
    imported(2, record(1, ids=[tmdb(1), imdb("tt1")]))
    movie = movie_of(tmdb(1))
    assert (("movie", movie.pk, "another import or a curator has given it an id")) in undone(1)
    assert undone(2) == []
    assert ids_of("movie", movie) == {"tmdb:1"}


def test_rows_that_an_import_has_changed_twice_are_as_they_were_before():
    the_first()
    before = held()
    changed = record(1, ids=[tmdb(1)], release_year=1995, **{"overview": "Two men.", **ONES_PEOPLE})
    imported(2, changed)
    imported(2, record(1, overview="Three men.", popularity=3))
    assert undone(2) == []
    assert held() == before


# --- People who are one ---------------------------------------------------------------------------


def test_people_who_were_found_out_to_be_one_are_two_again():
    imported(1, record(1, ids=[netflix(1)], title="Heat", release_year=1995, cast=[actor()]))
    insider = {"title": "The Insider", "release_year": 1999}
    imported(2, record(2, ids=[netflix(2)], **insider, cast=[actor(source_id=netflix(7))]), source=NETFLIX)
    before = held()
    assert Person.objects.count() == 2
    imported(3, record(2, **insider, overview="Tobacco.", cast=[actor()]))
    assert Person.objects.count() == 1
    assert undone(3) == []
    assert held() == before
    assert undone(1) == undone(2) == []
    assert not any(held().values())


def test_people_go_by_their_former_names_also_in_credits():
    imported(1, record(1, cast=[actor("Alfredo Pacino")]), source=NETFLIX)
    before = held()
    imported(2, record(2, cast=[actor("Al Pacino")]))
    assert movie_of(tmdb(1)).cast[0]["name"] == "Al Pacino"
    assert undone(2) == []
    assert held() == before


def test_a_person_whom_a_later_title_credits_stays_with_the_id():
    imported(1, record(1, cast=[actor()]))
    imported(2, record(2, cast=[actor()]))
    pacino = person_of(tmdb(1158))
    assert undone(1) == [("person", pacino.pk, "credited by other titles")]
    assert ids_of("person", pacino) == {"tmdb:1158"}
    assert not Movie.objects.filter(title="Film 1").exists()
    assert list(findings()) == []


def test_names_that_a_later_title_has_stay():
    named_as = {"genres": [genre()], "companies": [named(tmdb(5), "Regency")], "collection": named(tmdb(9), "Films")}
    imported(1, record(1, **named_as))
    imported(2, record(2, **named_as))
    left = {kind: why for kind, _, why in undone(1)}
    assert left == dict.fromkeys(["genre", "company", "collection"], "other titles have it")
    assert list(findings()) == []


# --- Curators -------------------------------------------------------------------------------------


def edited(movie: Movie, **facts: Any) -> Movie:
    for fact, value in facts.items():
        setattr(movie, fact, value)
    return services.movie_save(movie=movie, by=CURATOR)


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
    external, mine = services.external_ids.ExternalId.objects.get(value="tt1"), make_movie("Mine")
    services.external_id_move(external_id=external, object_id=mine.pk, by=CURATOR)
    assert undone(1) == [("external_id", "movie:imdb:tt1", f"belongs to movie {mine.pk} since")]
    assert ids_of("movie", mine) == {"imdb:tt1"}


# --- Interrupted ----------------------------------------------------------------------------------


def breaking(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> Callable[[], bool]:
    """Let a step of undoing be the last of its process, once. Returns whether it came to that."""
    step, left = getattr(undoing, name), [after]

    def stepping(*args: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise KeyboardInterrupt
        return step(*args)

    monkeypatch.setattr(undoing, name, stepping)
    return lambda: left[0] < 0


@pytest.mark.parametrize("name", ["_undo", "_undo_ids"])
def test_what_was_interrupted_goes_on(monkeypatch, name: str):
    the_first()
    before, after = held(), 0
    imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3), THEIRS))])
    with monkeypatch.context() as patch:
        for after in range(100):
            broke = breaking(patch, name, after % 3)
            try:
                left = undone(2)
            except KeyboardInterrupt:
                continue
            if not broke():
                break
    assert after
    assert left == []
    assert held() == before


def test_undone_again_it_says_the_same_and_does_nothing():
    imported(1, record(1), record(2))
    edited(movie_of(tmdb(1)), tagline="A saga")
    left, before = undone(1), held()
    assert undone(1) == left != []
    assert held() == before


def test_an_import_that_was_cut_short_is_taken_back_as_far_as_it_came(monkeypatch):
    the_first()
    before = held()

    def interrupt(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("apps.catalog.loading.lists.entries_write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            imported(2, THEIRS, record(3), source=NETFLIX, lists=[best(*ranked(record(3)), slug="new")])
    assert held() != before
    assert undone(2) == []
    assert held() == before

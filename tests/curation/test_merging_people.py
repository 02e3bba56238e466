"""Two people who are one: their credits, and how these come back."""

import pytest

from apps.catalog import services as catalog
from apps.catalog.digest import digests
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.services import merging as catalog_merging
from apps.curation.merging import bring_about, merge_rows
from apps.curation.models import Merge
from tests.curation.consistency import checked, relayed
from tests.curation.merges import held, merged, undone
from tests.factories import make_movie, make_person


@pytest.fixture
def survivor(stores: None) -> Person:
    return make_person("Al Pacino", birth_place="")


@pytest.fixture
def copy(survivor: Person) -> Person:
    person = make_person("A. Pacino", birth_place="New York", also_known_as=["Sonny"])
    catalog.external_id_add(kind="person", source="tmdb", value="1158", object_id=person.pk)
    return person


@pytest.fixture
def films(survivor: Person, copy: Person) -> list[Movie]:
    """One that credits the one, one that credits both."""
    own = make_movie("Heat", cast=[credited(copy, "Hanna")], crew=[{"person_id": copy.pk, "job": "Producer"}])
    both = make_movie(
        "Serpico", cast=[credited(copy, "Serpico"), credited(survivor, "Serpico"), credited(survivor, "Himself")]
    )
    relayed()
    return [own, both]


def credited(person: Person, character: str) -> dict[str, object]:
    return {"person_id": person.pk, "character": character}


def cast_of(movie: Movie) -> list[tuple[int, str, str]]:
    return [(one["person_id"], one["name"], one["character"]) for one in Movie.objects.get(pk=movie.pk).cast]


def test_credits_become_the_survivors_each_once(copy, survivor, films):
    merge = merged(copy, survivor)
    assert cast_of(films[0]) == [(survivor.pk, "Al Pacino", "Hanna")]
    assert cast_of(films[1]) == [(survivor.pk, "Al Pacino", "Serpico"), (survivor.pk, "Al Pacino", "Himself")]
    film = Movie.objects.get(pk=films[0].pk)
    assert (film.cast_ids, film.crew_ids) == ([survivor.pk], [survivor.pk])
    assert merge.counts["catalog"]["movie"] == {"moved": 2, "removed": 0}
    assert ExternalId.objects.get(source="tmdb", value="1158").object_id == survivor.pk
    person = Person.objects.get(pk=survivor.pk)
    assert (person.name, person.birth_place, person.also_known_as) == ("Al Pacino", "New York", ["Sonny"])
    assert checked().codes == set()


def test_undoing_leaves_the_catalogue_as_it_was(copy, survivor, films):
    before, digest = held(), digests()
    merge = undone(merged(copy, survivor))
    assert held() == before
    assert digests() == digest
    assert merge.kept == []


def test_credits_that_somebody_has_changed_since_stay_and_are_listed(copy, survivor, films):
    merge = merged(copy, survivor)
    film = Movie.objects.get(pk=films[0].pk)
    film.cast = [credited(survivor, "Vincent Hanna")]
    catalog.movie_save(movie=film)
    other = Movie.objects.get(pk=films[1].pk)
    other.tagline = "Many of his fellow officers considered him the most dangerous man alive."
    catalog.movie_save(movie=other)
    relayed()
    merge = undone(merge)
    assert merge.kept == [
        {"store": "catalog", "kind": "movie", "id": str(film.pk), "why": "cast: changed since the merge"}
    ]
    assert cast_of(film) == [(survivor.pk, "Al Pacino", "Vincent Hanna")]
    assert Movie.objects.get(pk=film.pk).crew_ids == [copy.pk]
    assert cast_of(other)[0] == (copy.pk, "A. Pacino", "Serpico")
    assert Movie.objects.get(pk=other.pk).tagline.startswith("Many")
    assert checked().codes == set()


def test_what_was_interrupted_goes_on(copy, survivor, films, monkeypatch):
    before = held()
    monkeypatch.setattr(catalog_merging, "_TITLES", 1)
    monkeypatch.setattr("movieverse.merging._BATCH", 1)
    merge = merge_rows(kind="person", from_id=copy.pk, into_id=survivor.pk, by=None)
    interrupt(monkeypatch, "_move_credits")
    with pytest.raises(KeyboardInterrupt):
        bring_about(merge.pk)
    bring_about(merge.pk)
    relayed()
    merge = Merge.objects.get(pk=merge.pk)
    assert merge.state == "merged"
    Merge.objects.filter(pk=merge.pk).update(state="undoing")
    interrupt(monkeypatch, "_part_some")
    with pytest.raises(KeyboardInterrupt):
        bring_about(merge.pk)
    assert not Person.objects.filter(pk=copy.pk).exists()
    bring_about(merge.pk)
    relayed()
    assert held() == before


def interrupt(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """After its first step, once."""
    step = getattr(catalog_merging, name)
    steps = iter([step, None])

    def stepping(*args: object) -> object:
        chosen = next(steps, step)
        if chosen is None:
            raise KeyboardInterrupt
        return chosen(*args)

    monkeypatch.setattr(catalog_merging, name, stepping)


def test_a_title_that_comes_back_credits_people_as_who_they_are_by_then(copy, survivor, films):
    into = make_movie("Heat (1995)")
    relayed()
    of_movies = merged(films[0], into)
    merged(copy, survivor)
    undone(of_movies)
    assert cast_of(films[0]) == [(survivor.pk, "Al Pacino", "Hanna")]
    assert checked().codes == set()


def test_people_with_the_ids_of_merged_titles_are_others(survivor, copy, films):
    merged(films[0], films[1])
    person = Person.objects.get(pk=films[0].pk)
    assert person
    merged(copy, survivor)
    assert not Person.objects.filter(pk=copy.pk).exists()

"""A dry run writes nothing, and counts what the real run then does; and sets may come in any order."""

from datetime import date
from itertools import permutations

import pytest

from apps.catalog import services
from apps.catalog.digest import digests
from apps.catalog.loading import Loaded
from apps.catalog.models import Collection, Company, Counter, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.catalog.records import MovieRecord
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    actor,
    best,
    collection,
    genre,
    imdb,
    loaded,
    movie_of,
    named,
    netflix,
    person,
    ranked,
    record,
    tmdb,
    worker,
)

pytestmark = pytest.mark.usefixtures("stores")

MODELS = (Movie, Person, Genre, Company, Collection, CuratedList, ListEntry, ExternalId, Counter)


ORDERS = list(permutations((TMDB5000, DEMO, NETFLIX)))


def everything() -> dict[str, list[dict[str, object]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


def sets() -> dict[str, dict[str, object]]:
    """Three sets that tell of some of the same titles and people."""
    tmdbs = [
        record(
            1,
            title="Heat",
            release_year=1995,
            genres=[genre("Crime", tmdb(80)), genre()],
            companies=[named(tmdb(508), "Regency"), named(tmdb(6194), "Warner")],
            cast=[actor(), actor("Robert De Niro", tmdb(380))],
            crew=[worker("Michael Mann", tmdb(638))],
        ),
        record(2, title="The Insider", release_year=1999, cast=[actor()]),
        record(3, title="\0"),
    ]
    demos = [
        record(
            1,
            ids=[tmdb(1), imdb("tt1")],
            title="Heat",
            release_date=date(1995, 12, 6),
            collection=named(tmdb(9), "Heats"),
            companies=[named(netflix("w"), "Warner")],
            cast=[actor("Alfredo Pacino", tmdb(1158)), actor("Val Kilmer", netflix("kilmer"))],
        ),
    ]
    flix = [
        record(
            1,
            ids=[netflix("tm1")],
            title="Heat",
            release_year=1995,
            genres=[genre("Crime", netflix("crime")), genre("Documentary", netflix("documentation"))],
            cast=[actor("Al Pacino", netflix(1)), actor("Jon Voight", netflix(2))],
        ),
        record(2, ids=[netflix("tm2")], title="The Insider", release_year=1999, cast=[actor("Al Pacino", netflix(1))]),
        record(3, ids=[netflix("tm3")], title="Ali", release_year=2001, cast=[actor("Jon Voight", netflix(2))]),
    ]
    known = person("Al Pacino", tmdb(1158), imdb("nm1"), biography="New York.")
    unknown = person("Somebody", tmdb(77), biography="Nobody knows.")
    return {
        TMDB5000: {"records": tmdbs},
        DEMO: {
            "records": demos,
            "people": [known, unknown],
            "collections": [collection("Heats", tmdb(9), "Of heat."), collection("Others", tmdb(10))],
            "lists": [best(*ranked(*demos))],
        },
        NETFLIX: {"records": flix, "lists": [best(*ranked(flix[2], flix[0]), slug="best-on-netflix")]},
    }


def load(source: str, *, dry_run: bool = False):
    told = dict(sets()[source])
    records: list[MovieRecord] = told.pop("records")
    return loaded(*records, source=source, dry_run=dry_run, batch=2, **told)


@pytest.mark.parametrize("order", ORDERS)
def test_a_dry_run_writes_nothing_and_counts_what_the_real_run_then_does(order):
    for source in (*order, *order):
        before = everything()
        dry = load(source, dry_run=True)
        assert everything() == before
        real = load(source)
        assert dry.counts == real.counts
        assert list(map(str, dry.problems)) == list(map(str, real.problems))


def test_it_counts_what_would_happen_to_what_curators_have_locked():
    load(NETFLIX)
    movie = movie_of(netflix("tm1"))
    movie.title, movie.cast = "Heat!", []
    services.movie_save(movie=movie, by=CURATOR)
    pacino = Person.objects.get(name="Al Pacino")
    pacino.name = "Alfredo"
    services.person_save(person=pacino, by=CURATOR)
    assert load(TMDB5000, dry_run=True).counts == load(TMDB5000).counts


def test_it_has_the_same_problems_and_a_full_catalogue_needs_nothing():
    dry = load(TMDB5000, dry_run=True)
    assert [problem.column for problem in dry.problems] == ["title"]
    load(TMDB5000)
    counts = load(TMDB5000, dry_run=True).counts
    assert not any(of.created or of.updated for of in counts.values())


def test_the_same_catalogue_comes_of_every_order_and_nothing_is_left_to_do():
    found = []
    for order in ORDERS:
        for source in order:
            load(source)
        found.append(digests())
        assert [(source, *not_done(load(source))) for source in order] == [(source,) for source in order]
        for model in MODELS:
            model.objects.all().delete()
    assert found == found[:1] * len(ORDERS)


def not_done(result: Loaded) -> list[str]:
    return [label for label, of in result.counts.items() if of.created or of.updated]

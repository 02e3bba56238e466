"""Imports and edits as they come, undone in any order: the catalogue is as if those had never been."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.catalog import services
from apps.catalog.digest import digests
from apps.catalog.models import ExternalId, Movie
from apps.catalog.records import CastRecord, CrewRecord, ListRecord, MovieRecord, NamedRecord, SourceId
from apps.insights.soundness import findings
from tests.catalog.loads import CURATOR, DEMO, NETFLIX, TMDB5000, best, ranked
from tests.catalog.undoing import held, imported, undone
from tests.conftest import emptied

# By what each source calls what it tells of. All of them tell of the same films, people and names.
_IDS = {TMDB5000: "tmdb", DEMO: "demo", NETFLIX: "netflix"}


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The stores are emptied several times."""
    with django_db_blocker.unblock():
        yield


# --- Steps ----------------------------------------------------------------------------------------


@dataclass
class Import:
    number: int
    source: str
    records: list[MovieRecord]
    lists: list[ListRecord]
    is_undone: bool = False
    was_built_upon: bool = False
    touched: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        imported(self.number, *self.records, source=self.source, lists=self.lists, batch=2)


@dataclass
class Edit:
    film: int
    text: str

    @property
    def touched(self) -> set[str]:
        return {f"film {self.film}"}

    def __call__(self) -> None:
        ids = [ExternalId.key_of("movie", source, self.film) for source in _IDS.values()]
        known = ExternalId.objects.filter(pk__in=ids).first()
        if known:
            movie = Movie.objects.get(pk=known.object_id)
            movie.tagline = self.text
            services.movie_save(movie=movie, by=CURATOR)


Step = Import | Edit


def made_up(seed: int, *, films: int, of: int, steps: int = 6, edits: float = 0.2) -> list[Step]:
    """Imports of so many films, and edits. Of the more they are, the less do the steps meet."""
    chance = random.Random(seed)
    made: list[Step] = []
    for number in range(1, steps + 1):
        if chance.random() < edits:
            made.append(Edit(chance.randrange(of), f"Said {number}"))
        else:
            made.append(_import(chance, number, films, of))
    return made


def _import(chance: random.Random, number: int, films: int, of: int) -> Import:
    source = chance.choice(list(_IDS))
    touched: set[str] = set()

    def name(kind: str, one: int) -> NamedRecord:
        touched.add(f"{kind} {one}")
        return NamedRecord(SourceId(_IDS[source], str(one)), f"{kind} {one}")

    def some(kind: str, most: int) -> list[NamedRecord]:
        return [name(kind, one) for one in chance.sample(range(of), chance.randint(0, most))]

    records = [
        MovieRecord(
            place=f"film {film}",
            ids=[SourceId(_IDS[source], str(film))],
            title=f"Film {film}",
            release_year=1990 + film,
            overview=chance.choice(["", "A heist.", f"Of {number}."]),
            popularity=chance.randint(0, 3),
            genres=some("genre", 2),
            companies=some("company", 1),
            collection=next(iter(some("collection", 1)), None),
            cast=[CastRecord(person, f"Role {number}") for person in some("person", 3)],
            crew=[CrewRecord(person, "Directing", "Director") for person in some("person", 1)],
        )
        for film in chance.sample(range(of), films)
    ]
    touched |= {record.place for record in records}
    lists = [best(*ranked(*chance.sample(records, films - 1)))] if chance.random() < 0.3 else []
    touched |= {one.slug for one in lists}
    return Import(number, source, records, lists, touched=touched)


def done(steps: Iterable[Step], each: Callable[[], Any] = lambda: None) -> list[Any]:
    seen = []
    for step in steps:
        seen.append(each())
        step()
    return seen


# --- What holds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_the_latest_undone_first_each_leaves_the_catalogue_as_it_was_before_it(seed: int):
    steps = made_up(seed, films=4, of=8)
    with emptied():
        before = done(steps, held)
        while steps and isinstance(step := steps.pop(), Import):
            assert undone(step.number) == []
            assert held() == before.pop()
            assert list(findings()) == []


@pytest.mark.parametrize("seed", range(16))
def test_undone_in_any_order_it_is_as_if_those_that_nobody_built_upon_had_never_been(seed: int):
    chance, steps = random.Random(seed), made_up(seed, films=2, of=20)
    with emptied():
        done(steps)
        imports = [step for step in steps if isinstance(step, Import)]
        for step in chance.sample(imports, chance.randint(1, len(imports))):
            undo(step, steps)
            assert list(findings()) == []
        found, left = digests(), [step for step in steps if not (isinstance(step, Import) and step.is_undone)]
    if not any(step.was_built_upon for step in imports):
        with emptied():
            done(left)
            assert digests() == found


def undo(step: Import, steps: list[Step]) -> None:
    """What was built upon is not wholly undone, nor may what shares rows with it be."""
    undone_before = [one for one in steps if isinstance(one, Import) and one.is_undone]
    beside = [one for one in steps[steps.index(step) + 1 :] if one not in undone_before]
    beside += [one for one in undone_before if one.was_built_upon]
    step.was_built_upon = any(step.touched & one.touched for one in beside)
    left, step.is_undone = undone(step.number), True
    assert step.was_built_upon or left == []

"""Records of data sets, and loads of them."""

from collections.abc import Callable, Sequence
from typing import Any

from apps.catalog import services
from apps.catalog.loading import Loaded, MovieLoader, load_collections, load_lists, load_people
from apps.catalog.models import CuratedList, ExternalId, ListEntry, Movie, Person
from apps.catalog.records import (
    CastRecord,
    CollectionRecord,
    CrewRecord,
    EntryRecord,
    ListRecord,
    MovieRecord,
    NamedRecord,
    PersonRecord,
    SourceId,
)
from movieverse.bulk import batched

# From the highest rank to the lowest.
TMDB5000, DEMO, NETFLIX = "tmdb5000", "demo", "netflix"

CURATOR = 7  # the id of an account


# --- Records --------------------------------------------------------------------------------------


def tmdb(value: object) -> SourceId:
    return SourceId("tmdb", str(value))


def netflix(value: object) -> SourceId:
    return SourceId("netflix", str(value))


def imdb(value: object) -> SourceId:
    return SourceId("imdb", str(value))


def record(number: int = 1, **values: Any) -> MovieRecord:
    return MovieRecord(**{"place": f"film {number}", "ids": [tmdb(number)], "title": f"Film {number}"} | values)


def named(source_id: SourceId, name: str) -> NamedRecord:
    return NamedRecord(source_id, name)


def genre(name: str = "Drama", source_id: SourceId | None = None) -> NamedRecord:
    return NamedRecord(source_id or tmdb(18), name)


def actor(name: str = "Al Pacino", source_id: SourceId | None = None, character: str = "") -> CastRecord:
    return CastRecord(NamedRecord(source_id or tmdb(1158), name), character)


def worker(name: str, source_id: SourceId, job: str = "Director", department: str = "Directing") -> CrewRecord:
    return CrewRecord(NamedRecord(source_id, name), department, job)


def person(name: str = "Al Pacino", *ids: SourceId, **values: Any) -> PersonRecord:
    return PersonRecord(place=f"person {name}", ids=list(ids) or [tmdb(1158)], name=name, **values)


def collection(name: str, source_id: SourceId, overview: str = "") -> CollectionRecord:
    return CollectionRecord(place=f"collection {name}", id=source_id, name=name, overview=overview)


def best(*entries: EntryRecord, **values: Any) -> ListRecord:
    return ListRecord(**{"place": "best.csv", "slug": "best", "name": "Best", "entries": list(entries)} | values)


def ranked(*records: MovieRecord) -> list[EntryRecord]:
    return [EntryRecord(one, rank) for rank, one in enumerate(records, 1)]


# --- Loads ----------------------------------------------------------------------------------------


def loaded(
    *records: MovieRecord,
    source: str = TMDB5000,
    people: Sequence[PersonRecord] = (),
    collections: Sequence[CollectionRecord] = (),
    lists: Sequence[ListRecord] = (),
    batch: int = 100,
    dry_run: bool = False,
    into: Callable[..., Loaded] = Loaded,
) -> Loaded:
    """What became of a data set that was loaded as seeds do it."""
    result = into(dry_run=dry_run)
    loader = MovieLoader(result, source)
    for some in batched(loader.recognise(records), batch):
        loader.load(some)
    load_people(people, source, result)
    load_collections(collections, source, result)
    load_lists(lists, loader.ids, source, result)
    return result


def is_done(result: Loaded) -> bool:
    """Whether everything was found as it should be."""
    return not any(of.created or of.updated or of.failed for of in result.counts.values())


# --- What is stored -------------------------------------------------------------------------------


def known_as(kind: str, source_id: SourceId, row: Any) -> None:
    services.external_id_add(kind=kind, source=source_id.source, value=source_id.value, object_id=row.pk)


def ids_of(kind: str, row: Any) -> set[str]:
    return {str(external) for external in ExternalId.objects.filter(kind=kind, object_id=row.pk)}


def owner_of(kind: str, source_id: SourceId) -> int:
    return ExternalId.objects.get(pk=ExternalId.key_of(kind, *source_id)).object_id


def movie_of(source_id: SourceId) -> Movie:
    return Movie.objects.get(pk=owner_of("movie", source_id))


def person_of(source_id: SourceId) -> Person:
    return Person.objects.get(pk=owner_of("person", source_id))


def credited(movie: Movie, fact: str = "cast") -> list[str]:
    return [entry["name"] for entry in getattr(movie, fact)]


def titles_of(curated: CuratedList) -> list[tuple[str, int, int | None]]:
    """A list's entries in their order."""
    titles = dict(Movie.objects.values_list("pk", "title"))
    entries = ListEntry.objects.filter(list_id=curated.pk).order_by("position")
    return [(titles[entry.movie_id], entry.rank, entry.year) for entry in entries]

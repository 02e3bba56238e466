"""Which titles and people of a data set are there already.

A title is recognised by its ids, else by kind, title and year, unless several have those. A person is, by
their ids, else as the one who is credited under the same name in the same title. Both need the whole data set:
what stands for two of its records stands for neither.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.catalog.loading.external_ids import owners_of, sources_of
from apps.catalog.models import ExternalId, Movie
from apps.catalog.records import MovieRecord, NamedRecord, SourceId
from movieverse.bulk import batched
from movieverse.text import fold, sort_key

Kind = ExternalId.Kind
_BATCH = 500
_TitleKey = tuple[str, str, int]


def known_titles(records: Sequence[MovieRecord]) -> dict[str, int]:
    """{place: movie id} of the records whose titles are there."""
    owners = owners_of(Kind.MOVIE, (one for record in records for one in record.ids))
    by_id = {record.place: movie_id for record in records if (movie_id := _owner(record, owners)) is not None}
    return by_id | _by_title([record for record in records if record.place not in by_id], records, set(by_id.values()))


def _owner(record: MovieRecord, owners: dict[SourceId, int]) -> int | None:
    return next((owners[source_id] for source_id in record.ids if source_id in owners), None)


def title_key(kind: str, title: str, year: int | None) -> _TitleKey | None:
    """What a title is recognised by, where its year is known and it is written in letters."""
    return (kind, fold(title), year) if year and fold(title) else None


def _key_of(record: MovieRecord) -> _TitleKey | None:
    return title_key(record.kind, record.title, year_of(record))


def year_of(record: MovieRecord) -> int | None:
    return record.release_date.year if record.release_date else record.release_year


def _by_title(unknown: list[MovieRecord], records: Iterable[MovieRecord], taken: set[int]) -> dict[str, int]:
    number = Counter(_key_of(record) for record in records)
    wanted = [record for record in unknown if number[_key_of(record)] == 1 and _key_of(record)]
    stored = _stored_by_title(wanted)
    pairs = {
        record.place: (record, stored[key][0])
        for record in wanted
        if (key := _key_of(record)) and len(stored[key]) == 1 and stored[key][0] not in taken
    }
    known = sources_of(Kind.MOVIE, (movie_id for _, movie_id in pairs.values()))
    return {
        place: movie_id
        for place, (record, movie_id) in pairs.items()
        if not known[movie_id] & {source_id.source for source_id in record.ids}
    }


def _stored_by_title(records: Sequence[MovieRecord]) -> dict[_TitleKey, list[int]]:
    found: dict[_TitleKey, list[int]] = defaultdict(list)
    for sort_titles in batched(sorted({sort_key(record.title)[:300] for record in records}), _BATCH):
        rows = Movie.objects.filter(sort_title__in=sort_titles)
        for pk, kind, title, year in rows.values_list("pk", "kind", "title", "release_year"):
            if key := title_key(kind, title, year):
                found[key].append(pk)
    return found


class Credited:
    """Who is credited by the same name in the same title, here and there, and not known to be the same yet."""

    def __init__(self, known: Mapping[SourceId, int]) -> None:
        self._known = known
        self._persons: dict[SourceId, set[int]] = defaultdict(set)
        self._ids: dict[int, set[SourceId]] = defaultdict(set)

    def compare(self, record: MovieRecord, movie: Movie) -> None:
        stored = _by_name((entry["name"], entry["person_id"]) for entry in (*movie.cast, *movie.crew))
        told = _by_name((person.name, person.id) for person in people_of([record]))
        for name in stored.keys() & told.keys():
            if len(stored[name]) == len(told[name]) == 1:
                self._note(*stored[name], *told[name])

    def _note(self, person_id: int, source_id: SourceId) -> None:
        if self._known.get(source_id) != person_id:
            self._persons[source_id].add(person_id)
            self._ids[person_id].add(source_id)

    def pairs(self) -> dict[SourceId, int]:
        """Those who were never taken for two."""
        return {
            source_id: person_id
            for source_id, persons in self._persons.items()
            if len(persons) == 1
            for person_id in persons
            if len(self._ids[person_id]) == 1
        }


def _by_name(pairs: Iterable[tuple[str, Any]]) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = defaultdict(set)
    for name, item in pairs:
        found[fold(name)].add(item)
    return found


def people_of(records: Iterable[MovieRecord]) -> Iterator[NamedRecord]:
    for record in records:
        yield from (credit.person for credit in record.cast)
        yield from (credit.person for credit in record.crew)

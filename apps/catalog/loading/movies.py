"""Films and shows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import movieverse
from apps.catalog.credits import CREDITS
from apps.catalog.faults import PLAIN, fault_of
from apps.catalog.loading.external_ids import LOOKUP_BATCH, owners_of, write_external_ids
from apps.catalog.loading.facts import take, take_credits, take_scores
from apps.catalog.loading.identities import identify
from apps.catalog.loading.matching import known_titles, people_of
from apps.catalog.loading.names import Collections, Companies, Genres, People
from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.races import again_if_overtaken
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.records import MovieRecord, NamedRecord, Problem, SourceId
from apps.catalog.services.rows import now
from movieverse.bulk import Counts, batched

_KIND = ExternalId.Kind.MOVIE


class MovieLoader:
    """Takes the titles of a data set: all of them to be recognised, then batch by batch. Some hundred are a good batch.

    Not for use inside a transaction. What becomes of them is added to `loaded` as it happens.
    """

    def __init__(self, loaded: Loaded, source: str) -> None:
        self.loaded, self.source, self.at = loaded, source, now()
        self.ids: dict[str, int] = {}  # of the titles loaded or recognised, by their records' places
        self.genres = Genres(loaded, source, self.at)
        self.companies = Companies(loaded, source, self.at)
        self.collections = Collections(loaded, source, self.at)
        self.people = People(loaded, source, self.at)

    def recognise(self, records: Sequence[MovieRecord]) -> list[MovieRecord]:
        """Find out which titles and people of the whole data set are there. Returns the records that can be loaded."""
        sound = [record for record in records if self._is_sound(record)]
        self.ids = known_titles(sound)
        identify(self.people, sound, self.ids)
        for names, told in (
            (self.genres, (genre for record in sound for genre in _genres_of(record))),
            (self.companies, (company for record in sound for company in record.companies)),
            (self.collections, (record.collection for record in sound if record.collection)),
        ):
            wanted = list(told)
            names.find(wanted)
            names.create(wanted)
        return sound

    def load(self, records: Sequence[MovieRecord]) -> None:
        """Only of what `recognise` has returned."""
        stored = _Stored(records, self.ids)
        usable = [record for record in records if self._is_usable(record, stored)]
        names = self._names(usable)
        pending = [record for record in usable if self._is_pending(record, stored, names)]
        self.loaded.counts["movies"].unchanged += len(usable) - len(pending)
        self.people.create(people_of(pending))
        if pending:
            ids, counts = self._write(pending, self.loaded.take_ids("movie", len(pending)))
            self.ids |= ids
            self.loaded.add(counts)

    def _is_sound(self, record: MovieRecord) -> bool:
        fault = fault_of(record)
        if fault:
            self.loaded.failed("movies", fault)
        return not fault

    def _is_usable(self, record: MovieRecord, stored: "_Stored") -> bool:
        movie_id = stored.id_of(record)
        for source_id in record.ids:
            self._check_id(record, source_id, stored.owners.get(source_id), movie_id)
        if movie_id is None or movie_id in stored.movies:
            return True
        self.ids.pop(record.place, None)
        reason = f"is the external id of movie {movie_id}, which is gone"
        self.loaded.failed("movies", Problem(record.place, "id", str(record.ids[0]), reason))
        return False

    def _check_id(self, record: MovieRecord, source_id: SourceId, owner: int | None, movie_id: int | None) -> None:
        if owner is not None and owner == movie_id:
            self.loaded.counts["external ids"].unchanged += 1
        elif owner is not None:
            reason = f"belongs to movie {owner}, but the film's other ids to movie {movie_id}"
            self.loaded.failed("external ids", Problem(record.place, "id", str(source_id), reason))

    def _is_pending(self, record: MovieRecord, stored: "_Stored", names: Mapping[int, str]) -> bool:
        movie_id = stored.id_of(record)
        if movie_id is None or any(source_id not in stored.owners for source_id in record.ids):
            return True
        if any(person.id not in self.people.ids for person in people_of([record])):
            return True
        return self._take(stored.movies[movie_id], record, names)

    @again_if_overtaken
    @movieverse.atomic("catalog")
    def _write(
        self, records: Sequence[MovieRecord], new_ids: Iterable[int]
    ) -> tuple[dict[str, int], dict[str, Counts]]:
        stored, names, spare_ids = _Stored(records, self.ids, lock=True), self._current_names(records), iter(new_ids)
        written: dict[str, Movie] = {}
        for record in records:
            movie_id = stored.id_of(record)
            movie = Movie(pk=next(spare_ids), kind=record.kind) if movie_id is None else stored.movies.get(movie_id)
            if movie is None:
                continue  # deleted since it was looked up; the next run will say so
            self._take(movie, record, names)
            written[record.place] = stored.movies[movie.pk] = movie
            stored.owners = dict.fromkeys(record.ids, movie.pk) | stored.owners
        counts = {"movies": self._upsert(list({movie.pk: movie for movie in written.values()}.values()))}
        counts["external ids"] = write_external_ids(_KIND, stored.new_owners(), self.loaded)
        return {place: movie.pk for place, movie in written.items()}, counts

    def _upsert(self, movies: list[Movie]) -> Counts:
        for movie in movies:
            movie.derive()
            movie.version += not movie._state.adding
        return self.loaded.upsert(movies, Movie.own_columns())

    def _take(self, movie: Movie, record: MovieRecord, names: Mapping[int, str]) -> bool:
        """Let a title take what the record says. Whether anything has changed."""
        told = [take(movie, self._facts(record), self.source, self.at)]
        if not movie.release_date:
            told.append(take(movie, {"release_year": record.release_year}, self.source, self.at))
        told.append(take_scores(movie, record.source_scores, self.source, self.at))
        for fact in CREDITS:
            told.append(take_credits(movie, fact, self._credits(getattr(record, fact), names), self.source, self.at))
        return any(told)

    def _facts(self, record: MovieRecord) -> dict[str, Any]:
        return {name: getattr(record, name) for name in PLAIN} | {
            "genre_ids": _distinct(self.genres.ids[genre.id] for genre in record.genres),
            "main_genre_id": record.main_genre and self.genres.ids[record.main_genre.id],
            "company_ids": _distinct(self.companies.ids[company.id] for company in record.companies),
            "collection_id": record.collection and self.collections.ids[record.collection.id],
        }

    def _credits(self, entries: Iterable[Any], names: Mapping[int, str]) -> list[dict[str, Any]]:
        told = ((self.people.ids.get(entry.person.id), entry) for entry in entries)
        return [
            {"person_id": person_id, "name": names[person_id], "source": self.source}
            | {key: getattr(entry, key) for key in entry._fields if key != "person"}
            for person_id, entry in told
            if person_id is not None and person_id in names
        ]

    def _current_names(self, records: Sequence[MovieRecord]) -> dict[int, str]:
        """Another load may have found somebody out to be somebody else since they were looked up."""
        names = self._names(records)
        if lost := {person.id for person in people_of(records) if self.people.ids.get(person.id) not in names}:
            self.people.ids |= owners_of(ExternalId.Kind.PERSON, lost)
            names = self._names(records)
        return names

    def _names(self, records: Iterable[MovieRecord]) -> dict[int, str]:
        """What the credited are called here: a curator may have changed it."""
        told = {
            self.people.ids[person.id]: person.name for person in people_of(records) if person.id in self.people.ids
        }
        names: dict[int, str] = {}
        for ids in batched(sorted(told), LOOKUP_BATCH):
            names |= Person.objects.filter(pk__in=ids).values_list("pk", "name")
        return told | names if self.loaded.dry_run else names


class _Stored:
    """The titles of some records as they are stored: read once to plan, and again where they are written."""

    def __init__(self, records: Sequence[MovieRecord], recognised: Mapping[str, int], *, lock: bool = False) -> None:
        self._recognised = recognised
        self._known = self.owners = owners_of(_KIND, (one for record in records for one in record.ids))
        rows = Movie.objects.select_for_update() if lock else Movie.objects.all()
        ids = {movie_id for record in records if (movie_id := self.id_of(record)) is not None}
        self.movies = {movie.pk: movie for movie in rows.filter(pk__in=ids)}

    def id_of(self, record: MovieRecord) -> int | None:
        known = (self.owners[source_id] for source_id in record.ids if source_id in self.owners)
        return next(known, self._recognised.get(record.place))

    def new_owners(self) -> dict[SourceId, int]:
        return {source_id: movie_id for source_id, movie_id in self.owners.items() if source_id not in self._known}


def _genres_of(record: MovieRecord) -> list[NamedRecord]:
    return [*record.genres, record.main_genre] if record.main_genre else record.genres


def _distinct(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))

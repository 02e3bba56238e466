"""What TMDB has answered, loaded into the catalogue: titles, then their series and, if wanted, their people."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import MISSING, fields, replace
from typing import Any, NamedTuple, TypeVar

from apps.catalog.faults import fault_of, fault_of_person
from apps.catalog.loading import Loaded, MovieLoader, load_collections, load_people
from apps.catalog.loading.matching import people_of
from apps.catalog.models import ExternalId
from apps.catalog.records import CollectionRecord, MovieRecord, PersonRecord, Problem
from apps.catalog.selectors import find_by_external_ids, titles_by_id
from apps.imports.sources import tmdb
from apps.imports.sources.tmdb.ids import SOURCE_OF
from apps.imports.tmdb.checkpoint import Skipped
from apps.imports.tmdb.client import Client, NotThere, Unanswered
from apps.imports.tmdb.wanted import Wanted
from movieverse.bulk import batched

BATCH = 100
MOST_REMEMBERED = 100_000  # people, say, whose ids a run knows without asking

Record = TypeVar("Record", MovieRecord, PersonRecord, CollectionRecord)

_READERS: dict[str, Callable[[Any, int, list[Problem]], Any]] = {
    "movie": tmdb.movie,
    "tv": tmdb.show,
    "person": tmdb.person,
    "collection": tmdb.collection,
}
_LABELS = {"movie": "movies", "tv": "movies", "person": "people", "collection": "collections"}
_NEEDED = ("id", "ids", "title", "name")


class Answer(NamedTuple):
    wanted: Wanted
    body: dict[str, Any] | None
    reason: str = ""  # why there is none
    is_gone: bool = False


class Fetching:
    """Bodies by their kinds and ids, many at a time, with everything that TMDB says along with them."""

    def __init__(self, client: Client, language: str) -> None:
        self._client, self._language = client, language
        self._pool = ThreadPoolExecutor(client.concurrency, "tmdb")

    def close(self) -> None:
        """Whatever is asked for still is given up."""
        self._client.close()
        self._pool.shutdown(cancel_futures=True)

    def begin(self, wanted: Iterable[Wanted]) -> list["Future[Answer]"]:
        return [self._pool.submit(self._fetch, one) for one in wanted]

    def fetch(self, wanted: Iterable[Wanted]) -> list[Answer]:
        return [future.result() for future in self.begin(wanted)]

    def _fetch(self, wanted: Wanted) -> Answer:
        try:
            return Answer(wanted, self._client.get(f"{wanted.kind}/{wanted.id}", self._parameters(wanted.kind)))
        except NotThere:
            return Answer(wanted, None, "TMDB has no such id (any more); what is here stays as it is", is_gone=True)
        except Unanswered as error:
            return Answer(wanted, None, f"skipped, {error}")

    def _parameters(self, kind: str) -> dict[str, str]:
        """Pictures and videos are given in one language alone, unless others are named."""
        languages = dict.fromkeys([self._language.partition("-")[0], "en"])
        return {
            "language": self._language,
            "append_to_response": ",".join(tmdb.APPENDED[kind]),
            "include_image_language": ",".join([*languages, "null"]),
            "include_video_language": ",".join(languages),
        }


class Loading:
    """Takes batches of answers, one after the other."""

    def __init__(self, loaded: Loaded, fetching: Fetching, *, people: bool = False) -> None:
        self._loaded, self._fetching, self._wants_people = loaded, fetching, people
        self._met: set[tuple[str, int]] = set()  # collections and people that are loaded with their titles

    def load(self, answers: Sequence[Answer]) -> None:
        """May be done again, if a store was away."""
        titles = self._records([one for one in answers if one.wanted.kind != "person"])
        people = self._records([one for one in answers if one.wanted.kind == "person"])
        self._load_titles(titles)
        self._load_collections(titles)
        load_people(people, tmdb.SOURCE, self._loaded)
        if self._wants_people:
            self._load_people(titles)
        self._loaded.forget(MOST_REMEMBERED)

    def _load_titles(self, records: Sequence[MovieRecord]) -> None:
        loader = MovieLoader(self._loaded, tmdb.SOURCE)
        loader.load(loader.recognise(records))

    def _load_collections(self, titles: Sequence[MovieRecord]) -> None:
        series = (one.collection for one in titles if one.collection)
        told = (Wanted("collection", int(one.id.value), one.name) for one in series)
        new = self._new(told)
        load_collections(self._records(self._fetching.fetch(new)), tmdb.SOURCE, self._loaded)
        self._met |= {(one.kind, one.id) for one in new}

    def _load_people(self, titles: Sequence[MovieRecord]) -> None:
        told = (Wanted("person", int(person.id.value), person.name) for person in people_of(titles))
        for some in batched(self._new(told), BATCH):
            load_people(self._records(self._fetching.fetch(some)), tmdb.SOURCE, self._loaded)
            self._met |= {(one.kind, one.id) for one in some}

    def _new(self, told: Iterable[Wanted]) -> list[Wanted]:
        by_id = {(one.kind, one.id): one for one in told}
        return [one for key, one in by_id.items() if key not in self._met]

    def _records(self, answers: Iterable[Answer]) -> list[Any]:
        return [record for answer in answers if (record := self._record(answer))]

    def _record(self, answer: Answer) -> Any:
        """None, and told, where there is none or it cannot be used."""
        wanted, problems = answer.wanted, self._loaded.problems
        if answer.body is None:
            return self._skip(wanted, answer.reason)
        try:
            return _storable(_READERS[wanted.kind](answer.body, wanted.id, problems), problems)
        except tmdb.BadBody as error:
            return self._skip(wanted, f"skipped, {error}")

    def _skip(self, wanted: Wanted, reason: str) -> None:
        named = wanted if wanted.title else wanted._replace(title=_known_title(wanted))
        self._loaded.failed(_LABELS[wanted.kind], Skipped(str(named), "", "", reason))


def _known_title(wanted: Wanted) -> str:
    """What it is called here."""
    if wanted.kind not in ("movie", "tv"):
        return ""
    known = find_by_external_ids(ExternalId.Kind.MOVIE, SOURCE_OF[wanted.kind], [wanted.id])
    return "".join(titles_by_id(known.values()).values())


def _storable(record: Record, problems: list[Problem]) -> Record:
    """Without what no store could hold, as long as it can do without."""
    empty = {one.name: one for one in fields(record)}
    while (fault := _fault(record)) and fault.column in empty and fault.column not in _NEEDED:
        problems.append(replace(fault, row_is_used=True))
        column = empty[fault.column]
        default = column.default if column.default_factory is MISSING else column.default_factory()
        if getattr(record, column.name) == default:
            break
        setattr(record, column.name, default)
    return record


def _fault(record: Any) -> Problem | None:
    """A collection's texts are held to their lengths where they are read."""
    if isinstance(record, MovieRecord):
        return fault_of(record)
    return fault_of_person(record) if isinstance(record, PersonRecord) else None

"""What a catalogue holds, in a few characters: two that say the same of the same things have the same digests.

Rows are named by what other sources call them, not by our ids, which depend on the order of loading; nor
does it matter when anything was written.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from apps.catalog.credits import CREDITS
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from apps.catalog.models.base import CatalogModel, DescribedModel

_SHORT = 16


def digests() -> dict[str, str]:
    """{kind: digest}."""
    return {kind: _digest(lines) for kind, lines in contents().items()}


def _digest(lines: Iterable[str]) -> str:
    hashes = sorted(sha256(line.encode()).digest() for line in lines)  # which take less memory than the lines
    return sha256(b"".join(hashes)).hexdigest()[:_SHORT]


def contents() -> dict[str, Iterator[str]]:
    """What the digests are of: a line a row."""
    movies, people = _known_by("movie", Movie), _known_by("person", Person)
    return {
        "movies": _movies(movies, people),
        "people": (_line(people[person.pk], _facts(person)) for person in Person.objects.order_by().iterator()),
        "genres": _names("genre", Genre),
        "companies": _names("company", Company),
        "collections": _names("collection", Collection),
        "lists": (_line(row.slug, _facts(row), _entries(row, movies)) for row in CuratedList.objects.all()),
    }


_Ids = dict[int, list[str]]


def _known_by(kind: str, model: type[CatalogModel]) -> _Ids:
    """The other sources' ids of all rows of a kind; of a row that has none, its own."""
    found: _Ids = {pk: [] for pk in model._default_manager.values_list("pk", flat=True)}
    for pk, source, value in ExternalId.objects.filter(kind=kind).values_list("object_id", "source", "value"):
        found.setdefault(pk, []).append(f"{source}:{value}")
    return {pk: sorted(ids) or [f"movieverse:{pk}"] for pk, ids in found.items()}


def _movies(movies: _Ids, people: _Ids) -> Iterator[str]:
    named = {
        "genre_ids": dict(Genre.objects.values_list("pk", "slug")),
        "company_ids": dict(Company.objects.values_list("pk", "sort_name")),
        "collection_id": dict(Collection.objects.values_list("pk", "sort_name")),
    }
    named["main_genre_id"] = named["genre_ids"]
    for movie in Movie.objects.order_by().iterator():
        facts = _facts(movie) | {"kind": movie.kind}
        for fact, names in named.items():
            facts[fact] = _replaced(facts[fact], names)
        for fact in CREDITS:
            facts[fact] = [entry | {"person_id": people.get(entry["person_id"])} for entry in facts[fact]]
        yield _line(movies[movie.pk], facts)


def _replaced(ids: list[int] | int | None, names: dict[int, str]) -> Any:
    return [names.get(pk) for pk in ids] if isinstance(ids, list) else names.get(ids or 0)


def _facts(row: DescribedModel) -> dict[str, Any]:
    facts = {fact: getattr(row, fact) for fact in row.FACTS if hasattr(row, fact)}
    origins = {fact: (said["source"], said.get("locked", False)) for fact, said in row.origins.items()}
    return facts | {"origins": origins}


def _names(kind: str, model: type[CatalogModel]) -> Iterator[str]:
    ids = _known_by(kind, model)
    return (
        _line(ids[row.pk], _facts(row) if isinstance(row, DescribedModel) else str(row))
        for row in model._default_manager.order_by().iterator()
    )


def _entries(row: CuratedList, movies: _Ids) -> list[Any]:
    entries = ListEntry.objects.filter(list_id=row.pk).order_by("position")
    return [(movies.get(entry.movie_id), entry.rank, entry.year) for entry in entries]


def _line(*parts: Any) -> str:
    return json.dumps(parts, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)

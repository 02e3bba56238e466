"""TMDB's own lists: what is popular, best rated, trending, found by filters, or has changed."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

from apps.catalog.models import ExternalId
from apps.catalog.selectors import find_by_external_ids
from apps.imports.sources.tmdb.body import Body
from apps.imports.sources.tmdb.ids import SOURCE_OF
from apps.imports.tmdb.client import Client, NotThere, TmdbError, Unanswered
from apps.imports.tmdb.wanted import Asked, Wanted
from movieverse.bulk import batched

MOST_PAGES = 500  # TMDB has no more of any list
_LONGEST_WINDOW = timedelta(days=13)  # both days count, and 14 are the most
_LOOKUP_BATCH = 1_000
_NOT_FOR_DISCOVER = {"api_key", "page", "language"}
_KINDS = {"movie": ExternalId.Kind.MOVIE, "tv": ExternalId.Kind.MOVIE, "person": ExternalId.Kind.PERSON}


def listed(client: Client, asked: Asked) -> Iterator[Wanted]:
    """What stands in the lists that are asked for, one list after the other."""
    kind = "tv" if asked.shows else "movie"
    common = {"language": asked.language} | ({"region": asked.region} if asked.region else {})
    for path, number in (
        (f"{kind}/popular", asked.popular),
        (f"{kind}/top_rated", asked.top_rated),
        (f"trending/{kind}/week", asked.trending),
    ):
        yield from _first(client, path, common, kind, number)
    if asked.discover:
        parameters = common | filters(asked.discover)
        yield from _first(client, f"discover/{kind}", parameters, kind, asked.limit)


def filters(query: str) -> dict[str, str]:
    """What `--discover` says. TMDB itself passes over what it does not know."""
    try:
        found = dict(parse_qsl(query.removeprefix("?"), strict_parsing=True))
    except ValueError:
        raise TmdbError(
            f"--discover {query!r} cannot be read: write filters as TMDB has them, such as 'with_genres=18&year=1995'."
        ) from None
    if ours := sorted(found.keys() & _NOT_FOR_DISCOVER):
        raise TmdbError(f"--discover takes no {ours[0]}: MovieVerse sets that itself.")
    return found


def changed(client: Client, since: date, today: date) -> Iterator[Wanted]:
    """Of what we have, that which TMDB has changed from that day on."""
    for kind in _KINDS:
        seen: set[int] = set()
        for start, end in windows(since, today):
            numbers = _changed(client, kind, start, end) - seen
            seen |= numbers
            yield from _known(kind, sorted(numbers))


def _changed(client: Client, kind: str, start: date, end: date) -> set[int]:
    """Of a time with more changes than a list has pages each half by itself."""
    path, span = f"{kind}/changes", {"start_date": start.isoformat(), "end_date": end.isoformat()}
    try:
        return {one.id for one in _pages(client, path, span, kind, whole=True)}
    except _TooLong:
        middle = start + (end - start) // 2
        if middle == start:
            raise TmdbError(f"TMDB {path} from {start} to {end} has more pages than TMDB gives.") from None
        return _changed(client, kind, start, middle) | _changed(client, kind, middle, end)


def windows(since: date, today: date) -> Iterator[tuple[date, date]]:
    """Each begins with the last one's last day, so that it does not matter which hours TMDB counts to it."""
    days = [since]
    while days[-1] < today:
        days.append(min(days[-1] + _LONGEST_WINDOW, today))
    return pairwise(days) if len(days) > 1 else iter([(since, today)])


def _known(kind: str, numbers: list[int]) -> Iterator[Wanted]:
    for some in batched(numbers, _LOOKUP_BATCH):
        known = find_by_external_ids(_KINDS[kind], SOURCE_OF[kind], [str(number) for number in some])
        yield from (Wanted(kind, number) for number in some if str(number) in known)


def _first(client: Client, path: str, parameters: dict[str, str], kind: str, number: int | None) -> Iterator[Wanted]:
    """So many, or all, each once: lists move while they are read."""
    seen: set[int] = set()
    for one in _pages(client, path, parameters, kind) if number != 0 else ():
        if one.id not in seen:
            seen.add(one.id)
            yield one
        if len(seen) == number:
            return


class _TooLong(Exception):
    """A list has more pages than can be had."""


def _pages(
    client: Client, path: str, parameters: dict[str, str], kind: str, *, whole: bool = False
) -> Iterator[Wanted]:
    """`whole`: raises _TooLong for a list that cannot be read to its end."""
    for page in range(1, MOST_PAGES + 1):
        body = _page(client, path, parameters | {"page": str(page)})
        if whole and (body.whole("total_pages") or 0) > MOST_PAGES:
            raise _TooLong
        items = [(item.positive("id", most=2**63 - 1), item) for item in body.objects("results")]
        yield from (Wanted(kind, number, item.text("title") or item.text("name")) for number, item in items if number)
        if not items or page >= (body.whole("total_pages") or 0):
            return


def _page(client: Client, path: str, parameters: dict[str, str]) -> Body:
    """A page that cannot be had ends the run: nobody could say which titles are missing."""
    place = f"TMDB {path}, page {parameters['page']}"
    try:
        body: Any = client.get(path, parameters)
    except (NotThere, Unanswered) as error:
        reason = str(error) or "TMDB has no such list"
        raise TmdbError(f"{place} cannot be had: {reason}. Run the same again later.") from None
    return Body(body, place, [])

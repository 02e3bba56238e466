"""What the stores hold, read past the project, and where one part of it contradicts another."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from apps.reviews.models import HALF_STARS, RatingSummary

_COUNTS = ", ".join(f"count_{value}" for value in HALF_STARS)
_CHANGE = "position, store, event_id, kind, object_id, action, (data ->> 'movie_id')::bigint"
_LEFT = "SELECT _id, kind, object_id, attempts, error FROM {}_event"

Row = tuple[Any, ...]


@dataclass
class Holdings:
    ratings: list[Row]  # user, movie, value
    reviews: list[Row]  # user, movie, body
    tags: list[Row]  # user, movie, text
    summaries: dict[int, Row]  # of a movie: count, total, version, and how many gave 1, 2, … 10
    shown: dict[int, Row]  # of a movie, by the catalogue: rating_count, rating_avg, rating_score, rating_version
    names: dict[int, str]  # of a member, by the accounts
    profiles: dict[int, Row]  # of a member: display_name, version
    watchlist: list[Row]  # user, movie
    changes: list[Row]  # position, store, event, kind, object, action, movie
    left: dict[str, list[Row]]  # of each store's outbox: id, kind, object, attempts, error; and what is half done


def holdings(environment: dict[str, str]) -> Holdings:
    accounts, reviews = postgresql(environment), mysql(environment)
    with closing(accounts), closing(reviews):
        summaries = rows(reviews, f"SELECT movie_id, count, total, version, {_COUNTS} FROM reviews_ratingsummary")
        shown, left = _catalogue(environment)
        tables = profiles(environment)
        return Holdings(
            ratings=rows(reviews, "SELECT user_id, movie_id, value FROM reviews_rating"),
            reviews=rows(reviews, "SELECT user_id, movie_id, body FROM reviews_review"),
            tags=rows(reviews, "SELECT user_id, movie_id, text FROM reviews_tag"),
            summaries={movie: row for movie, *row in summaries},
            shown=shown,
            names=dict(rows(accounts, "SELECT id, name FROM accounts_user")),
            profiles={
                row["_id"]: (row["display_name"], row["version"]) for row in _firebase(tables, "profiles_profile")
            },
            watchlist=[(row["user_id"], row["movie_id"]) for row in _firebase(tables, "profiles_watchlistitem")],
            changes=rows(accounts, f"SELECT {_CHANGE} FROM movieverse_change ORDER BY position"),
            left=left
            | {
                "default": rows(accounts, _LEFT.format("accounts")),
                "reviews": rows(reviews, _LEFT.format("reviews")),
                "profiles": _profiles_left(tables),
            },
        )


def postgresql(environment: dict[str, str]) -> Any:
    import psycopg2

    return psycopg2.connect(environment["DATABASE_URL"])


def mysql(environment: dict[str, str]) -> Any:
    import MySQLdb

    url = urlsplit(environment["REVIEWS_DATABASE_URL"])
    return MySQLdb.connect(
        host=url.hostname,
        port=url.port,
        user=url.username,
        password=url.password,
        database=url.path.strip("/"),
        charset="utf8mb4",
    )


def rows(connection: Any, statement: str) -> list[Row]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _catalogue(environment: dict[str, str]) -> tuple[dict[int, Row], dict[str, list[Row]]]:
    from pymongo import MongoClient

    with MongoClient(environment["CATALOG_DATABASE_URL"]) as client:
        database = client.get_default_database()
        names = ("rating_count", "rating_avg", "rating_score", "rating_version")
        shown = {movie["_id"]: tuple(movie[name] for name in names) for movie in database["catalog_movie"].find()}
        left = [
            (row["_id"], row["kind"], row["object_id"], row["attempts"], row["error"])
            for row in database["catalog_event"].find()
        ]
    return shown, {"catalog": left}


def profiles(environment: dict[str, str], method: str = "GET") -> dict[str, Any]:
    """The tables of that store, or with DELETE none any more: past the rules, as its owner."""
    url = urlsplit(environment["PROFILES_DATABASE_URL"])
    answer = requests.request(
        method,
        f"http://{environment['FIREBASE_DATABASE_EMULATOR_HOST']}{url.path}.json",
        params={"ns": str(url.hostname).partition(".")[0]},
        headers={"Authorization": "Bearer owner"},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json() or {}


def _firebase(tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of a table. Of one that is about to be deleted there is but a note what is still to be done."""
    return [row for row in _nodes(tables.get(name)) if "_id" in row]


def _nodes(table: Any) -> list[dict[str, Any]]:
    """Those with keys that are numbers may come as a list, with gaps."""
    nodes = table.values() if isinstance(table, dict) else table or []
    return [node for node in nodes if isinstance(node, dict)]


def _profiles_left(tables: dict[str, Any]) -> list[Row]:
    names = ("_id", "kind", "object_id", "attempts", "error")
    events = [tuple(row[name] for name in names) for row in _firebase(tables, "profiles_event")]
    notes = [(str(node["_then"]), name) for name in tables for node in _nodes(tables[name]) if "_then" in node]
    return events + notes


def relay_at_work(environment: dict[str, str]) -> int | None:
    """The process that has, or had last, the lease on the outbox of reviews."""
    with closing(postgresql(environment)) as connection:
        held = rows(connection, "SELECT holder FROM movieverse_lease WHERE name = 'relay reviews' AND until > now()")
    return int(held[0][0].split(":")[1]) if held else None


def contradictions(held: Holdings) -> list[str]:
    """Nothing, where the stores are at one."""
    return [
        *_of_ratings(held),
        *_of_summaries(held),
        *_of_catalogue(held),
        *_of_names(held),
        *_of_change_log(held),
        *_of_versions(held),
        *_of_watchlists(held),
    ]


def _of_ratings(held: Holdings) -> Iterator[str]:
    for name, rows in (("ratings", held.ratings), ("reviews", held.reviews)):
        for (user, movie), number in Counter(row[:2] for row in rows).items():
            if number > 1:
                yield f"user {user} has {number} {name} of movie {movie}"


def _of_summaries(held: Holdings) -> Iterator[str]:
    values: dict[int, Counter[int]] = defaultdict(Counter)
    for _, movie, value in held.ratings:
        values[movie][value] += 1
    for movie in values.keys() | held.summaries.keys():
        counted = [values[movie].total(), sum(value * number for value, number in values[movie].items())]
        counted += [values[movie][value] for value in HALF_STARS]
        count, total, _, *counts = held.summaries.get(movie, (0, 0, 0, *[0] * 10))
        if [count, total, *counts] != counted:
            yield f"movie {movie}: its ratings come to {counted}, its summary says {[count, total, *counts]}"


def _of_catalogue(held: Holdings) -> Iterator[str]:
    for movie, (count, total, version, *_) in held.summaries.items():
        summary = RatingSummary(pk=movie, count=count, total=total)
        should = (count, summary.average or 0, summary.score, version)
        if held.shown.get(movie) != should:
            yield f"movie {movie}: its summary comes to {should}, the catalogue shows {held.shown.get(movie)}"


def _of_names(held: Holdings) -> Iterator[str]:
    for user, name in held.names.items():
        chosen, _ = held.profiles.get(user, ("", 0))
        if name != chosen:
            yield f"user {user} is called {chosen!r} by the profile, {name!r} by the accounts"


def _of_change_log(held: Holdings) -> Iterator[str]:
    positions = [position for position, *_ in held.changes]
    if positions != list(range(1, len(positions) + 1)):
        yield f"the change log has {len(positions)} positions, and the last one is {positions[-1]}"
    for (store, event), number in Counter(change[1:3] for change in held.changes).items():
        if number > 1:
            yield f"event {event} of {store} has {number} positions in the change log"


def _of_versions(held: Holdings) -> Iterator[str]:
    """Each change makes the next one."""
    told = Counter((kind, pk) for _, _, _, kind, pk, *_ in held.changes)
    versions = {("rating_summary", movie): version for movie, (_, _, version, *_) in held.summaries.items()}
    versions |= {("profile", user): version for user, (_, version) in held.profiles.items()}
    for (kind, pk), version in versions.items():
        if told[kind, pk] != version:
            yield f"{kind} {pk}: has changed {version} times, the change log tells of {told[kind, pk]}"


def _of_watchlists(held: Holdings) -> Iterator[str]:
    """A movie is put on and taken off in turns."""
    told: Counter[Row] = Counter()
    for *_, kind, user, action, movie in held.changes:
        if kind == "watchlist":
            told[user, movie] += 1 if action == "saved" else -1
    there = Counter(held.watchlist)
    for user, movie in told.keys() | there.keys():
        if told[user, movie] != there[user, movie]:
            shown = f"put {told[user, movie]} more times on the watchlist of user {user} than taken off"
            yield f"movie {movie} was {shown}, says the change log; it is there {there[user, movie]} times"

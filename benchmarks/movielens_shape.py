"""Ratings of the shape of MovieLens 20M, the same for a seed on every machine: as many users and films, long-tailed.

By user, as the real ones are; a user's films in no order; 1,000 rows that nobody can use among them.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

USERS, FILMS, RATINGS, BAD = 138_493, 27_278, 20_000_000, 1_000
_FEWEST = 20
_BLOCK = 2_000  # users who are made together


class Shape(NamedTuple):
    users: int = USERS
    films: int = FILMS
    ratings: int = RATINGS


WHOLE = Shape()


def write(path: Path, shape: Shape = WHOLE, seed: int = 20, first_user: int = 1) -> None:
    """A ratings.csv with a header. Film n is known as n."""
    random = np.random.default_rng(seed)
    numbers = _numbers_of_ratings(random, shape)
    weights = np.cumsum(1 / np.arange(10, shape.films + 10) ** 1.1)
    films = random.permutation(shape.films) + 1
    bad = set(random.choice(shape.ratings, BAD, replace=False).tolist())
    written = 0
    with path.open("wb") as file:
        file.write(b"userId,movieId,rating,timestamp\n")
        for start in range(0, shape.users, _BLOCK):
            rows = _rows(random, numbers[start : start + _BLOCK], weights, films)
            rows = rows.with_columns(pl.col("userId") + first_user + start)
            file.write(
                _with_bad_rows(rows, [at - written for at in bad if written <= at < written + len(rows)], written)
            )
            written += len(rows)


def _numbers_of_ratings(random: np.random.Generator, shape: Shape) -> np.ndarray:
    """Of each user; in all exactly as many as wanted."""
    most = shape.films // 3
    numbers = np.clip(random.lognormal(4.2, 1.1, shape.users), _FEWEST, most)
    numbers = np.clip((numbers * (shape.ratings / numbers.sum())).astype(int), _FEWEST, most)
    while difference := shape.ratings - int(numbers.sum()):
        some = random.choice(shape.users, min(abs(difference), shape.users), replace=False)
        numbers[some] = np.clip(numbers[some] + np.sign(difference), _FEWEST, most)
    return numbers


def _rows(random: np.random.Generator, numbers: np.ndarray, weights: np.ndarray, films: np.ndarray) -> pl.DataFrame:
    """No film twice by a user: drawn until each has enough of them."""
    count = len(weights)
    users = np.repeat(np.arange(len(numbers)), numbers)
    pairs = np.empty(0, dtype=np.int64)
    wanted = numbers.copy()
    attempt = 0
    while wanted.sum():
        who = np.repeat(np.arange(len(numbers)), wanted * 2)
        rank = (
            random.integers(0, count, len(who))
            if attempt > 3
            else np.searchsorted(weights, random.random(len(who)) * weights[-1])
        )
        drawn = np.setdiff1d(who * count + rank, pairs)
        drawn = random.permutation(drawn)
        drawn = drawn[np.argsort(drawn // count, kind="stable")]
        place = np.arange(len(drawn)) - np.searchsorted(drawn // count, drawn // count)
        pairs = np.concatenate([pairs, drawn[place < wanted[drawn // count]]])
        wanted = numbers - np.bincount(pairs // count, minlength=len(numbers))
        attempt += 1
    pairs = random.permutation(pairs)
    pairs = pairs[np.argsort(pairs // count, kind="stable")]
    stars = np.clip(np.round(random.normal(7.1, 2.1, len(pairs))), 1, 10) / 2
    begun = random.integers(800_000_000, 1_420_000_000, len(numbers))
    return pl.DataFrame(
        {
            "userId": users,
            "movieId": films[pairs % count],
            "rating": stars,
            "timestamp": begun[users] + random.integers(0, 1_000_000, len(pairs)),
        }
    )


# What takes the place of a good row: of it are made {user}, {movie}, {rating}, {timestamp}.
_BAD_ROWS = (
    ",{movie},{rating},{timestamp}",
    "somebody,{movie},{rating},{timestamp}",
    "-{user},{movie},{rating},{timestamp}",
    "{user},,{rating},{timestamp}",
    "{user},1.5,{rating},{timestamp}",
    "{user},99999999,{rating},{timestamp}",
    "{user},{movie},,{timestamp}",
    "{user},{movie},0,{timestamp}",
    "{user},{movie},5.5,{timestamp}",
    "{user},{movie},3.7,{timestamp}",
    "{user},{movie},NaN,{timestamp}",
    "{user},{movie},=2+3,{timestamp}",
    "{user},{movie},{rating},",
    "{user},{movie},{rating},yesterday",
    "{user},{movie},{rating},99999999999999999999",
    "{user},{movie},{rating}",
    "{user},{movie},{rating},{timestamp},more",
    "{first}",  # once more what the file's first row says
)


def _with_bad_rows(rows: pl.DataFrame, places: list[int], written: int) -> bytes:
    lines = rows.write_csv(include_header=False).encode().split(b"\n")
    for place in places:
        user, movie, rating, timestamp = lines[place].decode().split(",")
        kind = _BAD_ROWS[(written + place) % len(_BAD_ROWS)]
        text = kind.format(
            user=user, movie=movie, rating=rating, timestamp=timestamp, first=lines[0 if place else 1].decode()
        )
        lines[place] = text.encode()
    return b"\n".join(lines)


def write_films(path: Path, shape: Shape = WHOLE) -> None:
    rows = "".join(f"{film},Film {film} ({1930 + film % 90}),Drama\n" for film in range(1, shape.films + 1))
    path.write_text(f"movieId,title,genres\n{rows}")

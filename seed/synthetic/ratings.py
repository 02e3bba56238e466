"""Ratings: what rater n of a seed has seen, and thought of it."""

from typing import NamedTuple

from seed.synthetic.draws import Draw

EACH = 20  # ratings of a rater
_OF_A_FILM = 10


class Rating(NamedTuple):
    film: int
    value: int  # half-stars


def ratings_of(seed: int, rater: int, films: int) -> list[Rating]:
    """EACH by one rater, of different films if there are so many; the earlier a film's number, the more."""
    draw = Draw(f"rater {seed}-{rater}")
    supply, mood = 2 * EACH + rater * EACH // _OF_A_FILM, draw.random() * 2
    found: dict[int, int] = {}
    while len(found) < min(EACH, films):
        number = 1 + draw.ranked(supply, 50) % films
        quality = number * 2_654_435_761 % 997 / 997 * 5
        found.setdefault(number, max(1, min(10, round(1.5 + quality + mood + draw.random() * 4 - 2))))
    return [Rating(number, value) for number, value in found.items()]

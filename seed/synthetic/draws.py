"""How things are made up: choices that follow from a seed and a number alone, and titles out of words."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from apps.catalog.records import SourceId
from seed.synthetic import words

SOURCE = "synthetic"

Item = TypeVar("Item")


def known_as(seed: int, number: int) -> SourceId:
    return SourceId(SOURCE, f"{seed}-{number}")


def distinct(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


class Draw(Random):
    """Choices that follow from what they are about alone."""

    def pick(self, items: tuple[Item, ...]) -> Item:
        return items[int(self.random() * len(items))]

    def likely(self, items: tuple[Item, ...]) -> Item:
        """The first ones more often than the last."""
        return items[self.ranked(len(items), 6)]

    def between(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.random() < share

    def ranked(self, number: int, offset: int) -> int:
        """A place from 0 on, by the law of Zipf and Mandelbrot: the likelihood falls as 1 / (place + offset)."""
        return min(int(offset * ((1 + number / offset) ** self.random() - 1)), number - 1)

    def pareto(self, least: float, shape: float) -> float:
        return round(least * (1 - self.random()) ** (-1 / shape), 3)

    def day_in(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=int(self.random() * 365))

    def title(self) -> str:
        return self.likely(_TITLES).format_map(Drawn(self))

    def tongue(self) -> words.Tongue:
        return words.TONGUES[0] if self.chance(0.35) else self.likely(words.TONGUES)


class Drawn(dict[str, str]):
    """The words of a pattern, drawn as it asks for them: {noun2} is another one than {noun}."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def __missing__(self, name: str) -> str:
        return self.draw.pick(WORDS[name.rstrip("2")])


WORDS = {
    "adjective": words.ADJECTIVES,
    "noun": words.NOUNS,
    "doing": words.DOING,
    "place": words.PLACES,
    "given": tuple(name.partition("=")[0] for tongue in words.TONGUES for name in tongue.given),
    "family": tuple(name.partition("=")[0] for tongue in words.TONGUES for name in tongue.family),
    "number": ("Two", "Three", "Five", "Seven", "Nine", "Twelve", "Forty", "100"),
    "part": ("2", "3", "II", "III", "The Return", "Part Two", "The Beginning"),
    "unit": ("Days", "Nights", "Miles", "Minutes", "Winters", "Steps"),
}
_TITLES = (  # the likeliest first
    "The {adjective} {noun} of {place}",
    "{adjective} {noun}, {adjective2} {noun2}",
    "The {noun} and the {adjective} {noun2}",
    "The {noun}: {adjective} {noun2}",
    "{doing} the {adjective} {noun}",
    "The {adjective} {noun}",
    "{given} and the {noun}",
    "A {noun} for {given} {family}",
    "{given} {family}’s {noun}",
    "{number} {unit} to {place}",
    "{given} in {place}",
    "The {noun} of the {noun2}",
    "{noun} and {noun2}",
    "{doing} {given}",
    "{given} & {given2}",
    "The {noun} {part}",
    "{adjective} {noun}",
    "{family} vs. {family2}",
    "Once Upon a {noun} in {place}",
    "{number} {adjective} {unit}",
    "Goodbye, {given}!",
    "How I Stopped {doing} {given} and Learned to Love the {adjective} {noun}",
    "The {noun}",
    "{given}",
    "{noun}",
)

"""People: person n of a seed, with a name of one of many languages."""

from functools import lru_cache

from apps.catalog.records import NamedRecord, PersonRecord
from seed.synthetic import words
from seed.synthetic.draws import Draw, distinct, known_as

DEPARTMENTS = ("Acting", "Acting", "Acting", "Acting", "Acting", "Directing", "Writing", "Production")  # in turn
_BIOGRAPHY = "{} grew up in {} and has worked in {} ever since."


def person(seed: int, number: int) -> PersonRecord:
    draw = Draw(f"person {seed}-{number}")
    tongue, name, others = _named(draw)
    born = draw.between(1860, 2010) if draw.chance(0.75) else 0
    department = DEPARTMENTS[(number - 1) % len(DEPARTMENTS)]
    town = draw.pick(tongue.towns)
    return PersonRecord(
        place=f"person {number}",
        ids=[known_as(seed, number)],
        name=name,
        also_known_as=others,
        birth_date=draw.day_in(born) if born else None,
        death_date=draw.day_in(born + draw.between(20, 60)) if born and born < 1945 else None,
        birth_place=f"{town}, {tongue.countries[0]}" if born else "",
        known_for=department,
        biography=_BIOGRAPHY.format(name, town, department.lower()) if born % 3 == 1 else "",
    )


def _named(draw: Draw) -> tuple[words.Tongue, str, list[str]]:
    """A name, and its other script where there is one; some go by that."""
    tongue = draw.tongue()
    given, family = draw.pick(tongue.given), draw.pick(tongue.family)
    first, _, own_first = given.partition("=")
    last, _, own_last = family.partition("=")
    if own_first:
        own = f"{own_last}{own_first}" if tongue.family_first else f"{own_first} {own_last}"
        latin = f"{first} {last}"
        return (tongue, own, [latin]) if draw.chance(0.1) else (tongue, latin, [own])
    middle = draw.random()
    if middle < 0.3:
        first = " ".join(distinct([first, draw.pick(tongue.given)]))
    elif middle < 0.5:
        last = "-".join(distinct([last, draw.pick(tongue.family)]))
    elif middle < 0.8:
        first = f"{first} {draw.pick(tuple('ABCDEFGHJKLMNPRSTVW'))}."
    return tongue, f"{first} {last}", []


@lru_cache(300_000)
def credited(seed: int, number: int) -> NamedRecord:
    """As a film credits them."""
    _, name, _ = _named(Draw(f"person {seed}-{number}"))
    return NamedRecord(known_as(seed, number), name)

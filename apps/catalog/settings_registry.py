"""The application settings there are: their types, defaults and meaning. Values live in the catalog store."""

from typing import Any, NamedTuple


class Definition(NamedTuple):
    type: type
    default: Any
    help: str


DEFINITIONS = {
    "reviews_open": Definition(bool, True, "Whether members may write reviews and ratings."),
    "reviews_closed_message": Definition(
        str, "Reviews and ratings are closed for now.", "What members are told while they may not."
    ),
    "review_max_length": Definition(int, 20_000, "The longest review, in characters."),
    "tmdb_image_address": Definition(
        str, "https://image.tmdb.org/t/p/", "Where TMDB's pictures are; `seed tmdb` keeps it up to date."
    ),
    "top_rated_min_ratings": Definition(int, 5, "The fewest ratings of a title that is among the best rated."),
}


def choices() -> list[tuple[str, str]]:
    return [(name, definition.help) for name, definition in DEFINITIONS.items()]


def clean(name: str, value: Any) -> Any:
    """The value in the setting's own type. Raises ValueError with what to write instead."""
    if name not in DEFINITIONS:
        raise ValueError(f"There is no setting {name!r}; there are {', '.join(DEFINITIONS)}.")
    wanted = DEFINITIONS[name].type
    if type(value) is not wanted:
        raise ValueError(f"{name} takes a value of type {wanted.__name__}, not {value!r}.")
    if value == "" or (isinstance(value, str) and not value.strip()):
        raise ValueError(f"{name} takes some text, not none.")
    return value

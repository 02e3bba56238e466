"""What is said of the catalogue's movies, as `learning.content` takes it."""

from collections.abc import Iterator, Sequence

from apps.catalog.models import Movie
from apps.recommendations.learning.content import Traits

_AT_ONCE = 2_000  # movies
_MOST_CAST = 30
_BILLING = 0.15  # each place further down counts so much less
# Whose hand shows in a film, by their jobs: how much beside the first of the cast.
_JOBS = {
    "Director": 2.0,
    "Characters": 1.5,
    "Writer": 1.0,
    "Screenplay": 1.0,
    "Author": 1.0,
    "Novel": 1.0,
    "Creator": 1.0,
    "Original Music Composer": 0.7,
    "Director of Photography": 0.5,
    "Producer": 0.3,
}
_FIELDS = ("genre_ids", "keywords", "cast_ids", "crew", "countries", "release_year", "overview")


def traits_in_batches() -> Iterator[tuple[list[int], list[Traits]]]:
    """Ids and traits of all movies and shows, by their ids."""
    movies = Movie.objects.only(*_FIELDS).order_by("pk")
    batch = list(movies[:_AT_ONCE])
    while batch:
        yield [movie.pk for movie in batch], [traits_of(movie) for movie in batch]
        batch = list(movies.filter(pk__gt=batch[-1].pk)[:_AT_ONCE])


def traits_of(movie: Movie) -> Traits:
    return {
        "genres": _all(movie.genre_ids),
        "keywords": _all(movie.keywords),
        "people": _people(movie),
        "countries": _all(movie.countries),
        "decade": _all([movie.release_year // 10] if movie.release_year else []),
        "overview": movie.overview,
    }


def _all(names: Sequence[object]) -> dict[str, float]:
    return dict.fromkeys(map(str, names), 1.0)


def _people(movie: Movie) -> dict[str, float]:
    people = {str(pk): 1 / (1 + _BILLING * place) for place, pk in enumerate(movie.cast_ids[:_MOST_CAST])}
    for credit in movie.crew:
        if weight := _JOBS.get(credit["job"]):
            person = str(credit["person_id"])
            people[person] = max(weight, people.get(person, 0))
    return people

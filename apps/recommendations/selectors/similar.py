"""Which movies are like one, and in what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from apps.catalog.models import Movie
from apps.catalog.selectors import collection_of
from apps.recommendations.selectors.neighbours import Table, answering, similar_to
from apps.recommendations.selectors.recommendation import Reason, Recommendation, Recommendations, enumerated
from apps.recommendations.selectors.released import out, popular, released

ASKED = ("keywords", "collection_id", "cast", "crew")  # of the movie that is asked about, besides what a list shows
_NAMED = 3  # people, or keywords, in a reason
_LISTED = 50  # of a director's, or an actor's
_ALIKE = Reason("content", "Much the same is said of it.")


def similar(movie: Movie, *, number: int, genres: Mapping[int, str], more: Sequence[str] = ()) -> Recommendations:
    """By the model that answers; where that does not know the movie, by what is plainly the same.

    `genres` are the names of all; `more` are columns of the movies found that somebody wants besides.
    """
    model, alike = answering(), Alike(movie, genres, more)
    table = similar_to(model, movie.pk) if model else None
    found = list(_learned(alike, table, number)) if table is not None and len(table) else alike.kin(number)
    if len(found) < number:
        found += _popular(alike, number - len(found), [one.movie.pk for one in found])
    return Recommendations(model.number if model else None, found)


def _learned(alike: "Alike", table: Table, number: int) -> Iterator[Recommendation]:
    rows = {int(row["movie"]): row for row in table}
    for other in released(list(rows), number, alike.more):
        likers = int(rows[other.pk]["likers"])
        people = "1 person" if likers == 1 else f"{likers:,} people"
        liked = [Reason("likers", f"Rated alike by {people}.")] if likers else []
        reasons = [*alike.reasons(other), *liked] or [_ALIKE]
        yield Recommendation(other, float(rows[other.pk]["score"]), reasons)


def _popular(alike: "Alike", number: int, found: Sequence[int]) -> Iterator[Recommendation]:
    movie_ids = popular(number, without={alike.movie.pk, *found}, genre_ids=alike.movie.genre_ids)
    for other in released(movie_ids, number, alike.more):
        yield Recommendation(other, 0, alike.reasons(other) or [Reason("popular", "Liked by many.")])


class Alike:
    """What others have in common with a movie, told in words."""

    def __init__(self, movie: Movie, genres: Mapping[int, str], more: Sequence[str]) -> None:
        self.movie, self.genres, self.more = movie, genres, more
        self.directors = {one["person_id"]: one["name"] for one in movie.crew if one["job"] == "Director"}
        self.cast = {one["person_id"]: one["name"] for one in movie.cast}

    @cached_property
    def _series(self) -> str:
        collection = collection_of(self.movie)
        return f"Of the same series: {collection.name}." if collection else "Of the same series."

    def reasons(self, other: Movie) -> list[Reason]:
        """What says most comes first."""
        found = []
        if self.movie.collection_id and other.collection_id == self.movie.collection_id:
            found.append(Reason("collection", self._series))
        if directors := [name for pk, name in self.directors.items() if pk in other.director_ids]:
            found.append(Reason("director", f"Same director: {enumerated(directors[:_NAMED])}."))
        if cast := [name for pk, name in self.cast.items() if pk in other.cast_ids]:
            found.append(Reason("cast", f"Also with {enumerated(cast[:_NAMED])}."))
        if keywords := [word for word in self.movie.keywords if word in other.keywords]:
            found.append(Reason("keywords", f"Also about {enumerated(keywords[:_NAMED])}."))
        return found or self._same_genres(other)

    def _same_genres(self, other: Movie) -> list[Reason]:
        shared = [pk for pk in self.movie.genre_ids if pk in other.genre_ids]
        names = [self.genres[pk] for pk in shared if pk in self.genres]
        return [Reason("genres", f"Also {enumerated(names)}.")] if names else []

    def kin(self, number: int) -> list[Recommendation]:
        """Of the same series, by the same people: those with most in common first."""
        related = [pk for pk in dict.fromkeys(self._related()) if pk != self.movie.pk]
        movies = released(related, len(related), self.more)
        found = [Recommendation(movie, float(self._shared(movie)), self.reasons(movie)) for movie in movies]
        return sorted(found, key=lambda one: (-one.score, -one.movie.popularity, one.movie.pk))[:number]

    def _related(self) -> Iterator[int]:
        named = out(Movie.objects.all()).order_by("-release_day", "-pk").values_list("pk", flat=True)
        if self.movie.collection_id:
            yield from named.filter(collection_id=self.movie.collection_id)[:_LISTED]
        for director in list(self.directors)[:_NAMED]:
            yield from named.filter(director_ids__has=director)[:_LISTED]
        for actor in list(self.cast)[:_NAMED]:
            yield from named.filter(cast_ids__has=actor)[:_LISTED]

    def _shared(self, other: Movie) -> int:
        is_series = self.movie.collection_id is not None and other.collection_id == self.movie.collection_id
        directors, cast = set(self.directors) & set(other.director_ids), set(self.cast) & set(other.cast_ids)
        return 5 * is_series + 2 * len(directors) + len(cast) + len(set(self.movie.genre_ids) & set(other.genre_ids))

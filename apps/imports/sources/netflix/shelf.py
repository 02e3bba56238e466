"""The titles by what the lists call them, and what lists add to them."""

from collections import defaultdict

from apps.catalog.records import MovieRecord, Problem
from apps.imports.sources.netflix.words import fold

Key = tuple[str, str, int | None]  # kind, folded title and year


def key_of(movie: MovieRecord) -> Key:
    return movie.kind, fold(movie.title), movie.release_year


class Shelf:
    def __init__(self, movies: list[MovieRecord], problems: list[Problem]) -> None:
        self._movies, self._problems = movies, problems
        found: dict[Key, list[MovieRecord]] = defaultdict(list)
        for movie in movies:
            found[key_of(movie)].append(movie)
        # Which of two titles of one name and year a list means, nobody can tell: it gets one of its own.
        self._by_key = {key: same[0] for key, same in found.items() if len(same) == 1}

    def take(self, told: MovieRecord) -> MovieRecord:
        """The title that is meant, completed by what is told of it; a new one if there is none."""
        movie = self._by_key.setdefault(key_of(told), told)
        if movie is told:
            self._movies.append(told)
        else:
            complete(movie, told, self._problems)
        return movie


def complete(movie: MovieRecord, told: MovieRecord, problems: list[Problem]) -> None:
    """Add what another row tells of the title. What is there already stays."""
    movie.runtime = movie.runtime or told.runtime
    movie.season_count = movie.season_count or told.season_count
    movie.genres = list(dict.fromkeys([*movie.genres, *told.genres]))
    movie.main_genre = movie.main_genre or told.main_genre
    movie.countries = list(dict.fromkeys([*movie.countries, *told.countries]))
    movie.main_country = movie.main_country or told.main_country
    _complete_scores(movie, told, problems)


def _complete_scores(movie: MovieRecord, told: MovieRecord, problems: list[Problem]) -> None:
    """A source has one score of a title: the first one with votes, else the first one."""
    scores = {score["source"]: score for score in movie.source_scores}
    for score in told.source_scores:
        known = scores.setdefault(score["source"], score)
        used = scores[score["source"]] = max(known, score, key=lambda one: one["votes"] is not None)
        if known["value"] != score["value"]:
            left_out = known if used is score else score
            reason = f"differs from the {used['value']} told elsewhere"
            problems.append(Problem(told.place, "SCORE", str(left_out["value"]), reason, row_is_used=True))
    movie.source_scores = list(scores.values())

"""Recommendations that differ from each other, or are less known, at the price of some that fit better."""

from collections.abc import Sequence
from math import log1p, sqrt

from apps.catalog.models import Movie
from apps.recommendations.selectors.recommendation import Recommendation


def reordered(
    found: Sequence[Recommendation], number: int, *, diversity: float, novelty: float
) -> list[Recommendation]:
    """So many of them, one after the other: each by its worth, less its likeness to those before (maximal marginal
    relevance). 0 leaves the order as it is; with 1 nothing else counts.
    """
    worths, likeness = _worths(found, novelty), [0.0] * len(found)
    traits = [_traits(one.movie) for one in found]
    left, chosen = list(range(len(found))), list[Recommendation]()
    while left and len(chosen) < number:
        best = max(left, key=lambda place: ((1 - diversity) * worths[place] - diversity * likeness[place], -place))
        left.remove(best)
        chosen.append(found[best])
        for place in left:
            likeness[place] = max(likeness[place], _likeness(traits[place], traits[best]))
    return chosen


def _worths(found: Sequence[Recommendation], novelty: float) -> list[float]:
    highest = max((one.score for one in found), default=1)
    most = max((log1p(one.movie.rating_count) for one in found), default=0) or 1
    return [(1 - novelty) * one.score / highest + novelty * (1 - log1p(one.movie.rating_count) / most) for one in found]


def _traits(movie: Movie) -> set[tuple[str, object]]:
    said = {"genre": movie.genre_ids, "keyword": movie.keywords, "cast": movie.cast_ids[:10]}
    said |= {"director": movie.director_ids, "collection": [movie.collection_id] if movie.collection_id else []}
    return {(kind, trait) for kind, traits in said.items() for trait in traits}


def _likeness(some: set[tuple[str, object]], others: set[tuple[str, object]]) -> float:
    return len(some & others) / sqrt(len(some) * len(others)) if some and others else 0

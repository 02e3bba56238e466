"""What is recommended to a member, computed from what they have said up to this moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apps.catalog.selectors import genres_by_id, titles_by_id
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Ints
from apps.recommendations.selectors.history import History, history_of
from apps.recommendations.selectors.neighbours import Answering, Table, answering, followers_of
from apps.recommendations.selectors.recommendation import Reason, Recommendation, Recommendations, enumerated
from apps.recommendations.selectors.released import popular, released
from apps.recommendations.selectors.reordering import reordered
from movieverse.api.degraded import Degraded

_BECAUSE = 3  # movies that are named as reasons
_POOL = 100  # at least, out of which those are chosen that differ, or are new


def recommended(
    user_id: int,
    *,
    number: int,
    diversity: float = 0,
    novelty: float = 0,
    more: Sequence[str] = (),
    degraded: Degraded,
) -> Recommendations:
    """Never what the member has seen, or has said that they want to, or do not; `diversity` and `novelty`: 0 to 1.

    `more` are columns of the movies found that somebody wants besides.
    """
    model = answering()
    history = history_of(user_id, Following.of(model.parameters if model else {}), degraded)
    is_reordered = bool(diversity or novelty)
    pool = max(number, _POOL) if is_reordered else number
    found = list(_following(model, history, pool, more)) if model and history.weights else []
    found = reordered(found, number, diversity=diversity, novelty=novelty) if is_reordered else found
    _explain(found)
    if len(found) < number:
        found += _popular(number - len(found), history, [one.movie.pk for one in found], more)
    return Recommendations(model.number if model else None, found)


def _following(model: Answering, history: History, number: int, more: Sequence[str]) -> Iterator[Recommendation]:
    """What follows most of what they like; by score, then by id."""
    ranked = _Ranked.of(history, followers_of(model, history.weights))
    for movie in released(ranked.movie_ids, number, more):
        yield Recommendation(movie, float(ranked.scores[movie.pk]), [], ranked.because(movie.pk))


@dataclass(frozen=True)
class _Ranked:
    movie_ids: list[int]  # those to be recommended, the best first
    scores: np.ndarray  # by movie
    sources: Ints  # of each follower the movie that it follows
    followers: Ints
    values: np.ndarray

    @classmethod
    def of(cls, history: History, tables: Sequence[Table]) -> "_Ranked":
        lengths, joined = [len(table) for table in tables], np.concatenate(tables)
        values = joined["weight"] * np.repeat(list(history.weights.values()), lengths)
        scores = np.bincount(joined["movie"], values)
        scores[[movie_id for movie_id in history.known if movie_id < len(scores)]] = 0
        wanted = np.flatnonzero(scores > 0)
        order = np.argsort(-scores[wanted], kind="stable")
        sources = np.repeat(list(history.weights), lengths)
        return cls(wanted[order].tolist(), scores, sources, joined["movie"], values)

    def because(self, movie_id: int) -> list[int]:
        places = np.flatnonzero((self.followers == movie_id) & (self.values > 0))
        return self.sources[places[np.argsort(-self.values[places], kind="stable")[:_BECAUSE]]].tolist()  # type: ignore[no-any-return]


def _explain(found: Sequence[Recommendation]) -> None:
    titles = titles_by_id({movie_id for one in found for movie_id in one.because}) if found else {}
    for one in found:
        one.because = [movie_id for movie_id in one.because if movie_id in titles]
        named = enumerated(titles[pk] for pk in one.because) if one.because else "what you like"
        one.reasons.append(Reason("because", f"Because of {named}."))


def _popular(number: int, history: History, found: Sequence[int], more: Sequence[str]) -> Iterator[Recommendation]:
    """Where too little is known of the member: of their genres first."""
    movie_ids = popular(number, without={*history.known, *found}, genre_ids=history.genre_ids)
    genres = genres_by_id() if history.genre_ids else {}
    for movie in released(movie_ids, number, more):
        names = [genres[pk].name for pk in movie.genre_ids if pk in history.genre_ids and pk in genres]
        favoured = [Reason("favourite-genre", f"{enumerated(names)}, as you like it.")] if names else []
        yield Recommendation(movie, 0, favoured or [Reason("popular", "Liked by many.")])

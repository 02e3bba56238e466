"""Training a model of all that is known now."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import Error

from apps.imports.running.run import Bar
from apps.recommendations.known import Known, all_known
from apps.recommendations.learning import evaluating
from apps.recommendations.learning.baselines import Ours, Popularity
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import LEAST
from apps.recommendations.learning.measuring import Measured
from apps.recommendations.learning.together import Goes, goes_together
from apps.recommendations.models import ModelVersion, Neighbours
from apps.recommendations.selectors.neighbours import active_model
from apps.recommendations.services.models import leftovers_delete, model_activate, models_prune, neighbours_delete
from movieverse.bulk import insert_all
from movieverse.cache.levels import touch
from movieverse.exceptions import DomainError, StoreUnavailable
from movieverse.leases import Holder

State = ModelVersion.State

_LEASE_NAME, _LEASE = "training of a recommender", timedelta(minutes=1)
_WRITTEN_AT_ONCE = 500  # movies
_INTERRUPTED = "It was interrupted."
_OUR_FAULT = "Something went wrong on our side. It has been logged."


class UnderWay(DomainError):
    code = "training-under-way"


def model_train(*, parameters: Mapping[str, Any] | None = None, bar: Bar | None = None) -> ModelVersion:
    """Train one, and let it answer unless it is worse than the one that does.

    Parameters that are not named are those of the model that answers, else the defaults. Raises UnderWay where another
    process is at it.
    """
    with Holder().keep(_LEASE_NAME, _LEASE) as is_ours:
        if not is_ours:
            raise UnderWay("Another process is training a model. Wait until it has ended.")
        for model in ModelVersion.objects.filter(state=State.TRAINING):
            _fail(model, _INTERRUPTED)
        leftovers_delete()
        active = active_model()
        following = Following.of({**(active.parameters if active else {}), **(parameters or {})})
        return _trained(following, bar or Bar(quiet=True))


def _trained(following: Following, bar: Bar) -> ModelVersion:
    model = ModelVersion.objects.create(parameters=asdict(following))
    touch(["model"])
    try:
        _learn(model, following, bar)
    except BaseException as error:
        with suppress(Error):  # then the next training clears away what this one has left
            _fail(model, _why_failed(error))
        raise
    touch(["model"])
    if model.state == State.READY:
        model_activate(model=model)
    models_prune()
    return model


def _fail(model: ModelVersion, reason: str) -> None:
    ModelVersion.objects.filter(pk=model.pk).update(state=State.FAILED, reason=reason, is_kept=False)
    neighbours_delete(model.pk)
    touch(["model"])


def _why_failed(error: BaseException) -> str:
    if isinstance(error, StoreUnavailable | DomainError):
        return str(error)
    return _OUR_FAULT if isinstance(error, Exception) else _INTERRUPTED


def _learn(model: ModelVersion, following: Following, bar: Bar) -> None:
    start = time.monotonic()
    known = all_known(bar)
    worth = _measured(known, following, bar)
    model.data, model.figures = known.told, {one.name: one.figures for one in worth}
    _write(model, known, following, bar)
    model.reason = _why_not(model, known, worth)
    model.state = State.REFUSED if model.reason else State.READY
    model.seconds = round(time.monotonic() - start, 1)
    told = {name: getattr(model, name) for name in ("data", "figures", "seconds", "reason", "state")}
    if not ModelVersion.objects.filter(pk=model.pk, state=State.TRAINING).update(**told):
        raise UnderWay("Another process has taken this training for a dead one's, and trains a model itself.")


# --- What it is worth -----------------------------------------------------------------------------


def _measured(known: Known, following: Following, bar: Bar) -> list[Measured]:
    """Ours and others on held-out likes, ours first; none where nobody likes enough."""
    if not (known.likes.per_user >= LEAST).any():
        return []
    bar.note("Measuring it on likes that are held out …")
    return list(evaluating.compared(known.likes, evaluating.recommenders(known.likes, following, known.near)))


def _why_not(model: ModelVersion, known: Known, worth: list[Measured]) -> str:
    """Why it should not answer in place of the one that does; empty if it should."""
    active = active_model()
    if active is None:
        return ""
    for rows in ("likes", "movies"):
        number, before = model.data[rows], active.data.get(rows, 0)
        if number < before / 2:
            return f"There are {number:,} {rows}; {active}, which answers, knows {before:,}."
    if not worth:
        return f"It cannot be measured: nobody likes enough. {active}, which answers, was." if active.figures else ""
    return _below_popularity(worth) or _worse(model, active, known)


def _below_popularity(worth: list[Measured]) -> str:
    """More than by chance."""
    ours, popularity = (next(one for one in worth if one.name == name) for name in (Ours.name, Popularity.name))
    if evaluating.difference([ours], [popularity]).high >= 0:
        return ""
    return f"NDCG@10 is {ours.figures['ndcg']:.4f}; what everybody likes would have {popularity.figures['ndcg']:.4f}."


def _worse(model: ModelVersion, active: ModelVersion, known: Known) -> str:
    """Than other parameters on the same likes, held out of both."""
    if active.parameters == model.parameters:
        return ""
    ours = model.figures[Ours.name]["ndcg"]
    (theirs,) = evaluating.compared(known.likes, [Ours(Following.of(active.parameters), known.near)])
    before = theirs.figures["ndcg"]
    if ours >= before:
        return ""
    return (
        f"NDCG@10 is {ours:.4f}. With the parameters of {active}, which answers, it is {before:.4f} on the same likes."
    )


# --- What goes with what --------------------------------------------------------------------------


def _write(model: ModelVersion, known: Known, following: Following, bar: Bar) -> None:
    bar.begin("movies", len(known.movie_ids))
    found = goes_together(movie_ids=known.movie_ids, vectors=known.vectors, likes=known.likes, following=following)
    while some := list(islice(found, _WRITTEN_AT_ONCE)):
        insert_all([_row(model.pk, goes) for goes in some])
        bar.advance(len(some))
    bar.end()


def _row(version: int, goes: Goes) -> Neighbours:
    return Neighbours(
        key=Neighbours.key_of(version, goes.movie_id),
        similar=goes.similar.tobytes(),
        following=goes.followers.tobytes(),
    )

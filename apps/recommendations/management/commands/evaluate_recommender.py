import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from apps.imports.running.run import Bar
from apps.imports.sources.opening import SourceError
from apps.recommendations import sources
from apps.recommendations.known import all_known
from apps.recommendations.learning import evaluating
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import HELD_OUT, LEAST, LIKED, Likes
from apps.recommendations.learning.measuring import MOST, Measured
from movieverse.migrated import require_migrated

_DESCRIPTION = f"""\
Compares the recommender with others, on likes that none of them has seen.

Ratings of {LIKED / 2:g} stars and more are likes. Of whoever has at least {LEAST}, the last {HELD_OUT} percent
are held out; each recommender then orders all movies that the user does not like in the rest.
NDCG@{MOST} and recall@{MOST} say how many of those held out are among the first {MOST}, and how far up.

Parameters are chosen on the training alone: its own last {HELD_OUT} percent are held out there, and the first table is
of these. The second one is of the defaults, whatever the first one says."""

_FIGURES = ("NDCG@10", "recall@10", "coverage", "novelty", "popular")

Item = TypeVar("Item")


class Command(BaseCommand):
    help = "Compares the recommender with others, on likes that none of them has seen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description, parser.formatter_class = _DESCRIPTION, RawDescriptionHelpFormatter
        parser.add_argument(
            "--dataset", type=Path, metavar="DIR", help="A MovieLens set's folder. Else it is the store's own ratings."
        )
        parser.add_argument(
            "--json",
            type=Path,
            metavar="FILE",
            help="Where to write the numbers; else VAR_DIR/evaluation.json.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_quiet = options["verbosity"] == 0
        path = options["json"] or settings.VAR_DIR / "evaluation.json"
        self._check(path)
        likes, self.near = self._known(options["dataset"])
        told: dict[str, Any] = {"likes": len(likes), "users": likes.shape[0], "movies": likes.shape[1]}
        self._say("{likes:,} likes of {users:,} users, of {movies:,} movies".format(**told))
        told["parameters"] = asdict(Following())
        told |= {"validation": self._validate(likes), "test": self._compare(likes), "cuts": self._cut(likes)}
        path.write_text(json.dumps(told, indent=2) + "\n")
        self._say(f"\nThe numbers are in {path}.")

    def _check(self, path: Path) -> None:
        """Before hours have gone by."""
        try:
            path.open("a").close()
        except OSError as error:
            raise CommandError(f"The numbers cannot be written: {error}. Name another file by --json.") from None

    def _known(self, dataset: Path | None) -> tuple[Likes, evaluating.Near]:
        """The likes, and what the movies have in common: of a set's it is not known."""
        likes, near = (self._read(dataset), None) if dataset else self._stored()
        if not (likes.per_user > LEAST).any():  # from whom some are held out twice
            few = f"Nobody has given {LIKED / 2:g} stars to more than {LEAST} titles"
            raise CommandError(f"{few}: there is nothing to hold out.")
        return likes, near

    def _read(self, dataset: Path) -> Likes:
        with self._bar(unit=" ratings", unit_scale=True) as bar:
            try:
                return sources.movielens_likes(dataset, bar.update)
            except SourceError as error:
                raise CommandError(str(error)) from None

    def _stored(self) -> tuple[Likes, evaluating.Near]:
        require_migrated(["reviews", "catalog"])
        known = all_known(Bar(quiet=self.is_quiet))
        return known.likes, known.near

    def _validate(self, likes: Likes) -> list[dict[str, Any]]:
        self._say(f"\nNDCG@{MOST} on likes held out of the training, by parameters:")
        candidates = evaluating.candidates()
        found = list(self._watched(evaluating.validated(likes, candidates, self.near), len(candidates)))
        default = next(one for one in found if one.following == Following())
        for one in sorted(found, key=lambda one: -one.ndcg)[:5]:
            self._say(f"{one.ndcg:>9.4f}  {_parameters(one.following)}")
        self._say(f"{default.ndcg:>9.4f}  {_parameters(default.following)}: the defaults")
        return [asdict(one.following) | {"ndcg": round(one.ndcg, 4)} for one in found]

    def _compare(self, likes: Likes) -> dict[str, Any]:
        self._say(f"\n{'':<12}" + "".join(f"{name:>12}" for name in _FIGURES))
        found = []
        wanted = evaluating.recommenders(likes, Following(), self.near)
        for one in self._watched(evaluating.compared(likes, wanted), total=None):
            found.append(one)
            self._say(f"{one.name:<12}" + "".join(f"{figure:>12.4f}" for figure in one.figures.values()))
        ours, *others = found
        differences = [self._difference([ours], [other]) for other in others]
        return {"held_out": {one.name: one.figures for one in found}, "less": differences}

    def _cut(self, likes: Likes) -> dict[str, Any]:
        """Ours and the best of the others, at several points in time."""
        self._say(f"\nNDCG@{MOST} with so many percent of each one's likes left out after those held out:")
        cuts = list(self._watched(evaluating.at_cuts(likes, Following(), self.near), len(evaluating.CUTS)))
        for before, pair in zip(evaluating.CUTS, cuts, strict=True):
            self._say(f"{before:>4} " + "".join(f"{one.name:>10}{one.figures['ndcg']:>9.4f}" for one in pair))
        ours, theirs = zip(*cuts, strict=True)
        return {"cuts": [[one.figures for one in pair] for pair in cuts], "less": self._difference(ours, theirs)}

    def _difference(self, ours: Sequence[Measured], theirs: Sequence[Measured]) -> dict[str, Any]:
        found = evaluating.difference(ours, theirs)
        splits = f" over {len(ours)} splits" if len(ours) > 1 else ""
        self._say(
            f"ours less {found.name}{splits}: {found.mean:+.4f}, and 95 % {found.low:+.4f} to {found.high:+.4f} "
            f"(paired bootstrap over {found.users:,} users)"
        )
        return asdict(found)

    def _watched(self, items: Iterable[Item], total: int | None) -> Iterator[Item]:
        with self._bar(total=total) as bar:
            for item in items:
                bar.update()
                yield item

    def _bar(self, **options: Any) -> Any:
        return tqdm(disable=self.is_quiet or not sys.stderr.isatty(), leave=False, **options)

    def _say(self, text: str) -> None:
        if not self.is_quiet:
            with tqdm.external_write_mode(file=self.stdout):
                self.stdout.write(text)


def _parameters(following: Following) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in asdict(following).items())

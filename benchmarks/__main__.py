"""`make bench [ONLY=name]`: every figure as a ratio, of times to a yardstick measured in the same run.

Times need the real servers. Prints a table, writes `var/bench.json`, and exits with 1 if a ratio is over its limit.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
os.environ.setdefault("SECRET_KEY", "benchmarks")
os.environ.setdefault("STORE_TIMEOUT", "60")

import django

django.setup()

from django.conf import settings  # noqa: E402

from benchmarks import (  # noqa: E402
    catalog_pages,
    films,
    finding,
    imports,
    profiles,
    ratings,
    recommending,
    scale,
    search_quality,
    similar_titles,
    streams,
    trending,
)
from benchmarks.measure import Figure, Share  # noqa: E402

BENCHMARKS: dict[str, Callable[[], Iterable[Figure | Share]]] = {
    "catalog_pages": catalog_pages.run,
    "ratings": ratings.run,
    "profiles": profiles.run,
    "streams": streams.run,
    "trending": trending.run,
    "scale": scale.run,
    "films": films.run,
    "finding": finding.run,
    "search_quality": search_quality.run,
    "imports": imports.run,
    "recommending": recommending.run,
    "similar_titles": similar_titles.run,
}


def main(only: list[str]) -> int:
    unknown = set(only) - set(BENCHMARKS)
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    figures = []
    print(Figure.HEAD, flush=True)
    for name in only or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(figure, flush=True)
            figures.append(figure)
    results = {figure.name: figure.as_dict() for figure in figures}
    (settings.VAR_DIR / "bench.json").write_text(json.dumps(results, indent=2) + "\n")
    return 0 if all(figure.within for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

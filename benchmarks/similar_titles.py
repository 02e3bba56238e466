"""Whether titles like one are so: who asks by title for the first film of a series finds another one of it.

Needs no server, but TMDB 5000 (`DATA_DIR`): an installation of its own with SQLite is seeded with it and trained, and
asked as its users ask it.
"""

import json
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.imports import said
from benchmarks.measure import Share
from benchmarks.search_queries import tmdb5000_folder
from benchmarks.series import SERIES
from benchmarks.streams import environment
from benchmarks.trending import manage

FIRST, AT_LEAST = 10, 0.8
ASK = f"""
import json
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
for name, titles in json.loads({json.dumps(SERIES)!r}).items():
    asked = {{"title": titles[0], "limit": {FIRST}}}
    found = Client().get("/api/v1/recommendations/", asked).json()
    print("series", int(any(one["movie"]["title"] in titles[1:] for one in found["results"])), name)
"""


def run() -> Iterator[Share]:
    folder_of_set = tmdb5000_folder()
    if folder_of_set is None:
        print("TMDB 5000 is not at hand (DATA_DIR): similar titles are not measured.", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        variables = environment(folder)
        manage(variables, "migrate_all")
        manage(variables, "seed", "tmdb5000", str(folder_of_set))
        manage(variables, "train_recommender")
        hits = [int(line.split()[0]) for line in said(variables, ASK, "series")]
    yield Share(f"another film of the series: in the first {FIRST}", sum(hits), len(SERIES), AT_LEAST)

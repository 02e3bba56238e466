"""`python -m tests.servers.importing load|undo|tell IMPORT`: a process that is killed in the middle of it.

Import 1 is the first half of the demo set; any other tells otherwise of all of it, from a source of higher rank.
"""

import json
import sys
from dataclasses import replace
from typing import Any

import django

SAID = "Told otherwise."


def load(import_id: int) -> Any:
    from apps.catalog.loading import Loaded
    from seed import demo as demo_seed
    from tests.catalog.loads import DEMO, TMDB5000, loaded

    demo, whole = demo_seed.demo.read(demo_seed.FOLDER), import_id > 1
    records = [replace(one, overview=SAID) for one in demo.movies] if whole else demo.movies[: len(demo.movies) // 2]
    more = {"people": demo.people, "collections": demo.collections, "lists": demo.lists} if whole else {}
    source = TMDB5000 if whole else DEMO
    loaded(*records, source=source, into=lambda **how: Loaded(import_id=import_id, **how), batch=20, **more)


def undo(import_id: int) -> Any:
    from apps.catalog.loading import load_undo

    return list(load_undo(import_id=import_id))


def tell(import_id: int) -> Any:
    from apps.catalog.digest import digests
    from apps.catalog.loading import load_counts
    from apps.insights.soundness import findings

    counts = {kind: [of.created, of.updated] for kind, of in load_counts(import_id=import_id).items()}
    return {"digests": digests(), "counts": counts, "findings": [str(finding) for finding in findings()]}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdout.write(json.dumps({"load": load, "undo": undo, "tell": tell}[sys.argv[1]](int(sys.argv[2]))))

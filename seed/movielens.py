"""The MovieLens sets. They are millions of rows in two stores: so this is an import, which can be undone."""

from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command

from apps.imports.datasets.movielens import DATA_SET
from movieverse.outbox.relay import relay_all


def seed(paths: Sequence[Path], *, dry_run: bool, verbosity: int) -> None:
    files = DATA_SET.recognise(paths).values()
    call_command("imports", "run", *map(str, files), dataset=DATA_SET.name, dry_run=dry_run, verbosity=verbosity)
    relay_all()

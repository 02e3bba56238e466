import sys
import time
from argparse import RawDescriptionHelpFormatter
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.timesince import timesince
from tqdm import tqdm

from apps.catalog.search import files, locks
from apps.catalog.search.documents import MODELS
from apps.catalog.search.following import Follower
from apps.catalog.search.making import make_anew
from apps.catalog.search.readers import NoIndex, searcher
from movieverse.exceptions import StoreUnavailable
from movieverse.migrated import require_migrated
from movieverse.outbox.changes import change_log
from movieverse.pool import ProcessEnded
from movieverse.processes import run_rounds

_DESCRIPTION = """\
Keeps the search index of this machine, a copy of the catalogue under VAR_DIR/search.

  follow   runs until it is stopped, and brings every change into the index; makes it first, if there is none.
           `manage.py serve` has it run. Of several one is at work, and another one when that ends.
  rebuild  makes it anew. The one in use answers, and is kept up, until the new one takes its place.
  status   tells what there is."""


class Command(BaseCommand):
    help = "Keeps the search index of this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description, parser.formatter_class = _DESCRIPTION, RawDescriptionHelpFormatter
        parser.add_argument("do", choices=["follow", "rebuild", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(StoreUnavailable):  # whoever follows waits for it
            require_migrated(["default", "catalog"])
        getattr(self, options["do"])()

    def follow(self) -> None:
        with Follower() as follower:
            run_rounds("search", follower.one_round)

    def rebuild(self) -> None:
        start, total = time.monotonic(), sum(model._default_manager.count() for model in MODELS.values())
        try:
            with tqdm(total=total, unit=" rows", disable=not sys.stderr.isatty(), leave=False) as bar:
                make_anew(bar.update)
        except (locks.Busy, ProcessEnded) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{searcher().num_docs:,} documents in {time.monotonic() - start:,.0f} seconds.")

    def status(self) -> None:
        folder, follower = files.current(), locks.follower()
        if folder:
            self._tell("Documents", f"{_documents():,}")
            self._tell("Behind", f"{change_log().position - files.position(folder):,} changes")
            self._tell("Size", filesizeformat(files.size(folder)))
            self._tell("Committed", f"{timesince(files.committed_at(folder))} ago")
        else:
            self.stdout.write("There is no index yet.")
        self._tell("Kept up by", follower or "nobody: run `manage.py search follow`")

    def _tell(self, name: str, value: str) -> None:
        self.stdout.write(f"{name:>10}  {value}".replace("\xa0", " "))


def _documents() -> int:
    try:
        return searcher().num_docs
    except NoIndex:
        raise CommandError("The index is damaged: run `manage.py search rebuild`.") from None

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, router

from apps.catalog.models import Movie
from apps.imports.sources.tables import SourceError
from seed import demo, tmdb5000
from seed.run import Run

_RULE = """\
A film is recognised by its TMDB or IMDb id. One that is not there yet is created. Of one that is there,
only what is empty is filled, and credits are completed, once, by a set that has all of them and more. So the
edits of curators stay, sets can be seeded one after the other, and a second run finds nothing to do. What
was deleted comes back.
Rows that cannot be used are reported, and the others are loaded. Interrupted, run it again: it continues."""

_TMDB5000 = f"""\
Seeds the 4,803 films of the TMDB 5000 data set with everybody credited in them.

Both of its files are needed, films and credits, themselves or the folder they are in; as .csv or .csv.gz.
They are told apart by their headers, whatever they are called.

{_RULE}"""

_DEMO = f"""\
Seeds some well-known films, and made-up members with ratings, reviews and profiles. It needs no files.

The members' addresses end with @{demo.DOMAIN}, and nobody can sign in as one of them. What they already
have (a rating, a review, a profile) is left alone. A film without a popularity gets the number of their ratings.

{_RULE}"""


class Command(BaseCommand):
    help = "Fills the stores with data. `seed SET --help` tells of one set."

    def add_arguments(self, parser: CommandParser) -> None:
        sets = parser.add_subparsers(dest="set", title="sets", metavar="SET")
        self._parser = parser
        style: dict[str, Any] = {"formatter_class": RawDescriptionHelpFormatter}
        one = sets.add_parser("demo", help="A small set that comes with MovieVerse.", description=_DEMO, **style)
        one.add_argument("--if-empty", action="store_true", help="Do nothing if there are films already.")
        _accept_verbosity(one)
        one = sets.add_parser("tmdb5000", help="The TMDB 5000 data set.", description=_TMDB5000, **style)
        one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="The two files, or their folder.")
        _accept_verbosity(one)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["set"]:
            self._parser.print_help(self.stdout)
            return
        _require_migrated()
        if options["set"] == "demo" and options["if_empty"] and not demo.is_wanted():
            return
        run = Run(quiet=options["verbosity"] == 0)
        try:
            self._seed(run, options)
        except SourceError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What was written stays; run the same again to continue.")
            raise SystemExit(130) from None
        if not run.quiet:
            self.stdout.write(run.table())

    def _seed(self, run: Run, options: dict[str, Any]) -> None:
        try:
            if options["set"] == "demo":
                demo.seed(run)
            else:
                tmdb5000.seed(options["paths"], run)
        finally:  # an interrupted run tells of what it has met so far
            for line in (*run.problems, *run.notes):
                self.stderr.write(str(line))


def _accept_verbosity(parser: ArgumentParser) -> None:
    """Django's own option stands before the set's name, where nobody looks for it."""
    parser.add_argument("-v", "--verbosity", type=int, choices=range(4), default=SUPPRESS, help="0 shows no table.")


def _require_migrated() -> None:
    """A store whose tables are missing would answer with a traceback."""
    connection = connections[router.db_for_write(Movie)]
    if Movie._meta.db_table not in connection.introspection.table_names():
        raise CommandError("The stores are not migrated. Run `python manage.py migrate_all` first.")

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.imports.datasets import DATASETS
from apps.imports.sources.tables import SourceError
from movieverse.exceptions import DomainError
from movieverse.migrated import require_migrated
from movieverse.stores import STORES
from seed import demo, movielens, tmdb
from seed.run import Run
from seed.synthetic import loading as synthetic
from seed.verify import verify

_RULE = """\
A title is recognised by the ids that other sources know it by, else by its kind, name and year, unless several
have those. What a set says of a fact is taken unless a source of higher rank has said something, or a curator
has locked it; everybody whom any set credits is credited. So sets can be seeded in any order, and a second
run finds nothing to do. What was deleted comes back.
Rows that cannot be used are reported, and the others are loaded. Interrupted, run it again: it continues."""

_TMDB5000 = f"""\
Seeds the 4,803 films of the TMDB 5000 data set with everybody credited in them.

Both of its files are needed, films and credits, themselves or the folder they are in; as .csv or .csv.gz.
They are told apart by their headers, whatever they are called.

{_RULE}"""

_NETFLIX = f"""\
Seeds films, shows, credits and lists of the best titles from the Netflix data set.

Give any of its files, or their folder: raw_titles and raw_credits, the four lists, the six normalised tables.
They are told apart by their headers, and may be separated by commas, semicolons or tabs.

{_RULE}"""

_MOVIELENS = """\
Seeds films, ratings and tags of the MovieLens sets: latest-small, 20M, 25M, 32M, and the old ones of .dat files.

Give their folder, or any of the files. The films are recognised by the ids that links.csv tells, else by title and
year. Who rates has no account here. It is an import as every other: nobody sees a rating before all are there, Ctrl-C
takes everything back, `imports undo` does so later, and the same files a second time find nothing to do. Rows that
cannot be used are told of, and the others are loaded."""

_DEMO = f"""\
Seeds well-known films and shows, and made-up members with ratings, reviews, tags and profiles. It needs no files.

The members' addresses end with @{demo.DOMAIN}, and nobody can sign in as one of them. What they already
have (a rating, a review, a profile) is left alone. A title without a popularity gets the number of their ratings.

{_RULE}"""

_SYNTHETIC = f"""\
Seeds made-up films and shows, with people, companies and collections, and ratings by raters who have no account.

Film n of a random seed is the same on every machine and engine, however many are wanted: so a run with greater
numbers adds what is missing, and one with the same numbers finds nothing to do. Each film and person is known by
the external id synthetic, random seed and number. To 10 films there are 3 people, and to a film 10 ratings; where
fewer people or more ratings are wanted, more fall to each. Nobody rates a film twice.
At most {synthetic.MOST:,} of each. Interrupted, run it again: it continues. What was deleted comes back.

MongoDB's indexes of films are made at the end, where most films are new: until then lists of them are slow."""


_TMDB = f"""\
Seeds films, shows and people from TMDB's API, as many as you ask for, and brings them up to date.

Who asks is said by TMDB_TOKEN (the API read access token) or TMDB_API_KEY, from themoviedb.org/settings/api; the
token goes first. What is asked for may be combined: what stands in several lists is fetched once. 100 titles are
fetched at a time and loaded while the next ones are fetched. A killed or interrupted run goes on where it was when
the same is asked for again. A title that cannot be had, after five tries, is told with the reason, and the others
are loaded; what TMDB has no more stays as it is. What is shown of TMDB needs its notice: see docs/seeding.md.

{_RULE}"""

_VERIFY = """\
Tells what the stores hold and what is wrong with it. It changes nothing, and ends with status 1 if anything is wrong.

First, how many rows of each kind there are, and in which store; then digests of the catalogue: two installations
that hold the same titles have the same, whatever the order and the engine they were loaded on. Then a line for each

- title, person, genre, company, collection or list that no form would accept, or whose documents have another shape;
- field that is not what follows from others: sort titles, release days, ids of cast and crew, certifications, names;
- id, within the catalogue or in another store, of what is not there; ids of users below 0 are raters of data sets;
- title with a credit twice; titles, genres, companies and collections that are there twice;
- external id whose key is not kind:source:value; rating summary that is not the sum of its ratings.

Of each kind of row 50 lines are shown, and the number of the others."""


class Command(BaseCommand):
    help = "Fills the stores with data, and verifies it. `seed SET --help` tells of one set."

    def add_arguments(self, parser: CommandParser) -> None:
        sets = parser.add_subparsers(dest="set", title="sets", metavar="SET")
        self._parser = parser
        one = _set(sets, "demo", "A set that comes with MovieVerse.", _DEMO)
        one.add_argument("--if-empty", action="store_true", help="Do nothing if there are titles already.")
        for name, help_text, description in (
            ("tmdb5000", "The TMDB 5000 data set.", _TMDB5000),
            ("netflix", "The Netflix data set.", _NETFLIX),
            ("movielens", "The MovieLens data sets.", _MOVIELENS),
        ):
            one = _set(sets, name, help_text, description)
            one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="Its files, or their folder.")
        tmdb.add_options(_set(sets, "tmdb", "TMDB's API.", _TMDB))
        one = _set(sets, "synthetic", "Made-up films, as many as are wanted.", _SYNTHETIC)
        for name, default in synthetic.DEFAULT._asdict().items():
            option = f"--{name.replace('_', '-')}"
            one.add_argument(option, type=int, default=default, metavar="N", help=f"{default:,}, if not given.")
        _described(sets, "verify", "No set: verify what is stored.", _VERIFY)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["set"]:
            self._parser.print_help(self.stdout)
            return
        require_migrated(["catalog"] if options["set"] in _OF_THE_CATALOGUE else STORES)
        if options["set"] == "verify":
            self._verify(options)
            return
        if options["set"] == "demo" and options["if_empty"] and not demo.is_wanted():
            return
        if options["set"] == "movielens":
            self._import(options)
            return
        run = Run(quiet=options["verbosity"] == 0, dry_run=options["dry_run"], paths=options.get("paths", ()))
        try:
            self._seed(run, options)
        except (SourceError, DomainError) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What was written stays; run the same again to continue.")
            raise SystemExit(130) from None
        if not run.quiet:
            self.stdout.write(run.table())

    def _import(self, options: dict[str, Any]) -> None:
        try:
            movielens.seed(options["paths"], dry_run=options["dry_run"], verbosity=options["verbosity"])
        except SourceError as error:
            raise CommandError(str(error)) from None

    def _verify(self, options: dict[str, Any]) -> None:
        number = verify(self.stdout, quiet=options["verbosity"] == 0)
        if number:
            raise CommandError(f"{number:,} things are wrong." if number > 1 else "One thing is wrong.")
        if options["verbosity"]:
            self.stdout.write("Nothing is wrong.")

    def _seed(self, run: Run, options: dict[str, Any]) -> None:
        try:
            if options["set"] == "demo":
                demo.seed(run)
            elif options["set"] == "synthetic":
                synthetic.seed(synthetic.Size(*(options[name] for name in synthetic.Size._fields)), run)
            elif options["set"] == "tmdb":
                tmdb.seed(options, run)
            else:
                DATASETS[options["set"]].load(run)
            run.relay()
        finally:  # an interrupted run tells of what it has met so far
            for line in (*run.problems, *run.notes):
                self.stderr.write(str(line))


_SEEDS = ("tmdb5000", "netflix")
_OF_THE_CATALOGUE = (*_SEEDS, "tmdb")


def _set(sets: Any, name: str, help_text: str, description: str) -> ArgumentParser:
    one = _described(sets, name, help_text, description)
    one.add_argument("--dry-run", action="store_true", help="Write nothing, and tell what would become of the rows.")
    return one


def _described(sets: Any, name: str, help_text: str, description: str) -> ArgumentParser:
    one = sets.add_parser(name, help=help_text, description=description, formatter_class=RawDescriptionHelpFormatter)
    # Django's own option stands before the set's name, where nobody looks for it.
    one.add_argument("-v", "--verbosity", type=int, choices=range(4), default=SUPPRESS, help="0 shows no table.")
    return one

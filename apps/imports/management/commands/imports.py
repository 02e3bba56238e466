import time
from argparse import RawDescriptionHelpFormatter
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections
from django.utils import timezone

from apps.imports.datasets import DATASETS
from apps.imports.models import Import
from apps.imports.running.performing import perform
from apps.imports.running.run import Bar
from apps.imports.selectors import rejected_csv
from apps.imports.services.imports import import_cancel, import_files, import_retry, import_undo
from movieverse.exceptions import DomainError
from movieverse.migrated import require_migrated
from movieverse.processes import on_ctrl_c

_RUN = """\
Imports files of this machine, and waits for the end. Which data set they are of, their headers tell.

It is an import as every other: the admin and the API show it, and it can be undone. Ctrl-C cancels it and takes back
what it wrote; once more, and that is left to a worker, if there is one on this machine. Killed, it is gone on with by
one."""

_SHOWN = 20
_PAUSE = 5.0  # seconds between two looks whether it is an import's turn


class Command(BaseCommand):
    help = "Imports files, and shows and handles imports, whoever has asked for them."
    is_interrupted = False

    def add_arguments(self, parser: CommandParser) -> None:
        self._parser = parser
        acts = parser.add_subparsers(dest="act", title="acts", metavar="ACT")
        listing = acts.add_parser("list", help=f"The latest {_SHOWN}.")
        listing.add_argument("--all", action="store_true", help="All there are.")
        for name, about in (
            ("show", "One, with what has become of its rows."),
            ("cancel", "End one, and take back what it wrote."),
            ("retry", "The files of one again that did not complete, or the rows that one rejected."),
            ("undo", "Take back what one wrote."),
            ("rejected", "The rows that one rejected, as a table: redirect it into a file."),
        ):
            acts.add_parser(name, help=about).add_argument("id", type=int)
        run = acts.add_parser(
            "run", help="Import files.", description=_RUN, formatter_class=RawDescriptionHelpFormatter
        )
        run.add_argument("paths", nargs="+", type=Path, metavar="FILE")
        run.add_argument("--dataset", default="", choices=sorted(DATASETS))
        run.add_argument(
            *("-m", "--map"),
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="Of a table of one's own: which column is which field. May be given several times.",
        )
        run.add_argument("--mode", default=Import.Mode.UPSERT, choices=Import.Mode.values)
        run.add_argument(
            "--dry-run", action="store_true", help="Write nothing, and tell what would become of the rows."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["act"]:
            self._parser.print_help(self.stdout)
            return
        require_migrated(["default", "catalog", "reviews"])
        try:
            getattr(self, f"_{options['act']}")(options)
        except DomainError as error:
            raise CommandError(str(error)) from None

    def _list(self, options: dict[str, Any]) -> None:
        rows = Import.objects.select_related("by").order_by("-pk")
        for row in rows if options["all"] else rows[:_SHOWN]:
            self.stdout.write(f"{_headline(row)}, by {row.by or 'a command'}, {row.created_at:%Y-%m-%d %H:%M}")

    def _show(self, options: dict[str, Any]) -> None:
        self._tell(_found(options))

    def _cancel(self, options: dict[str, Any]) -> None:
        self.stdout.write(_headline(import_cancel(row=_found(options))))

    def _retry(self, options: dict[str, Any]) -> None:
        self.stdout.write(_headline(import_retry(row=_found(options), by=None)))

    def _undo(self, options: dict[str, Any]) -> None:
        """Here and now, unless a worker has begun already."""
        row = import_undo(row=_found(options), by=None)
        _performed(row, Bar(quiet=options["verbosity"] == 0))
        row.refresh_from_db()
        self.stdout.write(_headline(row))
        self._tell_kept(row)

    def _rejected(self, options: dict[str, Any]) -> None:
        for line in rejected_csv(_found(options)):
            self.stdout.write(line, ending="")

    def _run(self, options: dict[str, Any]) -> None:
        names = ("dataset", "mode", "dry_run")
        mapping = dict(map(_pair, options["map"]))
        row = import_files(paths=_files(options["paths"]), mapping=mapping, **{name: options[name] for name in names})
        bar = Bar(quiet=options["verbosity"] == 0)
        try:
            with on_ctrl_c(partial(self._interrupt, row)):
                _performed(row, bar)
            if self.is_interrupted:
                perform(row.pk, bar)  # cancelled while it waited for its turn, nobody has cleaned up yet
        except KeyboardInterrupt:
            self.stderr.write(f"What is left to do, a worker does: `imports show {row.pk}` tells what.")
            raise SystemExit(130) from None
        row.refresh_from_db()
        if self.is_interrupted and row.state == Import.State.CANCELLED:
            raise SystemExit(130)
        if options["verbosity"]:
            self._tell(row)
        if row.state != Import.State.COMPLETED:
            raise CommandError(row.reason or f"It is {row.state}.")

    def _interrupt(self, row: Import) -> None:
        self.is_interrupted = True
        self.stderr.write("Interrupted. What was written is taken back …")
        try:
            import_cancel(row=row)
        except (DomainError, DatabaseError) as error:
            self.stderr.write(f"It is not cancelled: {error}")
        finally:
            connections.close_all()  # this thread's

    def _tell(self, row: Import) -> None:
        self.stdout.write(_headline(row))
        for one in row.findings:
            about = f"{one['file']}: " if one["file"] else ""
            self.stdout.write(about + f"{one['detail']} {one['suggestion']}".rstrip())
        for kind, told in row.outcomes:
            self.stdout.write(f"{kind:<13}" + "".join(f"{number:>12,} {name}" for number, name in told))
        for rejected in row.rejected_rows.all()[:_SHOWN]:
            self.stdout.write(f"{rejected.file}, line {rejected.line}, column {rejected.column}: {rejected.reason}")
        self._tell_kept(row)
        if row.reason:
            self.stdout.write(row.reason)

    def _tell_kept(self, row: Import) -> None:
        for kept in row.kept[:_SHOWN]:
            self.stdout.write(f"left as it is: {kept['kind']} {kept['id']}, {kept['why']}")


def _performed(row: Import, bar: Bar) -> None:
    """Here, and as soon as it is its turn."""
    perform(row.pk, bar)
    waiting = Import.objects.filter(pk=row.pk, waiting_for=Import.TURN)
    while waiting.update(woken_at=timezone.now()):  # so that no worker is woken for it
        bar.note("Another import's ratings come first …")
        time.sleep(_PAUSE)
        perform(row.pk, bar)


def _found(options: dict[str, Any]) -> Import:
    row = Import.objects.filter(pk=options["id"]).first()
    if row is None:
        raise CommandError(f"There is no import {options['id']}. `imports list` shows those there are.")
    return row


def _files(paths: list[Path]) -> list[Path]:
    for path in paths:
        if not path.is_file():
            raise CommandError(f"{path} is no file. Name the files of a data set one by one.")
    return paths


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals:
        raise CommandError(f"{text!r} says of no column which field it is: --map FIELD=COLUMN, such as title=Name.")
    return field, column


def _headline(row: Import) -> str:
    undone = " and undone" if row.undone_at else " and being undone" if row.to_do == Import.ToDo.UNDO else ""
    trial = " (a dry run)" if row.dry_run else ""
    numbers = f"{row.rows_read:,} rows read, {row.rows_written:,} written, {row.rows_rejected:,} rejected"
    return f"{row.pk:>6} {row.dataset}{trial} {row.state}{undone}: {numbers}"

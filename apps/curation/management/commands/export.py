from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.curation.exporting.rows import KINDS
from apps.curation.exporting.writing import write_export
from apps.insights.batches import reader
from movieverse.migrated import require_migrated
from movieverse.stores import STORES

_DESCRIPTION = """\
Writes the catalogue and the public reviews into a folder: a gzipped file a kind, a row a line, and manifest.json.

It may run while everybody works. The files say at which position of the change log they were begun: who follows the
changes from there on has what a new export would have. docs/exports.md says how.

What a source does not allow to be passed on is left out: facts that came from it are blank, and a title whose name
came from it is not there. Interrupted, the folder still has the export that it had before."""


class Command(BaseCommand):
    help = "Exports the catalogue and the public reviews."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description, parser.formatter_class = _DESCRIPTION, RawDescriptionHelpFormatter
        parser.add_argument("--folder", type=Path, default=Path("export"), help="Where to, ./export unless told.")
        parser.add_argument("--kinds", default=",".join(KINDS), help=f"Some of {','.join(KINDS)}; all unless told.")
        parser.add_argument(
            "--include-restricted", action="store_true", help="Also what must not be passed on: not for others' eyes."
        )
        parser.add_argument("--quiet", action="store_true", help="No progress, and nothing said at the end.")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds, quiet = self._kinds(options["kinds"]), options["quiet"] or options["verbosity"] == 0
        require_migrated(alias for alias in STORES if alias != "profiles")
        try:
            manifest = write_export(
                options["folder"], reader(quiet=quiet), kinds=kinds, restricted=options["include_restricted"]
            )
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. Nothing of this export is left; run the same again for a whole one.")
            raise SystemExit(130) from None
        except OSError as error:
            raise CommandError(f"The export cannot be written: {error}. Name another --folder.") from None
        if not quiet:
            self._tell(manifest, options["folder"])

    def _kinds(self, text: str) -> list[str]:
        kinds = [kind.strip() for kind in text.split(",")]
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise CommandError(f"There is no kind {unknown[0]!r} for --kinds. There are {', '.join(KINDS)}.")
        return kinds

    def _tell(self, manifest: dict[str, Any], folder: Path) -> None:
        for file in manifest["files"]:
            self.stdout.write(f"{file['file']:<22}{file['rows']:>12,} rows{file['bytes']:>16,} bytes")
        self.stdout.write(f"{folder} has an export as of position {manifest['position']}.")

import json
import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.curation.consistency import Findings, Repaired, check, repair, told
from apps.curation.remedies import REMEDIES
from apps.insights.batches import Reader, reader
from apps.insights.soundness import Finding
from movieverse.migrated import require_migrated
from movieverse.stores import STORES

_MOST = 50  # findings of a code that are shown

_DESCRIPTION = """\
Tells where rows and stores disagree, each with its remedy. Without --fix it changes nothing.

It finds what hangs on titles, people, lists, members that are gone; summaries that are not the sum of their ratings;
ratings shown with titles that are not those of the summary; names in credits that are not the person's, and with
accounts that are not the profile's; rows that are there twice; events that have not reached the other stores. What is
only on its way is none of it, so it may run while everybody works. It may be interrupted at any time, and run again.

It ends with status 0 if everything agrees, or with --fix if nothing is left that it can put right; else with 1.
`seed verify` also tells what a row has wrong by itself."""


class Command(BaseCommand):
    help = "Tells where rows and stores disagree, and puts it right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description, parser.formatter_class = _DESCRIPTION, RawDescriptionHelpFormatter
        parser.add_argument("--fix", action="store_true", help="Put right what can be, after asking.")
        parser.add_argument("--json", action="store_true", help="A line of JSON for each finding, as it is found.")
        parser.add_argument("--no-input", "--noinput", action="store_true", help="Do not ask before a repair.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated(STORES)
        if options["fix"] and not (options["no_input"] or sys.stdin.isatty()):
            raise CommandError("There is no terminal to ask at whether to go on: --fix needs --no-input here.")
        self.as_json, self.quiet = options["json"], options["verbosity"] == 0
        read = reader(quiet=self.quiet)
        found = check(read, most=_MOST, tell=self._line if self.as_json else None)
        if not self.as_json:
            self._show(found)
        if options["fix"] and found.repairable:
            found = self._fix(read, found, ask=not options["no_input"])
        self._conclude(found.repairable if options["fix"] else found.rows)

    def _line(self, finding: Finding) -> None:
        self.stdout.write(json.dumps(told(finding), ensure_ascii=False))

    def _show(self, found: Findings) -> None:
        for code, findings in found.kept.items():
            remedy = REMEDIES[code]
            who = "" if remedy.repair else " (by hand)"
            self.stdout.write(f"{code}: {found.rows[code]:,}. Remedy: {remedy.words}{who}.")
            for finding in findings:
                self.stdout.write(f"  {finding}")
            shown = sum(finding.rows for finding in findings)
            if found.rows[code] > shown:
                self.stdout.write(f"  … and {found.rows[code] - shown:,} more")

    def _fix(self, read: Reader, found: Findings, *, ask: bool) -> Findings:
        if ask and not self._agreed(found):
            raise CommandError("Nothing was changed.")
        try:
            repaired = repair(read, checks=found.checks)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What was put right stays so; run the same again to continue.")
            raise SystemExit(130) from None
        left = check(read, most=0, checks=found.checks)
        self._tell_repaired(repaired, left)
        return left

    def _agreed(self, found: Findings) -> bool:
        self.stderr.write("This will be done:")
        for code, number in found.repairable.items():
            self.stderr.write(f"{number:>9,}  {REMEDIES[code].words}")
        self.stderr.write("Do it? [y/N] ", ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def _tell_repaired(self, repaired: Repaired, left: Findings) -> None:
        for code in {**repaired.rows, **left.rows}:
            done, remaining = repaired.rows[code], left.rows[code]
            if self.as_json:
                self.stdout.write(json.dumps({"code": code, "repaired": done, "left": remaining}))
            else:
                rest = f"; {remaining:,} left" if remaining else ""
                self.stdout.write(f"{REMEDIES[code].words}: {done:,} done{rest}")
        for failure in repaired.failures:
            self.stderr.write(failure)

    def _conclude(self, left: dict[str, int]) -> None:
        if number := sum(left.values()):
            raise CommandError(f"{number:,} things disagree." if number > 1 else "One thing disagrees.")
        if not (self.as_json or self.quiet):
            self.stdout.write("Nothing is left to put right.")

import json
import sys
import time
from argparse import RawDescriptionHelpFormatter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from apps.accounts.models import User, fold_identifier
from apps.curation.erasing import receipts
from apps.curation.erasing.beginning import erasure_begin
from apps.curation.erasing.finishing import erasure_finish
from apps.curation.erasing.requests import erasure_due
from apps.curation.models import Erasure
from movieverse import personal
from movieverse.leases import Holder
from movieverse.lookups import as_number
from movieverse.migrated import require_migrated
from movieverse.outbox.relay import relay_all
from movieverse.stores import STORES

_LONGEST = 60  # seconds in which nothing goes on
_LOOK_EVERY = 0.5

_DESCRIPTION = """\
Erases a member from all stores, at once and for good, and prints the signed receipt.

Interrupted, it goes on where it was when it is run again, also though there is no account any more; else the scheduler
goes on by itself. Backups, and what servers keep in logs of their own, are not covered."""


class Command(BaseCommand):
    help = "Erases a member from all stores."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description, parser.formatter_class = _DESCRIPTION, RawDescriptionHelpFormatter
        parser.add_argument("user", nargs="?", metavar="HANDLE_OR_EMAIL_OR_ID", help="Whom to erase.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before.")
        parser.add_argument("--verify", type=Path, metavar="FILE", help="Check a receipt instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["user"] is None) == (options["verify"] is None):
            raise CommandError("Say whom to erase, or --verify FILE.")
        if options["verify"]:
            self._verify(options["verify"])
            return
        require_migrated(STORES)
        self.shows_progress = options["verbosity"] > 0
        try:
            self._erase(options["user"], ask=not options["yes"])
        except KeyboardInterrupt:
            self.stderr.write("Interrupted. What is erased stays so; run the same again to go on.")
            raise SystemExit(130) from None

    def _erase(self, named: str, *, ask: bool) -> None:
        user = _user(named)
        if user is None:
            self._go_on(named)
            return
        if ask:
            self._ask(user)
        with redirect_stdout(sys.stderr):  # a mail in the console is no part of the receipt
            erasure = erasure_begin(erasure=erasure_due(user=user))
        self._finish(erasure)

    def _go_on(self, named: str) -> None:
        """An interrupted one may be of whom nobody knows any more by name."""
        running = Erasure.objects.filter(state=Erasure.State.RUNNING)
        if (user_id := as_number(named)) is not None:
            running = running.filter(user_id=user_id)
        if not running:
            raise CommandError(f"There is no account {named!r}: name a handle, an e-mail address or an id.")
        self.stderr.write(f"There is no account {named!r} any more. Going on with what has been begun.")
        for erasure in running:
            self._finish(erasure)

    def _ask(self, user: User) -> None:
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask at whether to go on: it needs --yes here.")
        self.stderr.write(f"This will be erased, for good, of @{user.handle} ({user.email}, id {user.pk}):")
        for store, parts in personal.counted(user.pk).items():
            for part, number in parts.items():
                self.stderr.write(f"{number:>9,}  {part} ({store})")
        self.stderr.write("Erase it? [y/N] ", ending="")
        self.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

    def _finish(self, erasure: Erasure) -> None:
        """Have the stores told, by whichever relay is at it, until none has anything left."""
        deadline, left = time.monotonic() + _LONGEST, None
        with Holder() as holder:
            while erasure.state == Erasure.State.RUNNING:
                relay_all(holder)
                erasure = erasure_finish(erasure=erasure)
                if left != (left := self._left(erasure)):
                    deadline = time.monotonic() + _LONGEST
                if erasure.state == Erasure.State.RUNNING:
                    self._wait(erasure, deadline)
        self.stdout.write(json.dumps(erasure.receipt, indent=2, ensure_ascii=False))

    def _left(self, erasure: Erasure) -> int:
        left = sum(number for parts in personal.counted(erasure.user_id).values() for number in parts.values())
        if self.shows_progress:
            self.stderr.write(f"Of user {erasure.user_id}, {left:,} things are left.")
        return left

    def _wait(self, erasure: Erasure, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise CommandError(
                f"Erasure {erasure.pk} is not done yet. Look at the undelivered events in the admin and at the log; "
                "the scheduler goes on with it, or run the same again."
            )
        time.sleep(_LOOK_EVERY)

    def _verify(self, file: Path) -> None:
        try:
            statement = receipts.verify(json.loads(file.read_bytes()))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except ValueError as error:
            reason = str(error) if isinstance(error, receipts.NotAuthentic) else "It is not JSON."
            raise CommandError(f"{file}: {reason}") from None
        at = statement["finished_at"]
        self.stdout.write(f"{file} is this site's receipt of erasure {statement['id']}, finished at {at}.")


def _user(named: str) -> User | None:
    """By id only what is nobody's handle: a handle may be a number."""
    folded = fold_identifier(named).removeprefix("@")
    wanted = Q(handle=folded) | Q(email=fold_identifier(named))
    number = as_number(named)
    return User.objects.filter(wanted).first() or (User.objects.filter(pk=number).first() if number else None)

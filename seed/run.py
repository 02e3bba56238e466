"""One run of a seed."""

from dataclasses import dataclass

from apps.imports.running import run as running
from movieverse.outbox.relay import relay_all

KINDS = running.KINDS


@dataclass(kw_only=True)
class Run(running.Run):
    quiet: bool = False

    def __post_init__(self) -> None:
        self.bar = running.Bar(quiet=self.quiet)

    def relay(self) -> None:
        """Have the stores know of each other what they can; what is left, the relay tells them later."""
        if not self.dry_run:
            self.bar.note("Telling the stores of each other's changes …")
            relay_all()

    def tell(self, text: str) -> None:
        """At once where somebody is watching, else with what is told at the end."""
        if self.bar.is_silent:
            self.notes.append(text)
        self.bar.note(text)

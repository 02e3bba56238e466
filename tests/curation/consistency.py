"""The command as an operator calls it."""

import json
from io import StringIO
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command

from movieverse.outbox.relay import relay
from movieverse.outbox.stores import outboxes


class Outcome(NamedTuple):
    lines: list[str]
    error: str  # empty where the command ends with status 0

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    @property
    def codes(self) -> set[str]:
        return {finding["code"] for finding in self.findings}


def consistency(*arguments: str) -> Outcome:
    out, error = StringIO(), ""
    try:
        call_command("consistency", *arguments, stdout=out, stderr=StringIO())
    except CommandError as wrong:
        error = str(wrong)
    return Outcome(out.getvalue().splitlines(), error)


def checked() -> Outcome:
    return consistency("--json")


def fixed() -> Outcome:
    return consistency("--fix", "--no-input")


def relayed() -> None:
    """All stores know of each other, whoever else has just been relaying."""
    for alias in outboxes():
        relay(alias)

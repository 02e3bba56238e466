from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from movieverse.cache import levels
from movieverse.models import CacheUse

_HEAD = ("name", "hits", "misses", "stale", "hit rate", "build", "saved")


class Command(BaseCommand):
    help = "Says how often the API's answers were given ready-made, or has all of them made anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        stats = actions.add_parser("stats", help="What ready-made answers have saved, by name.")
        stats.add_argument("--reset", action="store_true", help="Count from now on, once they are shown.")
        actions.add_parser("clear", help="Let no answer be given again that is kept now.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "clear":
            self._clear()
        else:
            self._show()
            if options["reset"]:
                CacheUse.objects.all().delete()

    def _clear(self) -> None:
        level = levels.current()
        if level and not level.clear():
            raise CommandError("Redis is out of reach, at REDIS_URL: nothing there was cleared. Try again.")
        self.stdout.write("Every answer is made anew." if level else "Nothing is kept: see `manage.py check`.")

    def _show(self) -> None:
        rows = [_HEAD, *map(_row, CacheUse.objects.order_by("name"))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for name, *numbers in rows:
            right = (text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))
            self.stdout.write("  ".join((name.ljust(widths[0]), *right)))


def _row(use: CacheUse) -> tuple[str, ...]:
    numbers = (f"{use.hits:,}", f"{use.misses:,}", f"{use.stale:,}", f"{use.hit_rate:.1%}")
    return (use.name, *numbers, f"{use.mean_build_ms:.1f} ms", f"{use.saved_seconds:,.1f} s")

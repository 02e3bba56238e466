"""Films, shows and people from TMDB's API."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from apps.imports.tmdb import run as tmdb
from apps.imports.tmdb.wanted import Asked
from seed.run import Run


def seed(options: dict[str, Any], run: Run) -> None:
    asked = Asked(**{one.name: options[one.name] for one in fields(Asked)})
    tmdb.Run(asked, run, batches=partial(run.batches, unit="titles"), say=run.tell).go(restart=options["restart"])


def add_options(parser: ArgumentParser) -> None:
    _add_lists(parser)
    add = parser.add_argument
    add("--ids", type=Path, metavar="FILE", help="A file of ids, one a line: 603, movie/603, tv/1396, person/62.")
    add("--export", type=Path, metavar="FILE", help="TMDB's daily export of ids, such as movie_ids_01_31_2026.json.gz.")
    add("--changes", action="store_true", help="What is here already and has changed at TMDB.")
    add("--since", type=_day, metavar="DATE", help="For --changes: else since the last run of them.")
    add("--shows", action="store_true", help="Shows rather than films, in lists and files that do not say.")
    add("--people", action="store_true", help="Also the people credited in the titles, with a request for each.")
    add("--language", type=_language, default=Asked.language, metavar="CODE", help="Of the texts, en-US if not given.")
    add("--region", type=_region, default="", metavar="CODE", help="The country that lists are of, such as DE.")
    add("--restart", action="store_true", help="From the beginning, wherever an earlier run was.")


def _add_lists(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--popular", type=_number, default=0, metavar="N", help="The N most popular titles.")
    add("--top-rated", type=_number, default=0, nargs="?", const=250, metavar="N", help="The N best rated, or 250.")
    add("--trending", type=_number, default=0, nargs="?", const=20, metavar="N", help="N that trend this week, or 20.")
    add("--discover", default="", metavar="FILTERS", help="As TMDB has them: 'with_genres=18&vote_count.gte=100'.")
    add("--limit", type=_number, metavar="N", help="N at most: the first of --discover, the most popular of --export.")


def _checked(pattern: str, wanted: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ArgumentTypeError(f"{text!r} is not {wanted}")
        return text

    return check


_language = _checked(r"[a-z]{2}(-[A-Z]{2})?", "a language such as en or de-DE")
_region = _checked(r"([A-Z]{2})?", "a country of ISO 3166-1 such as DE")


def _number(text: str) -> int:
    return int(_checked(r"[1-9]\d{0,8}", "a whole number from 1 on")(text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None

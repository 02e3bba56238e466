import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import ExternalId, Movie
from apps.curation.management.commands import consistency as command
from apps.profiles.models import Profile
from apps.reviews.models import Rating, Review
from apps.reviews.services import summaries_recount
from tests.curation.consistency import checked, consistency, relayed
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


NOTHING = "Nothing was changed."


def everything() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model.__module__.startswith(("apps.", "movieverse."))
    }


def test_it_says_so_when_everything_agrees(heat: Movie):
    assert consistency() == (["Nothing is left to put right."], "")


def test_without_fix_nothing_is_written(heat: Movie):
    Movie.objects.all().delete()
    before = everything()
    assert consistency().error == "9 things disagree."
    assert everything() == before


def test_findings_stand_under_their_remedy(heat: Movie):
    Rating.objects.update(value=8)
    head, line = consistency().lines
    assert head == "summary-wrong: 1. Remedy: count the ratings again."
    assert line.startswith(f"  rating summary {heat.pk}: says 1 of 9 half-stars")


def test_of_each_kind_fifty_are_shown(heat: Movie):
    user = make_user()
    for number in range(1, 53):
        Review.objects.create(movie_id=heat.pk + number, user_id=user.pk, body="Of nothing.")
    outcome = consistency()
    assert len(outcome.lines) == 52
    assert outcome.lines[0] == "review-without-movie: 52. Remedy: delete reviews of titles that are gone."
    assert outcome.lines[-1] == "  … and 2 more"
    assert len(checked().lines) == 52


def test_json_tells_what_was_repaired(heat: Movie):
    Rating.objects.update(value=8)
    found, repaired = map(json.loads, consistency("--json", "--fix", "--no-input").lines)
    assert found["code"] == "summary-wrong"
    assert repaired == {"code": "summary-wrong", "repaired": 1, "left": 0}


def test_without_a_terminal_a_repair_needs_no_input(heat: Movie):
    assert "--no-input" in consistency("--fix").error


@pytest.mark.parametrize(("answer", "error"), [("y\n", ""), ("n\n", NOTHING), ("", NOTHING)])
def test_at_a_terminal_it_asks(heat: Movie, monkeypatch, answer: str, error: str):
    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    Rating.objects.update(value=8)
    monkeypatch.setattr(command.sys, "stdin", Terminal())
    assert consistency("--fix").error == error
    assert bool(checked().lines) == bool(error)


def test_an_interrupted_repair_keeps_what_is_done_and_goes_on_later(heat: Movie, monkeypatch):
    Rating.objects.update(value=8)
    Movie.objects.update(rating_avg=1)

    def interrupted(*args: Any, **kwargs: Any) -> None:
        summaries_recount(movie_ids=[heat.pk])
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "repair", interrupted)
    with pytest.raises(SystemExit) as ended:
        consistency("--fix", "--no-input")
    assert ended.value.code == 130
    monkeypatch.undo()
    assert consistency("--fix", "--no-input").error == ""
    relayed()
    assert checked() == ([], "")


def queries(number: int) -> int:
    """That a check takes with so many faults of every kind."""
    captures = [CaptureQueriesContext(connections[alias]) for alias in connections]
    for capture in captures:
        capture.__enter__()
    assert len(checked().lines) > number
    for capture in captures:
        capture.__exit__(None, None, None)
    return sum(map(len, captures))


def plant(start: int, number: int) -> None:
    movie, user = make_movie(), make_user()
    gone = range(70_000 + start, 70_000 + start + number)
    Rating.objects.bulk_create(Rating(movie_id=pk, user_id=user.pk, value=5) for pk in gone)
    Rating.objects.bulk_create(Rating(movie_id=movie.pk, user_id=pk, value=5) for pk in gone)
    Review.objects.bulk_create(Review(movie_id=movie.pk, user_id=pk, body="x") for pk in gone)
    Profile.objects.bulk_create(Profile(pk=pk, favourite_movie_ids=[pk]) for pk in gone)
    ExternalId.objects.bulk_create(
        ExternalId(key=f"movie:tmdb:{pk}", kind="movie", source="tmdb", value=str(pk), object_id=pk) for pk in gone
    )
    summaries_recount(movie_ids=[movie.pk])


def test_the_number_of_queries_does_not_grow_with_that_of_the_faults(heat: Movie):
    plant(0, 3)
    few = queries(12)
    plant(1_000, 40)
    assert queries(160) <= few + 1  # of the one title more


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "consistency", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "movieverse.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


EMBEDDED = dict.fromkeys(("DATABASE_URL", "REVIEWS_DATABASE_URL", "CATALOG_DATABASE_URL", "PROFILES_DATABASE_URL"), "")


def test_a_store_without_tables_ends_it_in_one_line(tmp_path):
    result = manage(VAR_DIR=str(tmp_path), **EMBEDDED)
    message = "The default store is not migrated. Run `python manage.py migrate_all` first."
    assert (result.returncode, result.stderr) == (1, f"movieverse: {message}\n")


def test_a_store_that_is_away_ends_it_in_one_line(tmp_path):
    result = manage(VAR_DIR=str(tmp_path), **EMBEDDED | {"REVIEWS_DATABASE_URL": "sqlite:////nowhere/x.sqlite3"})
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("movieverse: The ")

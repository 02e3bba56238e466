import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.catalog.models import Movie
from apps.reviews.models import Review
from apps.reviews.services import raters_load
from tests.factories import make_movie, make_user
from tests.seed.seeding import seeded

stores = pytest.mark.usefixtures("stores")


def verified(**options) -> tuple[list[str], str]:
    """The lines that are printed, and what it ends with where something is wrong."""
    out, error = StringIO(), ""
    try:
        call_command("seed", "verify", stdout=out, **options)
    except CommandError as wrong:
        error = str(wrong)
    return out.getvalue().splitlines(), error


@stores
def test_the_demo_set_is_sound_and_counted():
    seeded("demo")
    lines, error = verified()
    assert error == ""
    assert lines[-1] == "Nothing is wrong."
    counts = {line[22:40].strip(): line[40:].strip() for line in lines if line.startswith("catalog ")}
    assert counts["movies"] == f"{Movie.objects.filter(kind='movie').count():,}"
    assert len([line for line in lines if line.startswith("digest of ")]) == 6


@stores
def test_what_is_wrong_is_named_and_ends_it_with_an_error():
    movie = make_movie("Heat")
    (rater,) = raters_load(source="movielens", values=["1"]).values()
    Review.objects.create(movie_id=movie.pk, user_id=rater, body="A rater of a data set.")
    Movie.objects.filter(pk=movie.pk).update(sort_title="zz")
    lines, error = verified()
    assert lines[-1] == f"movie {movie.pk}: sort_title is 'zz', but 'heat' follows from the rest"
    assert error == "One thing is wrong."


@stores
def test_of_a_kind_fifty_are_shown():
    member = make_user()
    for number in range(1, 53):
        Review.objects.create(movie_id=number, user_id=member.pk, body="Of nothing.")
    lines, error = verified(verbosity=0)
    assert len(lines) == 51
    assert lines[-1] == "… and 2 more of the kind review"
    assert error == "52 things are wrong."


@stores
def test_broken_documents_have_no_digest_and_are_told_of():
    movie = make_movie("Heat")
    Movie.objects.filter(pk=movie.pk).update(cast=[{}])
    lines, error = verified()
    assert "The catalogue has no digests: some of its documents are broken." in lines
    assert error == "One thing is wrong."


def verify(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "seed", "verify"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "movieverse.settings"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_store_without_tables_ends_it_in_one_line(tmp_path):
    urls = dict.fromkeys(("DATABASE_URL", "REVIEWS_DATABASE_URL", "CATALOG_DATABASE_URL", "PROFILES_DATABASE_URL"), "")
    result = verify(VAR_DIR=str(tmp_path), **urls)
    assert result.returncode == 1
    message = "The default store is not migrated. Run `python manage.py migrate_all` first."
    assert result.stderr == f"movieverse: {message}\n"


def test_a_store_that_is_away_ends_it_in_one_line(tmp_path):
    result = verify(VAR_DIR=str(tmp_path), DATABASE_URL="sqlite:////nowhere/x.sqlite3")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("movieverse: The default store does not answer")

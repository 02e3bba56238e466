"""The rules that the command writes are all that the project's own queries need."""

import json
from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import NotSupportedError, connections

from apps.profiles import services
from apps.profiles.models import DiaryEntry, Event, Profile, WatchlistItem
from apps.profiles.stores.firebase_rules import RULES
from movieverse.engines.firebase.transactions import THEN
from tests.factories import make_movie
from tests.firebase.emulator import running


def written():
    """The rules, for the path that the store has today."""
    out = StringIO()
    call_command("firebase_rules", stdout=out)
    return json.loads(out.getvalue())["rules"]


def of_tables():
    (tables,) = (rules for path, rules in written().items() if not path.startswith("."))
    return tables


def test_every_table_has_its_key_and_what_its_indexes_begin_with_indexed():
    tables = of_tables()
    assert tables["profiles_profile"][".indexOn"] == ["_id", "updated_at", f"{THEN}/at"]
    assert tables["profiles_watchlistitem"][".indexOn"] == ["_id", "movie_id", "user_id", f"{THEN}/at"]
    assert tables["profiles_event"] == {".indexOn": ["_id", "attempts", "dead_at", f"{THEN}/at"]}


def test_the_emulator_of_the_compose_file_has_the_rules_of_today():
    deployed = json.loads((settings.BASE_DIR / "deploy" / "firebase-emulator" / "database.rules.json").read_text())
    assert deployed["rules"]["movieverse"] == of_tables()


def test_nobody_gets_in_by_default_and_nobody_but_us_leaves_work_to_be_done():
    rules = written()
    assert (rules[".read"], rules[".write"]) == (False, False)
    for table, wildcard in (("profiles_profile", "$user"), ("profiles_watchlistitem", "$item")):
        row = RULES[table][wildcard]
        assert row[THEN] == row["$other"] == {".validate": False}
    columns = {field.column for field in Profile._meta.fields}
    assert columns <= RULES["profiles_profile"]["$user"].keys()
    assert {field.column for field in WatchlistItem._meta.fields} <= RULES["profiles_watchlistitem"]["$item"].keys()


@pytest.fixture
def strict(stores, tmp_path):
    """The profiles on an emulator that answers indexed queries only, as Google does."""
    if connections["profiles"].vendor != "firebase":
        pytest.skip("needs PROFILES_DATABASE_URL=firebase://… (make servers)")
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"rules": written()}))
    connections["profiles"].close()
    with running(tmp_path / "data", "--rules", rules) as emulator, pytest.MonkeyPatch.context() as patched:
        patched.setenv("FIREBASE_DATABASE_EMULATOR_HOST", emulator.address)
        call_command("migrate", database="profiles", verbosity=0)
        yield connections["profiles"]
        connections["profiles"].close()


def test_the_rules_serve_what_the_services_and_the_relay_ask(strict):
    heat = make_movie("Heat")
    services.profile_update(user_id=1, bio="Hello", favourite_movie_ids=[heat.pk])
    services.watchlist.watchlist_add(user_id=1, movie_id=heat.pk)
    services.diary.diary_add(user_id=1, movie_id=heat.pk, watched_on=date(2026, 1, 1))
    assert WatchlistItem.objects.filter(user_id=1).order_by("-added_at", "-id")[:20].count() == 1
    assert DiaryEntry.objects.filter(movie_id__in=[heat.pk]).exists()
    assert Event.pending.count() == 3
    call_command("relay", "--once", verbosity=0)
    assert not Event.objects.exists()
    with pytest.raises(NotSupportedError, match="ndex"):
        strict.pick("profiles_profile", orderBy="bio", equalTo="Hello")

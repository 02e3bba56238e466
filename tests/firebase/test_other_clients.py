"""Programs that know `firebase_admin.db` alone, and MovieVerse's own commands, see the same rows."""

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import F

from apps.profiles.models import Profile


@pytest.fixture
def script(committed):
    if connections["profiles"].vendor != "firebase":
        pytest.skip("needs PROFILES_DATABASE_URL=firebase://… (make servers)")
    firebase_admin = pytest.importorskip("firebase_admin")
    db = pytest.importorskip("firebase_admin.db")
    committed(Profile)
    values = connections["profiles"].settings_dict
    app = firebase_admin.initialize_app(None, {"databaseURL": f"https://{values['HOST']}"}, name="a script")
    yield db.reference(f"{values['NAME']}/profiles_profile", app=app)
    firebase_admin.delete_app(app)


def test_a_script_finds_what_django_wrote_and_django_what_it_wrote(script):
    Profile.objects.create(pk=77, display_name="Zoë 💥", favourite_movie_ids=[3, 1])
    found = script.child("77").get()
    assert (found["_id"], found["display_name"], found["favourite_movie_ids"]) == (77, "Zoë 💥", [3, 1])
    assert list(script.order_by_child("updated_at").limit_to_last(1).get()) == ["77"]

    script.child("77").update({"bio": "By hand.", "favourite_movie_ids": [5]})
    script.child("78").set({**found, "_id": 78, "display_name": "Made by hand"})
    script.child("77/version").transaction(lambda version: version + 1)
    Profile.objects.filter(pk=77).update(version=F("version") + 1)
    profile = Profile.objects.get(pk=77)
    assert (profile.bio, profile.favourite_movie_ids, profile.version) == ("By hand.", [5], 3)
    assert Profile.objects.get(display_name="Made by hand").pk == 78
    script.child("78").delete()
    assert not Profile.objects.filter(pk=78).exists()


def test_profiles_are_dumped_flushed_and_loaded(script, tmp_path):
    Profile.objects.bulk_create([Profile(pk=number, bio=f"{number}.") for number in range(1, 30)])
    file = tmp_path / "profiles.json"
    call_command("dumpdata", "profiles", database="profiles", output=str(file), verbosity=0)
    call_command("flush", database="profiles", interactive=False, verbosity=0)
    assert script.get() is None
    call_command("loaddata", str(file), database="profiles", verbosity=0)
    assert {profile.pk: profile.bio for profile in Profile.objects.all()} == {n: f"{n}." for n in range(1, 30)}

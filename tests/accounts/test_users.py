from importlib import import_module

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management import call_command

from apps.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("stores")


def test_passwords_are_hashed_by_argon2(settings):
    settings.PASSWORD_HASHERS = import_module("movieverse.settings").PASSWORD_HASHERS
    first, second = (make_password("the same") for _ in range(2))
    assert first.startswith("argon2$argon2id$")
    assert first != second


def test_email_and_handle_are_stored_folded():
    user = User.objects.create_user(email="Ａlice@Example.COM", handle="ＡLICE", password="x")
    assert (user.email, user.handle) == ("alice@example.com", "alice")
    assert User.objects.get_by_natural_key("ALICE@example.com") == user


@pytest.mark.parametrize("fields", [{"handle": "ALICE"}, {"email": "ALICE@EXAMPLE.COM"}])
def test_other_spellings_of_a_taken_email_or_handle_are_taken(fields: dict[str, str]):
    make_user("alice")
    with pytest.raises(ValidationError, match="already exists"):
        User.objects.create_user(**{"email": "other@example.com", "handle": "other"} | fields)


@pytest.mark.parametrize("handle", ["ab", "_abc", "a" * 31, "a b", "a-b", "álice", ""])
def test_a_handle_is_three_to_thirty_plain_characters(handle: str):
    with pytest.raises(ValidationError):
        User.objects.create_user(email="a@example.com", handle=handle)


def test_the_first_curator_is_made_once_and_its_password_shown_again(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    call_command("curator")
    call_command("curator")
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    curator = User.objects.get(email="curator@localhost")
    assert curator.is_staff
    assert curator.check_password(first.split()[-1])
    assert (tmp_path / "curator_password").stat().st_mode & 0o777 == 0o600


def sign_in_of(capsys) -> str:
    call_command("curator")
    return capsys.readouterr().out.strip()


def test_a_curator_who_moved_is_found_again(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    password = sign_in_of(capsys).split()[-1]
    User.objects.update(email="alice@example.org")
    assert sign_in_of(capsys).split() == ["Curator", "alice@example.org", password]
    assert User.objects.count() == 1


def test_no_curator_is_made_where_there_is_one(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    make_user("alice", is_staff=True, is_superuser=True)
    assert sign_in_of(capsys) == "Curator  alice@example.com  (password changed)"
    assert User.objects.count() == 1


def test_a_curator_who_was_shut_out_is_not_offered(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    sign_in_of(capsys)
    User.objects.update(is_active=False)
    make_user("alice", is_staff=True, is_superuser=True)
    assert sign_in_of(capsys) == "Curator  alice@example.com  (password changed)"


def test_a_member_may_have_the_curators_name(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    make_user("curator")
    User.objects.create_user(email="curator2@localhost", handle="alice")
    first = sign_in_of(capsys)
    assert first.split()[1] == "curator3@localhost"
    assert User.objects.get(handle="curator3").is_superuser
    assert sign_in_of(capsys) == first


def test_a_changed_curators_password_is_not_guessed_at(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    call_command("curator")
    curator = User.objects.get(email="curator@localhost")
    curator.set_password("something else")
    curator.save()
    call_command("curator")
    assert "(password changed)" in capsys.readouterr().out

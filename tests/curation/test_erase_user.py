"""`manage.py erase_user` as an operator calls it."""

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Event, User
from apps.curation.erasing.beginning import erasure_begin
from apps.curation.erasing.receipts import verify
from apps.curation.erasing.requests import erasure_due
from apps.curation.models import Erasure
from apps.reviews.models import Review
from movieverse import personal
from movieverse.exceptions import StoreUnavailable
from tests.curation.exports import keep_exports_in
from tests.curation.leaving import EMAIL, HANDLE, make_leaving
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path)
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def leaving(stores: None) -> User:
    return make_leaving(make_movie("Heat"), make_movie("Alien"))


def erase(*arguments: str, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("erase_user", *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody at a terminal who answers so."""

    def answer(text: str) -> None:
        terminal = StringIO(text)
        terminal.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", terminal)

    return answer


@pytest.mark.parametrize("named", [HANDLE, f"@{HANDLE.upper()}", EMAIL.upper(), "{id}"])
def test_it_erases_whom_one_names_and_prints_the_receipt(leaving, named):
    out, err = erase(named.format(id=leaving.pk), "--yes")
    assert verify(json.loads(out))["removed"]["reviews"]["reviews"] == 2
    assert personal.counted(leaving.pk) == {}
    assert f"Of user {leaving.pk}, 0 things are left." in err


def test_it_says_what_will_go_and_asks(leaving, answered):
    answered("y\n")
    _, err = erase(HANDLE)
    assert f"of @{HANDLE} ({EMAIL}, id {leaving.pk})" in err
    assert "        2  reviews (reviews)" in err
    assert personal.counted(leaving.pk) == {}


@pytest.mark.parametrize("answer", ["\n", "n\n", ""])
def test_who_does_not_say_yes_changes_nothing(leaving, answered, answer):
    answered(answer)
    with pytest.raises(CommandError, match="Nothing was changed"):
        erase(HANDLE)
    assert not Erasure.objects.exists()


def test_it_does_not_guess_whom_or_whether(leaving, monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO("y\n"))
    for arguments, reason in (
        ([HANDLE], "no terminal"),
        (["nobody", "--yes"], "There is no account 'nobody'"),
        (["999999", "--yes"], "There is no account '999999'"),
        (["-1", "--yes"], "There is no account|unrecognized"),
        (["", "--yes"], "There is no account ''"),
        ([], "Say whom to erase"),
        ([HANDLE, "--verify", "file"], "Say whom to erase"),
    ):
        with pytest.raises(CommandError, match=reason):
            erase(*arguments)
    assert Review.objects.filter(user_id=leaving.pk).count() == 2


def test_interrupted_it_goes_on_though_nobody_knows_the_name_any_more(leaving, monkeypatch):
    with monkeypatch.context() as interrupted:
        interrupted.setattr("apps.curation.management.commands.erase_user.relay_all", _interrupt)
        with pytest.raises(SystemExit) as end:
            erase(HANDLE, "--yes")
    assert end.value.code == 130
    assert not User.objects.filter(handle=HANDLE).exists()
    assert Review.objects.filter(user_id=leaving.pk).exists()
    out, err = erase(HANDLE, "--yes")
    assert "Going on with what has been begun" in err
    assert verify(json.loads(out))["removed"]["reviews"]["reviews"] == 2
    assert (Erasure.objects.count(), personal.counted(leaving.pk)) == (1, {})
    with pytest.raises(CommandError, match="There is no account"):
        erase(HANDLE, "--yes")


def _interrupt(holder: Any) -> int:
    raise KeyboardInterrupt


def test_what_cannot_be_finished_is_said(leaving, monkeypatch):
    monkeypatch.setattr("apps.curation.management.commands.erase_user._LONGEST", 0)
    erasure_begin(erasure=erasure_due(user=leaving))
    Event.objects.update(dead_at=Erasure.objects.get().begun_at)
    with pytest.raises(CommandError, match="is not done yet. Look at the undelivered events"):
        erase(str(leaving.pk))


@pytest.mark.parametrize("store", ["reviews", "profiles"])
def test_without_a_store_nothing_begins(leaving, store, take_away):
    take_away(store)
    with pytest.raises(StoreUnavailable, match=f"The {store} store does not answer"):
        erase(HANDLE, "--yes")
    assert User.objects.filter(handle=HANDLE).exists()

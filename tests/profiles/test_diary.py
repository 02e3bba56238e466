from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from apps.profiles.models import DiaryEntry, Event
from apps.profiles.services import diary, shelves
from apps.profiles.services.diary import FIRST_DAY, UnknownEntry, diary_add, diary_change, diary_remove
from apps.profiles.services.shelves import ShelfFull
from movieverse.exceptions import VersionConflict
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

CHRISTMAS = date(2025, 12, 25)


def events() -> list[tuple]:
    return list(Event.objects.order_by("pk").values_list("kind", "object_id", "action", "data"))


def seen(user_id: int = 1, **fields) -> DiaryEntry:
    movie_id = fields.pop("movie_id", None) or make_movie().pk
    return diary_add(user_id=user_id, movie_id=movie_id, **{"watched_on": CHRISTMAS} | fields)


def in_store() -> list[tuple]:
    return list(DiaryEntry.objects.order_by("pk").values_list("watched_on", "note", "version"))


def test_a_movie_is_seen_more_than_once_also_on_one_day():
    heat = make_movie("Heat")
    for note in ("Fine.", "Again."):
        seen(movie_id=heat.pk, note=note)
    assert in_store() == [(CHRISTMAS, "Fine.", 1), (CHRISTMAS, "Again.", 1)]
    assert events() == [("diary", 1, "saved", {"movie_id": heat.pk})] * 2


def test_a_change_leaves_the_rest_and_makes_a_version():
    entry = seen(note="Fine.")
    assert diary_change(user_id=1, entry_id=entry.pk, version=1, note="Not so fine.").version == 2
    diary_change(user_id=1, entry_id=entry.pk, watched_on=date(2026, 1, 1))
    assert in_store() == [(date(2026, 1, 1), "Not so fine.", 3)]
    assert events() == [("diary", 1, "saved", {"movie_id": entry.movie_id})] * 3


def test_who_saw_another_version_changes_and_removes_nothing():
    entry = seen(note="Fine.")
    diary_change(user_id=1, entry_id=entry.pk, note="Newer.")
    with pytest.raises(VersionConflict) as refused:
        diary_change(user_id=1, entry_id=entry.pk, version=1, note="Older.")
    assert refused.value.current == 2
    with pytest.raises(VersionConflict):
        diary_remove(user_id=1, entry_id=entry.pk, version=1)
    assert in_store() == [(CHRISTMAS, "Newer.", 2)]
    assert len(events()) == 2


def test_an_entry_is_removed_and_then_unknown():
    entry = seen()
    diary_remove(user_id=1, entry_id=entry.pk, version=1)
    assert in_store() == []
    assert events()[-1] == ("diary", 1, "deleted", {"movie_id": entry.movie_id})
    with pytest.raises(UnknownEntry):
        diary_remove(user_id=1, entry_id=entry.pk)


def test_an_entry_is_ones_own():
    entry = seen(user_id=2, note="Fine.")
    with pytest.raises(UnknownEntry, match=f"no entry {entry.pk} in your diary"):
        diary_change(user_id=1, entry_id=entry.pk, note="Mine.")
    with pytest.raises(UnknownEntry):
        diary_remove(user_id=1, entry_id=entry.pk)
    assert in_store() == [(CHRISTMAS, "Fine.", 1)]


def test_tomorrow_may_be_today_where_the_member_is():
    today = datetime.now(UTC).date()
    for day in (FIRST_DAY, today, today + timedelta(days=1)):
        assert seen(watched_on=day).watched_on == day


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"movie_id": 999}, "There is no movie 999"),
        ({"watched_on": date(1887, 12, 31)}, "from 1888-01-01 to today, not 1887-12-31"),
        ({"watched_on": date(9999, 1, 1)}, "not 9999-01-01"),
        ({"note": "x" * 1_001}, "1000"),
    ],
)
def test_what_no_diary_can_say_is_refused(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        seen(**fields)
    assert in_store() == []


@pytest.mark.parametrize("changes", [{"watched_on": date(1700, 1, 1)}, {"note": "x" * 1_001}])
def test_nor_is_an_entry_changed_to_that(changes):
    entry = seen(note="Fine.")
    with pytest.raises(ValidationError):
        diary_change(user_id=1, entry_id=entry.pk, **changes)
    assert in_store() == [(CHRISTMAS, "Fine.", 1)]


def test_a_day_after_tomorrow_is_the_future():
    with pytest.raises(ValidationError, match="to today"):
        seen(watched_on=datetime.now(UTC).date() + timedelta(days=2))


def test_a_diary_has_an_end(monkeypatch):
    monkeypatch.setattr(diary, "MOST_ENTRIES", 2)
    seen(), seen()
    with pytest.raises(ShelfFull, match="Your diary has 2 entries"):
        seen()
    assert seen(user_id=2).pk


def test_members_and_movies_that_are_gone_are_forgotten_in_batches(monkeypatch):
    monkeypatch.setattr(shelves, "_BATCH", 2)
    heat, other = make_movie("Heat"), make_movie()
    for movie in (heat, heat, heat, other):
        for user_id in (1, 2):
            seen(user_id=user_id, movie_id=movie.pk)
    Event.objects.all().delete()
    diary.forget(user_ids=[1], movie_ids=[heat.pk])
    assert list(DiaryEntry.objects.values_list("user_id", "movie_id")) == [(2, other.pk)]
    assert [action for _, _, action, _ in events()] == ["deleted"] * 7

"""The index holds what the catalogue holds: each row once, as it is now."""

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from io import StringIO
from pathlib import Path

import pytest
import tantivy
from django.core.management import CommandError, call_command

from apps.catalog import services
from apps.catalog.models import Movie
from apps.catalog.search import files, locks, making
from apps.catalog.search.following import Follower
from apps.catalog.search.making import make_anew
from apps.catalog.search.readers import NoIndex, reader, searcher
from apps.catalog.search.schema import SCHEMA, Row, row_at
from apps.catalog.search.writer import Writer
from movieverse.api.problems import exception_handler
from movieverse.exceptions import StoreUnavailable
from movieverse.outbox.changes import change_log
from movieverse.outbox.models import ChangeLog
from movieverse.outbox.relay import relay_all
from tests.factories import make_collection, make_company, make_movie, make_person


def found(field: str, value: object) -> list[Row]:
    query = tantivy.Query.term_query(SCHEMA, field, value, "basic")
    hits = searcher().search(query, 100, order_by_field="by_popularity").hits
    return [row_at(place) for place, _ in hits]


def titles(*names: str) -> list[int]:
    return [len(found("name", name)) for name in names]


def test_what_is_saved_is_found_by_its_new_name_only(search_index):
    heat = make_movie("Heat")
    assert titles("heat") == [0]
    search_index()
    assert titles("heat") == [1]
    heat.title = heat.original_title = "Cold"
    services.movie_save(movie=heat)
    search_index()
    assert titles("heat", "cold") == [0, 1]
    assert searcher().num_docs == 1


def test_every_kind_of_row_is_followed_and_disappears_with_it(search_index):
    person, company, collection = make_person("Ann Lee"), make_company("Studio"), make_collection("Saga")
    search_index()
    assert titles("annlee", "studio", "saga") == [1, 1, 1]
    services.person_delete(person=person)
    services.company_delete(company=company)
    services.collection_delete(collection=collection)
    search_index()
    assert titles("annlee", "studio", "saga") == [0, 0, 0]
    assert searcher().num_docs == 0


def test_a_film_that_becomes_a_show_is_one_document_of_the_new_kind(search_index):
    movie = make_movie("Heat")
    search_index()
    movie.kind = Movie.Kind.SHOW
    services.movie_save(movie=movie)
    search_index()
    assert [row.kind.label for row in found("name", "heat")] == ["show"]


def test_ratings_change_a_films_place(search_index, member):
    from apps.reviews.services import rating_set

    heat, alien = make_movie("Heat"), make_movie("Alien")
    search_index()
    rating_set(user_id=member.pk, movie_id=heat.pk, value=9)
    search_index()
    best = searcher().search(tantivy.Query.all_query(), 2, order_by_field="by_rating").hits
    assert [row_at(place).id for place, _ in best] == [heat.pk, alien.pk]
    assert found("rating_count", 1) == found("name", "heat")


def test_rows_that_the_index_cannot_hold_are_logged_and_stop_nobody(search_index, caplog):
    make_movie("Heat", pk=2**40)
    Movie.objects.filter(pk=make_movie("Speed").pk).update(images=[{"type": 5}])
    make_movie("Alien")
    search_index()
    assert titles("heat", "speed", "alien") == [0, 0, 1]
    assert caplog.text.count("earches") == 2  # what is not found, and which row


def test_an_index_that_falls_too_far_behind_is_made_anew(search_index, caplog):
    old = files.current()
    make_movie("Heat")
    search_index()
    ChangeLog.objects.update(pruned=ChangeLog.objects.get().position + 1, position=ChangeLog.objects.get().position + 2)
    make_movie("Alien")
    search_index()
    assert titles("heat", "alien") == [1, 1]
    assert "made anew" in caplog.text
    assert files.current() != old
    assert not old.exists()


@pytest.mark.parametrize("part", ["meta.json", "position", "*.store", "*.term"])
def test_a_damaged_index_is_made_anew_and_until_then_not_searched(search_index, part):
    make_movie("Heat")
    search_index()
    for path in files.current().glob(part):
        path.write_bytes(b"")
    if part != "position":
        with pytest.raises(NoIndex):
            type(reader)().searcher()
    search_index()
    assert titles("heat") == [1]


def test_an_index_of_another_version_or_none_at_all_is_made_anew(search_index):
    make_movie("Heat")
    search_index()
    for pointed in ("v0-of-long-ago", ""):
        files.pointer().write_text(pointed)
        with pytest.raises(NoIndex):
            searcher()
        search_index()
        assert titles("heat") == [1]


def test_what_changes_while_the_index_is_made_is_in_it(search_index, monkeypatch):
    make_movie("Heat")
    fill = making._fill

    def slow(*args):
        fill(*args)
        make_movie("Alien")
        relay_all()

    monkeypatch.setattr(making, "_fill", slow)
    make_anew()
    assert titles("heat", "alien") == [1, 1]


def test_who_fails_to_make_an_index_leaves_the_one_in_use_and_nothing_else(search_index, monkeypatch):
    make_movie("Heat")
    search_index()

    def fail(*args):
        raise OSError("no space left")

    monkeypatch.setattr(making, "_fill", fail)
    with pytest.raises(OSError, match="no space left"):
        make_anew()
    assert titles("heat") == [1]
    assert [folder for folder in files.home().iterdir() if folder.is_dir()] == [files.current()]


def test_one_follower_is_at_work_and_the_next_one_takes_over(search_index, caplog):
    caplog.set_level(logging.INFO)
    with ExitStack() as first, Follower() as second:
        first.enter_context(Follower()).follow()
        assert [second.one_round(), second.one_round()] == [1, 1]
        assert caplog.text.count("keeps the search index up. This one waits") == 1
        assert str(os.getpid()) in locks.follower()
        first.close()
        make_movie("Heat")
        relay_all()
        assert second.one_round() == 0
    assert titles("heat") == [1]
    assert locks.follower() == ""


def test_one_process_at_a_time_makes_the_index(search_index):
    with locks.making(), pytest.raises(locks.Busy, match="makes the search index anew"):
        make_anew()


def test_a_follower_goes_over_to_an_index_that_was_made_beside_it(search_index):
    with Follower() as follower:
        follower.follow()
        make_anew()
        make_movie("Heat")
        relay_all()
        while follower.follow():
            pass
        assert titles("heat") == [1]


def test_a_follower_whose_index_is_taken_away_as_it_writes_goes_on_with_the_next(search_index, monkeypatch):
    with Follower() as follower:
        follower.follow()
        make_movie("Heat")
        relay_all()
        commit = Writer.commit

        def too_late(writer):
            monkeypatch.setattr(Writer, "commit", commit)
            make_anew()
            commit(writer)

        monkeypatch.setattr(Writer, "commit", too_late)
        while follower.follow():
            pass
    assert titles("heat") == [1]
    assert searcher().num_docs == 1


def test_what_failed_half_way_is_done_again_and_nothing_of_it_twice(search_index, monkeypatch):
    make_movie("Heat")
    search_index()
    with Follower() as follower:
        follower.follow()
        services.movie_save(movie=_renamed("Cold"))
        relay_all()
        add = Writer.add

        def away(writer, made):
            monkeypatch.setattr(Writer, "add", add)
            raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused")

        monkeypatch.setattr(Writer, "add", away)
        with pytest.raises(StoreUnavailable):
            follower.follow()
        assert titles("heat", "cold") == [1, 0]
        assert follower.follow() > 0
    assert titles("heat", "cold") == [0, 1]


def _renamed(title: str) -> Movie:
    movie = Movie.objects.get()
    movie.title = movie.original_title = title
    return movie


def test_while_indexes_are_swapped_every_search_is_answered(search_index):
    for number in range(20):
        make_movie(f"Heat {number}")
    search_index()
    done = threading.Event()

    def search() -> set[int]:
        answers = set()
        while not done.is_set():
            answers.add(len(found("word", "heat")))
        return answers

    with ThreadPoolExecutor(3) as pool:
        searches = [pool.submit(search) for _ in range(3)]
        for _ in range(6):
            make_anew()
        done.set()
        assert [one.result() for one in searches] == [{20}] * 3


def test_who_asks_as_others_open_the_next_index_is_not_answered_by_the_one_before(search_index):
    before = files.current()
    make_movie("Heat")
    after = make_beside()
    start = threading.Barrier(3)

    def search() -> int:
        start.wait(10)
        return len(found("word", "heat"))

    with ThreadPoolExecutor(3) as pool:
        for _ in range(100):
            files.use(before)
            assert found("word", "heat") == []
            files.use(after)
            assert [one.result() for one in [pool.submit(search) for _ in range(3)]] == [1, 1, 1]


def make_beside() -> Path:
    """An index of what there is now, without the one in use being dropped."""
    folder = files.new_folder()
    with closing(Writer.of_new(folder, change_log().position)) as writer:
        making._fill(writer, lambda rows: None)
    return folder


def test_a_large_catalogue_is_read_in_batches_and_each_row_once(search_index, monkeypatch):
    monkeypatch.setattr(making, "_ROWS", 3)
    for number in range(8):
        make_movie(f"Heat {number}")
    counted = []
    make_anew(counted.append)
    assert counted == [3, 3, 2]
    assert len(found("word", "heat")) == searcher().num_docs == 8


def test_a_refused_search_says_when_to_ask_again(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with pytest.raises(NoIndex) as raised:
        searcher()
    response = exception_handler(raised.value, {})
    assert (response.status_code, response.data["type"]) == (503, "/api/problems/search-unavailable/")
    assert response.headers["Retry-After"] == "2"


def test_operators_are_told_what_there_is_and_who_keeps_it_up(search_index):
    make_movie("Heat")
    relay_all()
    assert call("rebuild").startswith("1 documents in ")
    make_movie("Alien")
    relay_all()
    status = call("status")
    assert "Documents  1\n" in status
    assert "Behind  1 changes" in status
    assert "nobody: run `manage.py search follow`" in status
    search_index()
    with locks.following():
        status = call("status")
    assert "Documents  2\n" in status
    assert "Behind  0 changes" in status
    assert f"pid {os.getpid()} on " in status


def test_operators_are_told_of_an_index_that_is_not_there_or_damaged(search_index):
    (files.current() / "meta.json").write_text("?")
    with pytest.raises(CommandError, match="run `manage.py search rebuild`"):
        call("status")
    files.pointer().unlink()
    assert "There is no index yet" in call("status")


def test_operators_are_told_who_makes_the_index_already(search_index):
    with locks.making(), pytest.raises(CommandError, match=f"pid {os.getpid()} on .* makes the search index anew"):
        call("rebuild")


def killed(batch: object) -> None:
    os._exit(1)


def test_a_rebuild_whose_process_is_killed_ends_in_one_line(search_index, monkeypatch):
    monkeypatch.setattr(making, "_WORTH_WORKERS", 1)
    monkeypatch.setattr(making, "_documents", killed)
    make_movie()
    before = files.current()
    with pytest.raises(CommandError, match="was killed"):
        call("rebuild")
    assert files.current() == before


def call(do: str) -> str:
    output = StringIO()
    call_command("search", do, stdout=output)
    return output.getvalue()

"""Who reads an export and then the change feed, while others write, ends with what a new export has."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connections

from apps.accounts.models import User
from apps.accounts.services import handle_change, user_delete
from apps.catalog import services
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, Movie, Person
from apps.catalog.services.lists import Entry
from apps.curation.exporting import shelf, writing
from apps.curation.exporting.rows import KINDS
from apps.insights.batches import Reader
from apps.profiles.services import profile_update
from apps.reviews.models import Rating, Review
from apps.reviews.services import rating_delete, rating_set, review_create, review_delete, review_update
from movieverse.exceptions import DomainError
from movieverse.outbox.relay import relay_all
from tests.curation.consistency import relayed
from tests.curation.exports import copied, copying_client, keep_exports_in, lines
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person, make_user
from tests.outbox.conftest import in_thread

WRITES_AT_ONCE = int(os.environ.get("EXPORT_WRITES") or 1_000)  # 10,000 take some minutes
PAUSE = 0.1  # seconds; who reads and relays without one takes most of the time for itself


class Writer:
    """Does all that may become of a catalogue and of what members say of it, one thing after another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number, self.done = seed * 1_000_000, Counter[str]()

    def write(self) -> None:
        """One of the things below; not where somebody else was quicker."""
        name = self.random.choice(WRITES)
        self.number += 1
        try:
            getattr(self, name)()
            self.done[name] += 1
        except (DomainError, ValidationError, DatabaseError, ObjectDoesNotExist):
            self.done["overtaken"] += 1

    def some(self, model: Any) -> Any:
        ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.random.choice(ids or [0]))

    def changed(self, model: Any, **changes: Any) -> Any:
        row = self.some(model)
        for name, value in changes.items():
            setattr(row, name, value)
        return row

    def movie_edited(self) -> None:
        movie = self.changed(Movie, overview=f"Overview {self.number}", genre_ids=[self.some(Genre).pk])
        movie.cast = [{"person_id": self.some(Person).pk, "character": f"Number {self.number}"}]
        services.movie_save(movie=movie)

    def movie_added(self) -> None:
        make_movie(
            genre_ids=[self.some(Genre).pk],
            company_ids=[self.some(Company).pk],
            collection_id=self.some(Collection).pk,
            crew=[{"person_id": self.some(Person).pk, "job": "Director"}],
        )

    def movie_deleted(self) -> None:
        services.movie_delete(movie=self.some(Movie))

    def genre_renamed(self) -> None:
        services.genre_save(genre=self.changed(Genre, name=f"Genre named {self.number}"))

    def company_renamed(self) -> None:
        services.company_save(company=self.changed(Company, name=f"Company named {self.number}"))

    def collection_renamed(self) -> None:
        services.collection_save(collection=self.changed(Collection, name=f"Collection named {self.number}"))

    def person_renamed(self) -> None:
        services.person_save(person=self.changed(Person, name=f"Person named {self.number}"))

    def person_replaced(self) -> None:
        services.person_delete(person=self.some(Person))
        make_person()

    def list_renamed(self) -> None:
        services.list_save(curated_list=self.changed(CuratedList, name=f"List named {self.number}"))

    def list_filled(self) -> None:
        movies = {self.some(Movie).pk for _ in range(4)}
        entries = [Entry(pk, rank) for rank, pk in enumerate(movies, 1)]
        services.list_entries_set(curated_list=self.some(CuratedList), entries=entries)

    def external_id_added(self) -> None:
        kind = self.random.choice(["movie", "person", "company", "collection"])
        row = self.some(apps.get_model("catalog", kind))
        services.external_id_add(kind=kind, source="imdb", value=f"tt{self.number}", object_id=row.pk)

    def external_id_deleted(self) -> None:
        services.external_id_delete(key=self.some(ExternalId).pk)

    def reviewed(self) -> None:
        body = f"Review {self.number}"
        review_create(user_id=self.some(User).pk, movie_id=self.some(Movie).pk, body=body)

    def review_edited(self) -> None:
        review_update(review=self.some(Review), body=f"Rather {self.number}")

    def review_deleted(self) -> None:
        review_delete(review=self.some(Review))

    def rated(self) -> None:
        value = self.random.randint(1, 10)
        rating_set(user_id=self.some(User).pk, movie_id=self.some(Movie).pk, value=value)

    def rating_taken_back(self) -> None:
        rating = self.some(Rating)
        rating_delete(user_id=rating.user_id, movie_id=rating.movie_id)

    def member_named(self) -> None:
        profile_update(user_id=self.some(User).pk, display_name=f"Member {self.number}")

    def handle_changed(self) -> None:
        handle_change(user=self.some(User), handle=f"member{self.number}")

    def member_replaced(self) -> None:
        user_delete(user=self.some(User))
        make_user()


_OFTEN = ("movie_edited", "movie_added", "rated", "reviewed", "review_edited", "external_id_added", "list_filled")
WRITES = [name for name in vars(Writer) if name.endswith(("ed", "_back"))]
WRITES.remove("changed")
WRITES += _OFTEN * 2


class Unhurried(Reader):
    """So that much is written between an export's first row and its last."""

    def watched(self, batches: Iterator[list[Any]], of: Any = None) -> Iterator[list[Any]]:
        for batch in batches:
            time.sleep(0.05)
            yield batch


@pytest.fixture
def world(committed: Callable[..., None], settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path / "media")
    committed(*(model for model in apps.get_models() if model.__module__.startswith("apps.")))
    people = [make_person() for _ in range(8)]
    for make in (make_genre, make_company, make_collection, make_user, make_list):
        for _ in range(5):
            make()
    for number in range(40):
        credit = {"person_id": people[number % 8].pk, "character": "Somebody"}
        make_movie(cast=[credit], genre_ids=[Genre.objects.first().pk])
    relayed()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_BATCH", 3)


def write_some(number: int, seed: int, turns: AbstractContextManager[Any]) -> Counter[str]:
    writer = Writer(seed)
    for _ in range(number):
        with turns:
            writer.write()
    return writer.done


def check_following(writes: int, writers: int, copy: Any, folder: Path) -> Counter[str]:
    """Returns how often what was written."""
    # In memory, SQLite has one writer at a time, who is told at once that there is another.
    turns = threading.Lock() if connections["catalog"].vendor == "sqlite" else nullcontext()
    with ThreadPoolExecutor(writers + 1) as pool:
        work = partial(write_some, writes // writers, turns=turns)
        tasks = [pool.submit(in_thread(partial(work, seed))) for seed in range(1, writers + 1)]

        def is_done() -> bool:
            return wait(tasks, timeout=PAUSE).not_done == set()

        def relay() -> None:
            while not is_done():
                with turns:
                    relay_all()

        relaying = pool.submit(in_thread(relay))
        shelf.make(Unhurried())
        copy.begin()
        while not is_done():
            copy.follow()
        relaying.result()
        done = sum((task.result() for task in tasks), Counter[str]())
    relayed()
    copy.follow()
    writing.write_export(folder, Reader())
    for kind in KINDS:
        assert copied(copy, kind) == lines(folder, kind), kind
    return done


@pytest.fixture
def copy(world: None, small_batches: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    client = copying_client(monkeypatch)
    yield client
    client.db.close()


def test_a_copy_that_follows_a_thousand_writes_is_a_new_export_byte_for_byte(copy: Any, tmp_path: Path):
    done = check_following(1_000, 2, copy, tmp_path)
    assert set(WRITES) <= done.keys()
    assert done["overtaken"] < 300


@pytest.mark.servers
def test_a_copy_that_follows_many_writes_at_once_is_a_new_export_byte_for_byte(copy: Any, tmp_path: Path):
    done = check_following(WRITES_AT_ONCE, 4, copy, tmp_path)
    assert set(WRITES) <= done.keys()
    assert done["overtaken"] < WRITES_AT_ONCE / 2

"""What tests share. The engines are those of the environment: SQLite files without one, else the real servers."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django import conf
from django.core.cache import cache
from django.db import connections, transaction
from django.test.utils import setup_databases, teardown_databases
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.cache import settings
from apps.catalog.models import Counter
from apps.catalog.search import files
from apps.catalog.search.following import catch_up
from movieverse import redis, tally
from movieverse.engines import breaker
from movieverse.outbox.models import Change, ChangeLog, Lease
from movieverse.outbox.relay import relay_all
from movieverse.outbox.stores import outboxes
from tests.factories import make_user


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("servers") and connections["catalog"].vendor != "mongodb":
        pytest.skip("needs the real servers: make servers")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()
    settings.forget()


@pytest.fixture(autouse=True)
def in_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What hands on in time what was counted. It does not: nothing is to be written while a test looks elsewhere."""
    hand_on_soon = tally._hand_on_soon
    monkeypatch.setattr(tally, "_hand_on_soon", lambda: None)
    monkeypatch.setattr(tally, "_waiting", defaultdict(dict))
    return hand_on_soon


@pytest.fixture(autouse=True)
def no_outages() -> Iterator[None]:
    """Whatever a test took for a server that is away, the next one does not."""
    yield
    breaker.forget()
    redis._away_until = 0.0


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is there, and once away stays so: a thread that a test before began else says within 0.1 s it is back."""
    monkeypatch.setattr(redis, "_away_until", 0.0)
    monkeypatch.setattr(redis, "note_back", lambda: None)


@pytest.fixture(autouse=True)
def no_files() -> Iterator[None]:
    """What a member has uploaded is no other test's, whose member may have the same id."""
    yield
    for path in conf.settings.UPLOADS_DIR.glob("*/"):
        shutil.rmtree(path)


@pytest.fixture
def take_away() -> Callable[[str], None]:
    """Begins an outage that nobody finds over."""

    def take(alias: str) -> None:
        outage = breaker.Outage(alias, "secret-host refused")
        outage.certain_at = 0
        breaker._outages[alias] = outage

    return take


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Make the test database of every store (pytest-django makes those that its own marker names)."""
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False)
        number_members()
    yield
    with django_db_blocker.unblock():
        teardown_databases(created, verbosity=0)


def number_members() -> None:
    """Where ids are not given again after a rollback, members would come to have those that tests give to nobody."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1000000)", [User._meta.db_table])


@pytest.fixture
def stores(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), emptied():
        yield


@contextmanager
def emptied() -> Iterator[None]:
    """All stores, empty again afterwards: a rolled back transaction, on MongoDB and Firebase cleared tables.

    Django's own TestCase would flush every table of every store as soon as one of them is MongoDB.
    """
    with ExitStack() as stack:
        for alias in connections:
            if connections[alias].vendor == "mongodb":
                stack.callback(clear_mongodb, alias)
            elif connections[alias].vendor == "firebase":
                stack.callback(clear_firebase, alias)
            else:
                stack.enter_context(rolled_back(alias))
        yield


class rolled_back:  # noqa: N801  a context manager, named like one
    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.atomic = transaction.atomic(using=alias)

    def __enter__(self) -> None:
        self.atomic.__enter__()

    def __exit__(self, *exc_info: Any) -> None:
        transaction.set_rollback(True, using=self.alias)
        self.atomic.__exit__(None, None, None)
        connections[self.alias].close_if_unusable_or_obsolete()


def clear_mongodb(alias: str) -> None:
    database = connections[alias].database
    for name in database.list_collection_names():
        if name != "django_migrations":
            database[name].delete_many({})


def clear_firebase(alias: str) -> None:
    breaker.forget()
    connections[alias].drop(connections[alias].tables() - {"django_migrations"})


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., None]]:
    """Stores in which transactions really commit. Call it with models whose rows are to be removed again.

    What comes next finds the catalogue's ids begin with 1, as if nobody had been there.
    """
    made = [*outboxes().values(), Change, ChangeLog, Lease, Counter]
    with django_db_blocker.unblock():
        yield lambda *models: made.extend(models)
        for model in made:
            model._default_manager.all().delete()


@pytest.fixture
def search_index(stores: None) -> Iterator[Callable[[], None]]:
    """An index of the empty stores. Call it to have in it what they hold by then."""

    def bring_up() -> None:
        relay_all()  # which a test's transaction, as it never ends, has not done
        catch_up()

    catch_up()
    yield bring_up
    shutil.rmtree(files.home())


@pytest.fixture(scope="module")
def sqlite() -> Iterator[str]:
    """The alias of an empty SQLite database, whatever engines the stores are on."""
    alias = "plain"
    connections.settings[alias] = connections["default"].settings_dict | {
        "ENGINE": "movieverse.engines.sqlite",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    yield alias
    connections[alias].close()
    del connections[alias], connections.settings[alias]


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def signed_in(member: User) -> APIClient:
    client = APIClient()
    client.force_login(member)
    return client


@pytest.fixture
def member(stores: None) -> User:
    return make_user("member")


@pytest.fixture
def curator(stores: None) -> User:
    """May do everything in the admin."""
    return make_user("curator", is_staff=True, is_superuser=True)


@pytest.fixture
def profiled() -> Iterator[Any]:
    """MongoDB's own record of what it did in the catalogue, and how."""
    database = connections["catalog"].database
    database.command("profile", 2)
    yield database["system.profile"]
    database.command("profile", 0)
    database["system.profile"].drop()

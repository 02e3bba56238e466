"""From a URL to a store, and every app in its own."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.profiles.models import Profile
from apps.reviews.models import Rating, Review
from movieverse import env, stores
from movieverse.checks import every_app_has_a_store, no_lookups_into_json, no_relation_across_stores
from movieverse.routers import StoreRouter

VARIABLES = [store.variable for store in stores.STORES.values()]


@pytest.fixture
def no_urls(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


def test_without_urls_every_store_is_a_file_of_its_own(no_urls, tmp_path: Path):
    databases = stores.databases(tmp_path, timeout=2)
    assert {alias: config["NAME"] for alias, config in databases.items()} == {
        alias: f"{tmp_path}/{alias}.sqlite3" for alias in ("default", "reviews", "catalog", "profiles")
    }
    assert databases["reviews"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("variable", "url", "message"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL is not a URL; this store takes one of postgresql://"),
        ("DATABASE_URL", "mongodb://h/db", "DATABASE_URL starts with mongodb://; this store takes one of"),
        ("REVIEWS_DATABASE_URL", "oracle://h/db", "REVIEWS_DATABASE_URL starts with oracle://"),
        ("DATABASE_URL", "postgresql://u:p@h:port/db", "DATABASE_URL is not a usable URL"),
        ("DATABASE_URL", "postgresql://u:p@h/", "DATABASE_URL names no database: end it with /name."),
    ],
)
def test_a_wrong_url_is_one_line_naming_the_variable(no_urls, tmp_path: Path, variable, url, message):
    no_urls.setenv(variable, url)
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg2")
    with pytest.raises(ImproperlyConfigured, match=re.escape(message)) as error:
        stores.databases(tmp_path, timeout=2)
    assert "\n" not in str(error.value)


def test_a_missing_driver_says_what_to_install(no_urls, tmp_path: Path):
    no_urls.setenv("REVIEWS_DATABASE_URL", "mysql://u:secret@h/db")
    no_urls.setattr(stores.importlib.util, "find_spec", lambda name: None if name == "MySQLdb" else object())
    with pytest.raises(ImproperlyConfigured, match="pip install mysqlclient") as error:
        stores.databases(tmp_path, timeout=2)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mongodb", "firebase", "sqlite"])
def test_any_store_can_be_on_any_engine_that_can_hold_it(no_urls, tmp_path: Path, scheme: str):
    engine = stores.ENGINES[scheme]
    pytest.importorskip(engine.driver)
    url = f"sqlite:///{tmp_path}/db" if scheme == "sqlite" else f"{scheme}://h/db"
    for alias, store in stores.STORES.items():
        if scheme in store.schemes:
            no_urls.setenv(store.variable, url)
            assert stores.databases(tmp_path, timeout=2)[alias]["ENGINE"] == engine.backend


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://h/db?foo=bar", "foo"),
        ("postgresql://h/db?isolation_level=serializable", "isolation_level"),
        ("mysql://h/db?foo=bar", "there is no option foo"),
        ("mysql://h/db?isolation_level=serializable", "there is no option isolation_level"),
        ("mongodb://u:p@ss@h/db", "no MongoDB address"),
        ("mongodb://u:sec/ret@h:1/db", "no MongoDB address"),
        ("mongodb://h:99999/db", "no MongoDB address"),
    ],
)
def test_an_option_or_address_that_the_driver_refuses_is_one_line(no_urls, tmp_path: Path, url: str, reason: str):
    pytest.importorskip(stores.ENGINES[url.partition(":")[0]].driver)
    no_urls.setenv("CATALOG_DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=f"CATALOG_DATABASE_URL is not a usable URL.*{reason}"):
        stores.databases(tmp_path, timeout=2)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("firebase://h", "names no database"),
        ("firebase:///db", "begin with firebase://"),
        ("firebase://user:secret@h/db", "begin with firebase://"),
        ("firebase://h/db?rows=5", "there is no option rows"),
        ("firebase://h/db?row_limit=many", "row_limit"),
        ("firebase://h/a.b", "no path"),
    ],
)
def test_a_firebase_address_that_cannot_be_is_one_line(no_urls, tmp_path: Path, url: str, reason: str):
    pytest.importorskip("firebase_admin")
    no_urls.setenv("PROFILES_DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=f"PROFILES_DATABASE_URL .*{reason}") as error:
        stores.databases(tmp_path, timeout=2)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("scheme", "deadlines"),
    [
        ("mysql", {"connect_timeout": 2, "read_timeout": 2, "write_timeout": 2}),
        ("mongodb", {"timeoutMS": 2000, "serverSelectionTimeoutMS": 2000, "connectTimeoutMS": 2000}),
        ("postgresql", {"connect_timeout": 2}),
        ("firebase", {"timeout": 2}),
    ],
)
def test_every_client_has_deadlines(scheme: str, deadlines: dict):
    pytest.importorskip(stores.ENGINES[scheme].driver)
    options = stores.ENGINES[scheme].settings(f"{scheme}://h/db", 2)["OPTIONS"]
    assert deadlines.items() <= options.items()


@pytest.mark.parametrize(
    ("model", "alias"),
    [(User, "default"), (Review, "reviews"), (Rating, "reviews"), (Movie, "catalog"), (Profile, "profiles")],
)
def test_the_router_sends_each_model_to_its_store(model: type[models.Model], alias: str):
    router = StoreRouter()
    assert router.db_for_read(model) == router.db_for_write(model) == alias
    allowed = [name for name in stores.STORES if router.allow_migrate(name, model._meta.app_label)]
    assert allowed == [alias]


def test_no_relation_crosses_stores():
    router = StoreRouter()
    assert router.allow_relation(Review(), Rating())
    assert not router.allow_relation(User(), Review())


def test_an_app_that_nobody_mapped_migrates_nowhere():
    assert not any(StoreRouter().allow_migrate(alias, "stranger") for alias in stores.STORES)


def test_the_checks_pass_on_the_project_itself():
    assert not checks.run_checks()


def test_an_unmapped_app_fails_the_check(monkeypatch):
    monkeypatch.delitem(stores.APPS, "catalog")
    (error,) = every_app_has_a_store([apps.get_app_config("catalog")])
    assert error.id == "movieverse.E001"
    assert "'catalog'" in error.msg


@isolate_apps("apps.catalog")
def test_plain_json_and_foreign_keys_across_stores_fail_the_checks(monkeypatch):
    class Loose(models.Model):
        __module__ = "apps.catalog.models"
        extra = models.JSONField()
        user = models.ForeignKey(User, on_delete=models.CASCADE)

        class Meta:
            app_label = "catalog"

    monkeypatch.setattr(apps, "get_models", lambda: [Loose])
    assert [error.id for error in no_lookups_into_json(None)] == ["movieverse.E002"]
    assert [error.id for error in no_relation_across_stores(None)] == ["movieverse.E004"]


def test_env_example_names_every_variable_that_is_read_and_no_other():
    example = (settings.BASE_DIR / ".env.example").read_text()
    assert set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.MULTILINE)) == env.DECLARED


@pytest.mark.parametrize(
    ("read", "raw", "message"),
    [
        (
            lambda: env.boolean("X_TEST", False),
            "maybe",
            "X_TEST='maybe' is not a boolean: write true or false.",
        ),
        (lambda: env.integer("X_TEST", 1), "1.5", "X_TEST='1.5' is not a whole number."),
        (lambda: env.seconds("X_TEST", 1), "soon", "X_TEST='soon' is not a number of seconds."),
        (lambda: env.seconds("X_TEST", 1), "-1", "X_TEST='-1' is not a number of seconds."),
        (
            lambda: env.endpoint("X_TEST", ""),
            "http://a.example/3",
            "is not an address such as https://api.example.org/3",
        ),
        (lambda: env.endpoint("X_TEST", ""), "https://me:you@a.example/3", "is not an address such as https://"),
        (lambda: env.endpoint("X_TEST", ""), "a.example", "'a.example' is not an address such as https://"),
        (lambda: env.seconds("X_TEST", 1), "nan", "X_TEST='nan' is not a number of seconds."),
        (lambda: env.choice("X_TEST", "a", ("A", "B")), "loud", "X_TEST='loud' is not A or B."),
    ],
)
def test_a_wrong_value_in_the_environment_is_named(monkeypatch, read, raw: str, message: str):
    monkeypatch.setattr(env, "DECLARED", set())
    monkeypatch.setenv("X_TEST", raw)
    with pytest.raises(ImproperlyConfigured, match=re.escape(message)):
        read()


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setattr(env, "DECLARED", set())
    monkeypatch.setenv("X_TEST", " ")
    assert env.items("X_TEST", ("a",)) == ["a"]

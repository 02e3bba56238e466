"""The one map of which app lives in which store, and of which server each store is."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from movieverse import env

APPS = {
    "account": "default",
    "accounts": "default",
    "admin": "default",
    "auth": "default",
    "contenttypes": "default",
    "curation": "default",
    "django_rq": "default",
    "django_tasks_database": "default",
    "imports": "default",
    "mfa": "default",
    "movieverse": "default",
    "sessions": "default",
    "socialaccount": "default",
    "usersessions": "default",
    "catalog": "catalog",
    "recommendations": "catalog",
    "reviews": "reviews",
    "profiles": "profiles",
}


class Engine(NamedTuple):
    backend: str
    driver: str  # the module that has to be installed
    package: str  # where pip finds it
    settings: Callable[[str, float], dict[str, Any]]  # of (URL, deadline in seconds)


def _sqlite(url: str, timeout: float) -> dict[str, Any]:
    # Django's defaults lose writes under two processes: a transaction that starts as a reader
    # cannot become a writer while another writes, so all start as writers and wait for their turn.
    return {
        "NAME": dj_database_url.parse(url)["NAME"],
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # What is deleted is written over, so that nobody reads it in the file.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        },
    }


# Nobody chooses an isolation_level: summaries are counted, and positions given, by what others committed meanwhile.
_DJANGOS_OWN = {"assume_role", "pool", "server_side_binding"}


def _postgresql(url: str, timeout: float) -> dict[str, Any]:
    from psycopg2 import Error
    from psycopg2.extensions import make_dsn

    # Reads have their deadline from the engine's wait callback; libpq has none of its own.
    config: Any = dj_database_url.parse(url)
    config["OPTIONS"] = {"connect_timeout": max(2, round(timeout))} | config.get("OPTIONS", {})
    try:
        make_dsn(**{name: value for name, value in config["OPTIONS"].items() if name not in _DJANGOS_OWN})
    except Error as error:
        raise ValueError(" ".join(str(error).split())) from None
    return config


_MYSQL_OPTIONS = {"charset", "local_infile", "sql_mode", "ssl", "ssl_mode", "unix_socket"}


def _mysql(url: str, timeout: float) -> dict[str, Any]:
    config: Any = dj_database_url.parse(url.replace("mariadb://", "mysql://", 1))
    seconds = max(1, round(timeout))
    if unknown := config.get("OPTIONS", {}).keys() - _MYSQL_OPTIONS:
        raise ValueError(f"there is no option {min(unknown)}")
    config["OPTIONS"] = {
        "charset": "utf8mb4",
        # A row that somebody else holds is given up before the read is: that is tried again, a lost read is not.
        "init_command": f"SET SESSION innodb_lock_wait_timeout = {max(1, seconds - 1)}",
        "connect_timeout": seconds,
        "read_timeout": seconds,
        "write_timeout": seconds,
    } | config.get("OPTIONS", {})
    config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"}
    return config


def _mongodb(url: str, timeout: float) -> dict[str, Any]:
    from pymongo.errors import PyMongoError
    from pymongo.uri_parser import parse_uri

    try:
        if url.startswith("mongodb://"):  # the other kind asks the name server
            parse_uri(url)
    except (PyMongoError, ValueError):
        # The driver's own words may hold a part of the password.
        raise ValueError("it is no MongoDB address; in user and password @ is written %40, / is written %2F") from None
    milliseconds = round(timeout * 1000)
    return {
        "HOST": url,
        "NAME": urlsplit(url).path.strip("/") or "movieverse",
        "OPTIONS": {
            "timeoutMS": milliseconds,
            "serverSelectionTimeoutMS": milliseconds,
            "connectTimeoutMS": milliseconds,
        },
    }


def _firebase(url: str, timeout: float) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - {"row_limit"}:
        raise ValueError(f"there is no option {min(unknown)}")
    row_limit = options.get("row_limit", "10000")
    if not row_limit.isdecimal() or int(row_limit) == 0:
        raise ValueError(f"row_limit={row_limit} is not a number of rows")
    if not parts.hostname or parts.username:
        raise ValueError("it has to begin with firebase:// and the database's host, without a user or password")
    if set(parts.path) & set(".#$[]"):
        raise ValueError(f"{parts.path} is no path of a Realtime Database, which has none of . # $ [ ]")
    return {
        "HOST": parts.netloc,
        "NAME": parts.path.strip("/"),
        "OPTIONS": {
            "timeout": timeout,
            "row_limit": int(row_limit),
            "emulator": env.text("FIREBASE_DATABASE_EMULATOR_HOST"),
            "credentials": env.text("FIREBASE_CREDENTIALS"),
        },
    }


_POSTGRESQL = Engine("movieverse.engines.postgresql", "psycopg2", "psycopg2-binary", _postgresql)
_MYSQL = Engine("movieverse.engines.mysql", "MySQLdb", "mysqlclient", _mysql)
_MONGODB = Engine("movieverse.engines.mongodb", "django_mongodb_backend", "django-mongodb-backend", _mongodb)
_FIREBASE = Engine("movieverse.engines.firebase", "firebase_admin", "firebase-admin", _firebase)
_SQLITE = Engine("movieverse.engines.sqlite", "sqlite3", "sqlite3", _sqlite)

ENGINES = {
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "mongodb": _MONGODB,
    "mongodb+srv": _MONGODB,
    "firebase": _FIREBASE,
    "sqlite": _SQLITE,
}

_RELATIONAL = ("postgresql", "mysql", "sqlite")


class Store(NamedTuple):
    variable: str
    schemes: tuple[str, ...]  # of the engines that can hold it


STORES = {
    "default": Store("DATABASE_URL", _RELATIONAL),
    "reviews": Store("REVIEWS_DATABASE_URL", _RELATIONAL),
    "catalog": Store("CATALOG_DATABASE_URL", (*_RELATIONAL, "mongodb")),
    "profiles": Store("PROFILES_DATABASE_URL", (*_RELATIONAL, "mongodb", "firebase")),
}


def apps_of(alias: str) -> list[str]:
    return [app for app, store in APPS.items() if store == alias]


def databases(embedded: Path, timeout: float) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: a store without a URL is a SQLite file in the folder `embedded`."""
    return {
        alias: _database(store, env.text(store.variable, f"sqlite:///{quote(str(embedded))}/{alias}.sqlite3"), timeout)
        for alias, store in STORES.items()
    }


def _database(store: Store, url: str, timeout: float) -> dict[str, Any]:
    engine = _engine(store, url)
    try:
        config = engine.settings(url, timeout)
    except (ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{store.variable} is not a usable URL: {error}") from None
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"{store.variable} names no database: end it with /name.")
    test = {"DEPENDENCIES": []} | config.get("TEST", {})
    persistence = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return config | persistence | {"ENGINE": engine.backend, "TEST": test}


def _engine(store: Store, url: str) -> Engine:
    """The engine a URL asks for. The URL itself stays out of messages: it holds a password."""
    scheme = url.partition("://")[0] if "://" in url else ""
    engine = ENGINES.get(scheme)
    if engine is None or engine not in {ENGINES[name] for name in store.schemes}:
        wanted = ", ".join(f"{name}://" for name in store.schemes)
        found = f"starts with {scheme}://" if scheme else "is not a URL"
        raise ImproperlyConfigured(f"{store.variable} {found}; this store takes one of {wanted}.")
    if importlib.util.find_spec(engine.driver) is None:
        raise ImproperlyConfigured(
            f"{store.variable} asks for {scheme}, whose driver is not installed: "
            f"pip install {engine.package} (or everything: pip install -r requirements.txt)."
        )
    return engine
